package io.losswatch.core.window;

import io.losswatch.core.loss.LossBuffer;
import io.losswatch.core.loss.Metrics;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The additive parts of a weighted mean of losses, from which a window reads its numbers. Mutable;
 * owned by one thread. 160 bytes, and one array for companion metrics, since a stream holds
 * millions.
 *
 * <p>A sample is a numerator n and a denominator w ≥ 0; its loss is ℓ = n/w and the mean Σn/Σw.
 *
 * <ul>
 *   <li>Σn and Σw are held as two doubles each: 10^9 samples lose nothing that a double can show.
 *   <li>Empty: sum 0, weight 0, and {@link #mean}, {@link #min}, {@link #max}, {@link #stddev},
 *       {@link #stderr} are NaN. The mean is also NaN when all weights are 0.
 *   <li>A NaN or infinite loss enters no sum; it is counted apart, with its weight left out.
 *   <li>A sample with w = 0 adds n to the sum and 1 to the count, but nothing to min, max and
 *       deviations, since it has no ℓ.
 *   <li>Companion metrics have sums of their own, which are merged alike and weigh every row the
 *       same.
 *   <li>A sum beyond the range of doubles is infinite, and then deviations are NaN or infinite.
 * </ul>
 *
 * <p>Σw(ℓ−mean)² is merged by T. F. Chan, G. H. Golub, R. J. LeVeque, Updating formulae and a
 * pairwise algorithm for computing sample variances, 1979, with means of double-double precision,
 * so that nothing cancels.
 */
public sealed class LossSummary permits DecayedSummary {
  private double sumHigh;
  private double sumLow;
  private double weightHigh;
  private double weightLow;

  /** NaN, which no sum leaves any more: a sample's loss was no likelihood. */
  private double nllHigh;

  private double nllLow;
  private double squaredWeights;
  private double squaredDeviations;
  private double unweighted;
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;
  private long samples;
  private long ignored;
  private long nan;
  private long inf;
  private long late;
  private long unlabeled;
  private double @Nullable [] companions;
  private @Nullable LabelLatency labelLatency;

  /** The neutral element of {@link #merge}. */
  public LossSummary() {}

  /**
   * Everything that a summary is made of, for writing it down: restored by {@link #of}, it goes on
   * bit by bit as before.
   *
   * @param mean what it is the quotient of
   * @param moments of the losses
   * @param counts how many samples met which fate
   * @param negativeLogLikelihood Σ over elements of the loss; null if that is no likelihood
   * @param companions sums that companion metrics are read from; empty: none
   * @param labelLatency of the samples whose label came later; null: there are none
   */
  public record State(
      Mean mean,
      Moments moments,
      Counts counts,
      @Nullable CompensatedSum negativeLogLikelihood,
      List<CompensatedSum> companions,
      @Nullable LabelLatency labelLatency) {
    public State {
      companions = List.copyOf(companions);
    }

    /** Of samples that had their labels. */
    public State(
        Mean mean,
        Moments moments,
        Counts counts,
        @Nullable CompensatedSum negativeLogLikelihood,
        List<CompensatedSum> companions) {
      this(mean, moments, counts, negativeLogLikelihood, companions, null);
    }
  }

  /**
   * The two sums of the weighted mean.
   *
   * @param sum Σn
   * @param weight Σw
   */
  public record Mean(CompensatedSum sum, CompensatedSum weight) {}

  /**
   * The value {@code high + low}.
   *
   * @param high the nearest double
   * @param low what that lacks
   */
  public record CompensatedSum(double high, double low) {}

  /**
   * Moments of the samples with a weight above 0.
   *
   * @param squaredWeights Σw²
   * @param squaredDeviations Σw(ℓ−m)², m the mean of these samples
   * @param min smallest loss, Infinity without samples
   * @param max largest loss, -Infinity without samples
   * @param unweighted Σn of all <em>other</em> samples, those with w = 0: it is in the sum but not
   *     in m
   */
  public record Moments(
      double squaredWeights, double squaredDeviations, double min, double max, double unweighted) {}

  /**
   * Numbers of samples.
   *
   * @param samples in the mean
   * @param ignored by their label
   * @param nan whose loss is NaN
   * @param inf whose loss is infinite
   * @param late that no window took
   * @param unlabeled that have no label yet; negative in a delta that takes some back
   */
  public record Counts(long samples, long ignored, long nan, long inf, long late, long unlabeled) {}

  LossSummary(State state) {
    sumHigh = state.mean.sum.high;
    sumLow = state.mean.sum.low;
    weightHigh = state.mean.weight.high;
    weightLow = state.mean.weight.low;
    squaredWeights = state.moments.squaredWeights;
    squaredDeviations = state.moments.squaredDeviations;
    min = state.moments.min;
    max = state.moments.max;
    unweighted = state.moments.unweighted;
    samples = state.counts.samples;
    ignored = state.counts.ignored;
    nan = state.counts.nan;
    inf = state.counts.inf;
    late = state.counts.late;
    unlabeled = state.counts.unlabeled;
    CompensatedSum nll = state.negativeLogLikelihood;
    nllHigh = nll == null ? Double.NaN : nll.high;
    nllLow = nll == null ? 0 : nll.low;
    companions = CompanionSums.of(state.companions);
    labelLatency = state.labelLatency;
  }

  private LossSummary(BatchSums sums) {
    sumHigh = sums.sumHigh();
    sumLow = sums.sumLow();
    weightHigh = sums.weightHigh();
    weightLow = sums.weightLow();
    nllHigh = sums.nllHigh();
    nllLow = sums.nllLow();
    squaredWeights = sums.squaredWeights();
    squaredDeviations = sums.squaredDeviations();
    unweighted = sums.unweighted();
    min = sums.min();
    max = sums.max();
    samples = sums.samples();
    ignored = sums.ignored();
    nan = sums.nan();
    inf = sums.inf();
  }

  /** The summary of a state, independent of the one it was taken from. */
  public static LossSummary of(State state) {
    return new LossSummary(state);
  }

  /** What this summary holds now. */
  public State state() {
    return new State(
        new Mean(new CompensatedSum(sumHigh, sumLow), new CompensatedSum(weightHigh, weightLow)),
        new Moments(squaredWeights, squaredDeviations, min, max, unweighted),
        new Counts(samples, ignored, nan, inf, late, unlabeled),
        Double.isNaN(nllHigh) ? null : new CompensatedSum(nllHigh, nllLow),
        CompanionSums.list(companions),
        labelLatency);
  }

  /** An independent summary of the same samples. */
  public LossSummary copy() {
    LossSummary copy = new LossSummary();
    copy.merge(this);
    return copy;
  }

  /**
   * Adds one sample of a loss that is no likelihood.
   *
   * @param numerator n
   * @param weight w, finite and not negative
   */
  public void add(double numerator, double weight) {
    add(numerator, weight, 0);
  }

  /**
   * Adds one sample.
   *
   * @param numerator n
   * @param weight w, finite and not negative
   * @param elements what n times this is the negative log-likelihood of; 0: the loss is none
   */
  void add(double numerator, double weight, int elements) {
    double loss = BatchSums.loss(numerator, weight);
    if (!takes(loss)) {
      return;
    }
    if (elements == 0) {
      nllHigh = Double.NaN;
      nllLow = 0;
    } else {
      double high = numerator * elements;
      addToNll(high, Double.isFinite(high) ? Math.fma(numerator, elements, -high) : 0);
    }
    if (weight > 0) {
      squaredDeviations += spread(weight, loss, 0);
    }
    addToSums(numerator, weight, loss);
  }

  /**
   * The summary of the samples of a batch, with the companion metrics it was asked for; its ignored
   * entries are counted as such.
   *
   * @param batch after {@code Loss.samples}
   * @param isLikelihood whether the loss is one; a weighted batch never is
   */
  public static LossSummary of(LossBuffer batch, boolean isLikelihood) {
    LossSummary summary = new LossSummary(BatchSums.of(batch, isLikelihood));
    if (!batch.requested().isEmpty()) {
      summary.companions = CompanionSums.of(batch);
    }
    return summary;
  }

  /** Adds the summary of a batch, as of {@link #of(LossBuffer, boolean)}. */
  public void addAll(LossBuffer batch, boolean isLikelihood) {
    merge(of(batch, isLikelihood));
  }

  private boolean takes(double loss) {
    nan += Double.isNaN(loss) ? 1 : 0;
    inf += Double.isInfinite(loss) ? 1 : 0;
    return Double.isFinite(loss);
  }

  private void addToSums(double numerator, double weight, double loss) {
    samples++;
    addToSum(numerator, 0);
    if (weight == 0) {
      unweighted += numerator;
      return;
    }
    addToWeight(weight, 0);
    squaredWeights += weight * weight;
    min = Math.min(min, loss);
    max = Math.max(max, loss);
  }

  private void addToSum(double high, double low) {
    double oldHigh = sumHigh;
    sumHigh = DoubleDouble.high(oldHigh, sumLow, high, low);
    sumLow = DoubleDouble.low(oldHigh, sumLow, high, low);
  }

  private void addToWeight(double high, double low) {
    double oldHigh = weightHigh;
    weightHigh = DoubleDouble.high(oldHigh, weightLow, high, low);
    weightLow = DoubleDouble.low(oldHigh, weightLow, high, low);
  }

  private void addToNll(double high, double low) {
    double oldHigh = nllHigh;
    nllHigh = DoubleDouble.high(oldHigh, nllLow, high, low);
    nllLow = DoubleDouble.low(oldHigh, nllLow, high, low);
  }

  /** Counts samples that their label tells to leave out. */
  public void addIgnored(long count) {
    ignored += count;
  }

  /** Counts samples that no window took. */
  public void addLate(long count) {
    late += count;
  }

  /** Counts samples without a label; a negative number takes some back, when labels came. */
  public void addUnlabeled(long count) {
    unlabeled += count;
  }

  /**
   * Says of samples of this summary that their label came later.
   *
   * @param count of samples, at least 1
   * @param millis when it became known − event time
   */
  public void addLabelLatency(long count, long millis) {
    labelLatency = LabelLatency.merged(labelLatency, LabelLatency.of(count, millis));
  }

  /**
   * Adds all samples of another summary, which stays as it is.
   *
   * @throws IllegalArgumentException if both have companion metrics, but not the same
   */
  public void merge(LossSummary other) {
    if (other.weightHigh > 0) {
      squaredDeviations +=
          other.squaredDeviations + spread(other.weightHigh, other.centre(), other.centreRest());
    }
    unweighted += other.unweighted;
    addToSum(other.sumHigh, other.sumLow);
    addToWeight(other.weightHigh, other.weightLow);
    squaredWeights += other.squaredWeights;
    min = Math.min(min, other.min);
    max = Math.max(max, other.max);
    addToNll(other.nllHigh, other.nllLow);
    samples += other.samples;
    ignored += other.ignored;
    nan += other.nan;
    inf += other.inf;
    late += other.late;
    unlabeled += other.unlabeled;
    companions = CompanionSums.merged(companions, other.companions);
    labelLatency = LabelLatency.merged(labelLatency, other.labelLatency);
  }

  /** Chan's term: what Σw(ℓ−m)² grows by when the means of two parts differ. */
  private double spread(double otherWeight, double otherCentre, double otherCentreRest) {
    if (weightHigh == 0) {
      return 0;
    }
    double distance = (otherCentre - centre()) + (otherCentreRest - centreRest());
    double smaller = Math.min(weightHigh, otherWeight);
    double larger = Math.max(weightHigh, otherWeight);
    return distance * distance * (smaller * (larger / (weightHigh + otherWeight)));
  }

  /** Mean of the samples with a weight above 0; 0 without any. */
  private double centre() {
    return weightHigh == 0 ? 0 : (sumHigh - unweighted) / weightHigh;
  }

  /** What {@link #centre} lacks. */
  private double centreRest() {
    if (weightHigh == 0) {
      return 0;
    }
    double high = DoubleDouble.high(sumHigh, sumLow, -unweighted, 0);
    double low = DoubleDouble.low(sumHigh, sumLow, -unweighted, 0);
    return DoubleDouble.quotientRest(centre(), high, low, weightHigh, weightLow);
  }

  /** True if there is no count of any kind: then it is neutral in {@link #merge}. */
  public boolean isEmpty() {
    return (samples | ignored | nan | inf | late | unlabeled) == 0;
  }

  /** Σn/Σw; NaN if the weight is 0. */
  public double mean() {
    return weightHigh == 0 ? Double.NaN : sumHigh / weightHigh;
  }

  /** Σn. */
  public double sum() {
    return sumHigh;
  }

  /** Σw. */
  public double weight() {
    return weightHigh;
  }

  /** Number of samples in the mean. */
  public long count() {
    return samples;
  }

  /** Number of samples that their label told to leave out. */
  public long ignored() {
    return ignored;
  }

  /** Number of samples whose loss is NaN. */
  public long nanCount() {
    return nan;
  }

  /** Number of samples whose loss is infinite. */
  public long infCount() {
    return inf;
  }

  /** Number of samples that no window took. */
  public long lateCount() {
    return late;
  }

  /** Number of samples without a label. */
  public long unlabeledCount() {
    return unlabeled;
  }

  /** How long labels took that came later; null if none did. */
  public @Nullable LabelLatency labelLatency() {
    return labelLatency;
  }

  /** Smallest loss; NaN if no sample has a weight. */
  public double min() {
    return weightHigh == 0 ? Double.NaN : min;
  }

  /** Largest loss; NaN if no sample has a weight. */
  public double max() {
    return weightHigh == 0 ? Double.NaN : max;
  }

  /** √(Σw(ℓ−mean)²/Σw · n/(n−1)); NaN below two samples or with weight 0. */
  public double stddev() {
    if (samples < 2 || weightHigh == 0) {
      return Double.NaN;
    }
    // the mean is off the centre of the deviations by unweighted / weight
    double deviations = squaredDeviations + unweighted * (unweighted / weightHigh);
    return Math.sqrt(deviations / weightHigh * ((double) samples / (samples - 1)));
  }

  /** Standard error of the mean, stddev · √(Σw²)/Σw; NaN where {@link #stddev} is. */
  public double stderr() {
    return stddev() * (Math.sqrt(squaredWeights) / weightHigh);
  }

  /**
   * ln L(θ|D), the negated sum of the losses of all elements; empty without samples, or if any
   * sample was weighted or its loss is no likelihood.
   */
  public OptionalDouble logLikelihood() {
    return !Double.isNaN(nllHigh) && samples > 0
        ? OptionalDouble.of(0.0 - nllHigh)
        : OptionalDouble.empty();
  }

  /**
   * Values by name; those that no row counts in are left out.
   *
   * @param metrics what was asked for of all batches
   * @throws IllegalArgumentException if it was something else
   */
  public SortedMap<String, Double> metrics(Metrics metrics) {
    return metrics.values(CompanionSums.highs(companions, metrics.sumCount()));
  }
}
