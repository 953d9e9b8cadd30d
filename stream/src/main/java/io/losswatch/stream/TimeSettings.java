package io.losswatch.stream;

import java.time.Duration;

/**
 * How event time runs.
 *
 * @param maxOutOfOrderness how far the watermark stays behind the highest event time of a partition
 * @param idleAfter after how long without records a partition at its end counts as idle
 * @param futureTolerance how far beyond the wall clock an event time may lie
 * @param lateness what happens to samples behind the watermark
 * @param maxSkew a source that is this far ahead of the slowest one waits for it; above zero
 */
public record TimeSettings(
    Duration maxOutOfOrderness,
    Duration idleAfter,
    Duration futureTolerance,
    Lateness lateness,
    Duration maxSkew) {
  private static final Duration DEFAULT_MAX_SKEW = Duration.ofMinutes(10);

  public TimeSettings {
    if (maxSkew.toMillis() <= 0) {
      throw new IllegalArgumentException("max-skew is above zero, but this is " + maxSkew);
    }
  }

  /** Event time with the default bound between sources. */
  public TimeSettings(
      Duration maxOutOfOrderness, Duration idleAfter, Duration futureTolerance, Lateness lateness) {
    this(maxOutOfOrderness, idleAfter, futureTolerance, lateness, DEFAULT_MAX_SKEW);
  }

  /**
   * What happens behind the watermark.
   *
   * @param allowed how long after its end a window still takes samples
   * @param reviseEvery at most so often a window is published again
   */
  public record Lateness(Duration allowed, Duration reviseEvery) {}

  /**
   * 2 s out of order, idle after 10 s, 5 min of future, 1 min late, revised every 10 s, 10 min of
   * skew.
   */
  public static TimeSettings defaults() {
    return new TimeSettings(
        Duration.ofSeconds(2),
        Duration.ofSeconds(10),
        Duration.ofMinutes(5),
        new Lateness(Duration.ofMinutes(1), Duration.ofSeconds(10)));
  }
}
