package io.losswatch.schemas.codec;

import io.losswatch.core.window.LossSummary;
import io.losswatch.core.window.LossSummary.CompensatedSum;
import io.losswatch.core.window.LossSummary.Counts;
import io.losswatch.core.window.LossSummary.Moments;
import io.losswatch.core.window.LossSummary.State;
import io.losswatch.schemas.LossSums;
import org.jspecify.annotations.Nullable;

/** The sums of losses as a record, and back, to the last bit. */
public final class AvroSums {
  private AvroSums() {}

  /** The record of a summary. */
  public static LossSums of(LossSummary summary) {
    return of(summary.state());
  }

  /** The record of a summary's state. */
  public static LossSums of(State state) {
    CompensatedSum likelihood = state.negativeLogLikelihood();
    Moments moments = state.moments();
    Counts counts = state.counts();
    return new LossSums(
        state.sum().high(),
        state.sum().low(),
        state.weight().high(),
        state.weight().low(),
        moments.squaredWeights(),
        moments.squaredDeviations(),
        moments.min(),
        moments.max(),
        moments.unweighted(),
        likelihood == null ? null : likelihood.high(),
        likelihood == null ? 0.0 : likelihood.low(),
        counts.samples(),
        counts.ignored(),
        counts.nan(),
        counts.inf(),
        counts.late(),
        counts.unlabeled());
  }

  /** The summary of such a record. */
  public static LossSummary summary(LossSums sums) {
    return LossSummary.of(state(sums));
  }

  /** The state of such a record. */
  public static State state(LossSums sums) {
    return new State(
        new CompensatedSum(sums.getSum(), sums.getSumCorrection()),
        new CompensatedSum(sums.getWeight(), sums.getWeightCorrection()),
        new Moments(
            sums.getWeightSquares(),
            sums.getSquaredDeviations(),
            sums.getMin(),
            sums.getMax(),
            sums.getUnweightedSum()),
        new Counts(
            sums.getCount(),
            sums.getIgnored(),
            sums.getNanCount(),
            sums.getInfCount(),
            sums.getLateCount(),
            sums.getUnlabeledCount()),
        likelihood(sums));
  }

  private static @Nullable CompensatedSum likelihood(LossSums sums) {
    Double high = sums.getNegativeLogLikelihood();
    return high == null
        ? null
        : new CompensatedSum(high, sums.getNegativeLogLikelihoodCorrection());
  }
}
