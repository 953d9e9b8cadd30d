package io.losswatch.core.window;

/**
 * What happens to samples behind the watermark.
 *
 * @param allowedMillis how long after its end, in watermark time, a window still takes samples
 * @param reviseEveryMillis at most so often, in watermark time, a window is published again
 */
public record Lateness(long allowedMillis, long reviseEveryMillis) {
  /**
   * @throws IllegalArgumentException if a value is negative or beyond 2^60 ms
   */
  public Lateness {
    check("allowed lateness", allowedMillis);
    check("distance of revisions", reviseEveryMillis);
  }

  private static void check(String name, long millis) {
    if (millis < 0 || millis > Grid.MAX_TIME_MILLIS) {
      throw new IllegalArgumentException(
          "the " + name + " is from 0 to 2^60 ms, but this is " + millis);
    }
  }
}
