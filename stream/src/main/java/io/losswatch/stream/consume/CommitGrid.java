package io.losswatch.stream.consume;

import java.time.Duration;

/**
 * When lanes cut: with the first portion in each cell of a grid over the wall clock. So the lanes
 * of a hop cut at about the same time and share a transaction; each by a clock of its own, six
 * lanes made fifteen to twenty transactions a second instead of five to ten, which cost the brokers
 * more than the reading (measured, 2026-11-23).
 *
 * @param intervalMillis width of a cell; 0: every portion is cut
 * @param phaseMillis where cells begin, from the epoch
 */
public record CommitGrid(long intervalMillis, long phaseMillis) {
  /** Every portion is cut. */
  public static final CommitGrid ALWAYS = new CommitGrid(0, 0);

  public CommitGrid {
    if (intervalMillis < 0) {
      throw new IllegalArgumentException("an interval of " + intervalMillis + " ms is negative");
    }
  }

  /** Cells that are aligned to the epoch. */
  public static CommitGrid of(Duration interval) {
    return new CommitGrid(interval.toMillis(), 0);
  }

  /**
   * The same, half a cell later: the second hop cuts when what the first has cut is there, not a
   * whole cell after it.
   */
  public CommitGrid shifted() {
    return new CommitGrid(intervalMillis, phaseMillis + intervalMillis / 2);
  }

  /**
   * True if now is in a later cell than the last cut. A clock that was set back starts anew; a
   * portion that was overtaken by one of a later cell does not.
   */
  public boolean isDue(long lastMillis, long nowMillis) {
    return intervalMillis == 0
        || cell(nowMillis) > cell(lastMillis)
        || nowMillis < lastMillis - intervalMillis;
  }

  private long cell(long millis) {
    return Math.floorDiv(millis - phaseMillis, intervalMillis);
  }
}
