package io.losswatch.core.window;

/**
 * What an {@link Ewma} publishes: decayed sums beside the counts, min and max of the samples that
 * are new in them. Without a count it {@link #isEmpty}, though its sums go on.
 */
final class DecayedSummary extends LossSummary {
  /** Share of the weight that is left to all other samples when one is said to be alone. */
  private static final double ALONE = 1e-9;

  DecayedSummary(State state) {
    super(state);
  }

  @Override
  public LossSummary copy() {
    return new DecayedSummary(state());
  }

  /** Smallest loss of what is new; NaN if no sample of that has a weight. */
  @Override
  public double min() {
    return Double.isInfinite(super.min()) ? Double.NaN : super.min();
  }

  /** Largest loss of what is new; NaN if no sample of that has a weight. */
  @Override
  public double max() {
    return Double.isInfinite(super.max()) ? Double.NaN : super.max();
  }

  /** √(Σw(ℓ−mean)²/Σw · n/(n−1)), n = (Σw)²/Σw²; NaN with weight 0 or while a sample is alone. */
  @Override
  public double stddev() {
    Moments moments = state().moments();
    double rest = 1 - moments.squaredWeights() / weight() / weight();
    if (!(rest > ALONE)) {
      return Double.NaN;
    }
    double unweighted = moments.unweighted();
    double deviations = moments.squaredDeviations() + unweighted * (unweighted / weight());
    return Math.sqrt(deviations / weight() / rest);
  }
}
