package io.losswatch.stream.fold;

/** Tallies of lanes, for the tests of what adds them up. */
public final class Tallies {
  private Tallies() {}

  /** One record was read, and the source stands here. */
  public static Tally reading(long watermark, boolean idle) {
    Tally tally = new Tally();
    tally.read();
    tally.stand(Tally.Standing.reading(watermark, idle, Tally.Waiting.NOTHING));
    return tally;
  }

  /** A delta of two samples went to {@code other}, and the lane of hop 2 stands here. */
  public static Tally rolling(long watermark, long series, long panes) {
    Tally tally = new Tally();
    tally.overflow(Folds.summary(1, 2));
    tally.stand(Tally.Standing.rolling(watermark, series, panes));
    return tally;
  }
}
