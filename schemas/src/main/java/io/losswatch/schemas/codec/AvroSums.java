package io.losswatch.schemas.codec;

import io.losswatch.core.window.LabelLatency;
import io.losswatch.core.window.LossSummary;
import io.losswatch.core.window.LossSummary.CompensatedSum;
import io.losswatch.core.window.LossSummary.Counts;
import io.losswatch.core.window.LossSummary.Mean;
import io.losswatch.core.window.LossSummary.Moments;
import io.losswatch.core.window.LossSummary.State;
import io.losswatch.schemas.LossSums;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a window's additive parts down, and restores them bit by bit. */
public final class AvroSums {
  private AvroSums() {}

  /** What the summary holds now. */
  public static LossSums of(LossSummary summary) {
    return of(summary.state());
  }

  /** What was written down of a summary. */
  public static LossSums of(State state) {
    LossSums sums = new LossSums();
    setSums(sums, state);
    setMoments(sums, state.moments());
    setCounts(sums, state.counts());
    sums.setMetrics(numbers(state.companions()));
    LabelLatency latency = state.labelLatency();
    sums.setLabelledLater(latency == null ? 0 : latency.samples());
    sums.setLabelLatencySum(latency == null ? 0 : latency.sumMillis());
    sums.setLabelLatencyMax(latency == null ? 0 : latency.maxMillis());
    return sums;
  }

  private static void setSums(LossSums sums, State state) {
    Mean mean = state.mean();
    sums.setSum(mean.sum().high());
    sums.setSumCorrection(mean.sum().low());
    sums.setWeight(mean.weight().high());
    sums.setWeightCorrection(mean.weight().low());
    CompensatedSum likelihood = state.negativeLogLikelihood();
    sums.setNegativeLogLikelihood(likelihood == null ? null : likelihood.high());
    sums.setNegativeLogLikelihoodCorrection(likelihood == null ? 0 : likelihood.low());
  }

  private static void setMoments(LossSums sums, Moments moments) {
    sums.setUnweightedSum(moments.unweighted());
    sums.setWeightSquares(moments.squaredWeights());
    sums.setSquaredDeviations(moments.squaredDeviations());
    sums.setMin(moments.min());
    sums.setMax(moments.max());
  }

  private static void setCounts(LossSums sums, Counts counts) {
    sums.setCount(counts.samples());
    sums.setIgnored(counts.ignored());
    sums.setNanCount(counts.nan());
    sums.setInfCount(counts.inf());
    sums.setLateCount(counts.late());
    sums.setUnlabeledCount(counts.unlabeled());
  }

  private static List<Double> numbers(List<CompensatedSum> companions) {
    if (companions.isEmpty()) {
      return List.of();
    }
    List<Double> numbers = new ArrayList<>(2 * companions.size());
    for (CompensatedSum sum : companions) {
      numbers.add(sum.high());
      numbers.add(sum.low());
    }
    return numbers;
  }

  /** A summary that goes on where the one written down was. */
  public static LossSummary summary(LossSums sums) {
    return LossSummary.of(state(sums));
  }

  /** The same as a value. */
  public static State state(LossSums sums) {
    Double likelihood = sums.getNegativeLogLikelihood();
    return new State(
        new Mean(
            new CompensatedSum(sums.getSum(), sums.getSumCorrection()),
            new CompensatedSum(sums.getWeight(), sums.getWeightCorrection())),
        moments(sums),
        counts(sums),
        likelihood == null
            ? null
            : new CompensatedSum(likelihood, sums.getNegativeLogLikelihoodCorrection()),
        companions(sums.getMetrics()),
        latency(sums));
  }

  private static @Nullable LabelLatency latency(LossSums sums) {
    return sums.getLabelledLater() == 0
        ? null
        : new LabelLatency(
            sums.getLabelledLater(), sums.getLabelLatencySum(), sums.getLabelLatencyMax());
  }

  private static List<CompensatedSum> companions(List<Double> numbers) {
    if (numbers.isEmpty()) {
      return List.of();
    }
    List<CompensatedSum> companions = new ArrayList<>(numbers.size() / 2);
    for (int i = 0; i + 1 < numbers.size(); i += 2) {
      companions.add(new CompensatedSum(numbers.get(i), numbers.get(i + 1)));
    }
    return companions;
  }

  private static Moments moments(LossSums sums) {
    return new Moments(
        sums.getWeightSquares(),
        sums.getSquaredDeviations(),
        sums.getMin(),
        sums.getMax(),
        sums.getUnweightedSum());
  }

  private static Counts counts(LossSums sums) {
    return new Counts(
        sums.getCount(),
        sums.getIgnored(),
        sums.getNanCount(),
        sums.getInfCount(),
        sums.getLateCount(),
        sums.getUnlabeledCount());
  }
}
