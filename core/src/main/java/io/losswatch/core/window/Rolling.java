package io.losswatch.core.window;

/**
 * The last {@code size} of event time, anew each {@code every}: windows start at the multiples of
 * {@code every}.
 *
 * @param sizeMillis length, 1 ms to 3650 days
 * @param everyMillis distance of two windows, at most {@code sizeMillis}
 */
public record Rolling(long sizeMillis, long everyMillis) implements Window {
  static final String PREFIX = "rolling:";

  /**
   * @throws IllegalArgumentException if a length is out of its range
   */
  public Rolling {
    Grid.checkSize("size", sizeMillis);
    Grid.checkSize("every", everyMillis);
    if (everyMillis > sizeMillis) {
      throw new IllegalArgumentException(
          "a rolling window is published at least once in its size "
              + DurationText.format(sizeMillis)
              + ", but every is "
              + DurationText.format(everyMillis));
    }
  }

  static Rolling ofArguments(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException(
          "a rolling window is written rolling:SIZE/EVERY, such as rolling:5m/10s");
    }
    return new Rolling(
        DurationText.parseMillis(text.substring(0, slash)),
        DurationText.parseMillis(text.substring(slash + 1)));
  }

  @Override
  public long paneMillis() {
    return Grid.greatestCommonDivisor(sizeMillis, everyMillis);
  }

  @Override
  public String toString() {
    return PREFIX + DurationText.format(sizeMillis) + "/" + DurationText.format(everyMillis);
  }
}
