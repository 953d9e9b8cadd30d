package io.losswatch.core.window;

/**
 * Windows side by side, aligned to the epoch.
 *
 * @param sizeMillis length, 1 ms to 3650 days
 */
public record Tumbling(long sizeMillis) implements Window {
  static final String PREFIX = "tumbling:";

  /**
   * @throws IllegalArgumentException if the length is out of its range
   */
  public Tumbling {
    Grid.checkSize("size", sizeMillis);
  }

  static Tumbling ofArguments(String text) {
    return new Tumbling(DurationText.parseMillis(text));
  }

  @Override
  public long paneMillis() {
    return sizeMillis;
  }

  @Override
  public String toString() {
    return PREFIX + DurationText.format(sizeMillis);
  }
}
