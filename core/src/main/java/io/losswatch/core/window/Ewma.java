package io.losswatch.core.window;

/**
 * An exponentially weighted moving average: what a sample weighs halves with each half-life of
 * event time. Published for every pane, an eighth of the half-life long.
 *
 * <p>In the publication of the pane that ends at E, a sample whose own pane ends at e weighs its
 * own weight times 2^(−(E−e)/half-life). It decays by panes and not by its own age so that samples
 * of a pane are merged in any order, on any instance, and nothing depends on when they came. Within
 * a pane the weight is off by a factor of 2^(1/8) at most.
 *
 * <ul>
 *   <li>Mean, sum, weight, log-likelihood and companion metrics are read from sums decayed like
 *       that.
 *   <li>The variance is Σw(ℓ−mean)²/Σw · n/(n−1) with n = (Σw)²/Σw², the number of equally weighted
 *       samples that would tell as much (L. Kish, Survey Sampling, 1965; pandas' {@code ewm().std}
 *       is the same). It is NaN while one sample holds all but 1e-9 of the weight.
 *   <li>Counts, min and max are of the samples that the publication adds. A decayed count is no
 *       number of samples and an extreme cannot decay; so counts add up over publications to each
 *       sample once, and a dashboard sees how much traffic stands behind a step of the curve.
 *   <li>A late sample is within the allowed lateness after the end of its pane. It enters the pane
 *       that holds the watermark, with the weight that its own pane gives it, since publications
 *       are final: there is one for each pane, revision 0. One that is later is left out, as by all
 *       windows.
 *   <li>Labels that come after the publication add their samples like late ones. The number of
 *       samples without a label is that of the moment of publication and nothing is taken back from
 *       it.
 *   <li>When a series falls silent, one pane is published with count 0 and the average as it stood.
 *       The average goes on decaying by the formula. It is forgotten {@link #LIFE_HALF_LIVES}
 *       half-lives after its last sample, when less than 2^-50 of its weight is left, which no mean
 *       would show beside a new sample.
 *   <li>A NaN or infinite loss enters no sum. Finite losses whose sum leaves the range of doubles
 *       are shown once and the average begins anew behind them, since infinity does not decay. So
 *       do companion metrics behind an infinite sum, and the log-likelihood behind a sample that
 *       has none.
 * </ul>
 *
 * @param halfLifeMillis a multiple of 8 ms, at most 3650 days
 */
public record Ewma(long halfLifeMillis) implements Window {
  static final String PREFIX = "ewma:";

  /** So many half-lives after its last sample an average is forgotten. */
  static final int LIFE_HALF_LIVES = 50;

  private static final int PANES = 8;

  /** Beyond it a weight is 0 whatever it was. */
  private static final long MAX_HALVINGS = 4_000;

  /** 2^(−i/8); strict, so that every machine and the interpreter have the same. */
  private static final double[] EIGHTHS = new double[PANES];

  static {
    for (int i = 0; i < PANES; i++) {
      EIGHTHS[i] = StrictMath.pow(2, -i / (double) PANES);
    }
  }

  /**
   * @throws IllegalArgumentException if the half-life is out of its range or no multiple of 8 ms
   */
  public Ewma {
    Grid.checkSize("half-life", halfLifeMillis);
    if (halfLifeMillis % PANES != 0) {
      throw new IllegalArgumentException(
          "a half-life is a multiple of 8ms, since an average is published eight times in it, but"
              + " this is "
              + DurationText.format(halfLifeMillis));
    }
  }

  static Ewma ofArguments(String text) {
    return new Ewma(DurationText.parseMillis(text));
  }

  @Override
  public long paneMillis() {
    return halfLifeMillis / PANES;
  }

  /** How long after its last sample an average is forgotten. */
  long lifeMillis() {
    return LIFE_HALF_LIVES * halfLifeMillis;
  }

  /**
   * 2^(−elapsed/half-life).
   *
   * @param elapsedMillis a multiple of the pane, not negative
   */
  double decay(long elapsedMillis) {
    long panes = elapsedMillis / paneMillis();
    long halvings = Math.min(panes / PANES, MAX_HALVINGS);
    return Math.scalb(EIGHTHS[(int) (panes % PANES)], (int) -halvings);
  }

  /**
   * A delta as it enters a later pane than its own.
   *
   * @param elapsedMillis from the end of its own pane to that of the other
   */
  LossSummary late(LossSummary delta, long elapsedMillis) {
    LossSummary late = LossSummary.of(Decay.scaled(delta.state(), decay(elapsedMillis)));
    late.addUnlabeled(Math.max(0, -delta.unlabeledCount()));
    return late;
  }

  @Override
  public String toString() {
    return PREFIX + DurationText.format(halfLifeMillis);
  }
}
