package io.losswatch.core.window;

import io.losswatch.core.window.LossSummary.CompensatedSum;
import io.losswatch.core.window.LossSummary.Counts;
import io.losswatch.core.window.LossSummary.Mean;
import io.losswatch.core.window.LossSummary.Moments;
import io.losswatch.core.window.LossSummary.State;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sums of samples whose weights have all shrunk by one factor. Scaling twice is scaling by the
 * product, and scaling what was merged is merging what was scaled, both to rounding.
 */
final class Decay {
  /** A smaller weight is 0: the square of it would be beyond what doubles hold exactly. */
  private static final double SMALLEST_WEIGHT = 0x1p-400;

  private static final CompensatedSum ZERO = new CompensatedSum(0, 0);
  private static final Counts NO_COUNTS = new Counts(0, 0, 0, 0, 0, 0);

  private Decay() {}

  /**
   * The sums with all weights scaled. Counts, latency, min and max stay; a weight scaled to less
   * than 2^-400 leaves nothing but these.
   *
   * @param factor from 0 to 1
   */
  static State scaled(State sums, double factor) {
    CompensatedSum weight = scaled(sums.mean().weight(), factor);
    boolean isVanished = sums.mean().weight().high() > 0 && weight.high() < SMALLEST_WEIGHT;
    if (isVanished || factor == 0) {
      return withoutSums(sums);
    }
    Moments moments = sums.moments();
    return new State(
        new Mean(scaled(sums.mean().sum(), factor), weight),
        new Moments(
            moments.squaredWeights() * factor * factor,
            moments.squaredDeviations() * factor,
            moments.min(),
            moments.max(),
            moments.unweighted() * factor),
        sums.counts(),
        scaledOrNull(sums.negativeLogLikelihood(), factor),
        sums.companions().stream().map(sum -> scaled(sum, factor)).toList(),
        sums.labelLatency());
  }

  private static State withoutSums(State sums) {
    Moments moments = sums.moments();
    return new State(
        new Mean(ZERO, ZERO),
        new Moments(0, 0, moments.min(), moments.max(), 0),
        sums.counts(),
        sums.negativeLogLikelihood() == null ? null : ZERO,
        List.of(),
        sums.labelLatency());
  }

  private static @Nullable CompensatedSum scaledOrNull(
      @Nullable CompensatedSum sum, double factor) {
    return sum == null ? null : scaled(sum, factor);
  }

  private static CompensatedSum scaled(CompensatedSum sum, double factor) {
    double high = sum.high() * factor;
    if (!Double.isFinite(high)) {
      return new CompensatedSum(high, 0);
    }
    double low = Math.fma(sum.high(), factor, -high) + sum.low() * factor;
    return new CompensatedSum(
        DoubleDouble.high(high, 0, low, 0), DoubleDouble.low(high, 0, low, 0));
  }

  /**
   * What goes on decaying of published sums: no counts, no extremes, and nothing that could never
   * decay.
   *
   * @return null if nothing is left
   */
  static @Nullable State remainder(State sums) {
    Moments moments = sums.moments();
    if (!isFinite(sums.mean().sum())
        || !isFinite(sums.mean().weight())
        || !Double.isFinite(moments.squaredWeights())
        || !Double.isFinite(moments.squaredDeviations())) {
      return null;
    }
    CompensatedSum likelihood = sums.negativeLogLikelihood();
    return new State(
        sums.mean(),
        new Moments(
            moments.squaredWeights(),
            moments.squaredDeviations(),
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            moments.unweighted()),
        NO_COUNTS,
        likelihood == null || !isFinite(likelihood) ? ZERO : likelihood,
        sums.companions().stream().allMatch(Decay::isFinite) ? sums.companions() : List.of());
  }

  private static boolean isFinite(CompensatedSum sum) {
    return Double.isFinite(sum.high());
  }
}
