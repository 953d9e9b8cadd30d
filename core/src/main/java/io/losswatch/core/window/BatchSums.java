package io.losswatch.core.window;

import io.losswatch.core.loss.LossBuffer;
import io.losswatch.core.window.LossSummary.CompensatedSum;
import io.losswatch.core.window.LossSummary.Counts;
import io.losswatch.core.window.LossSummary.Mean;
import io.losswatch.core.window.LossSummary.Moments;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sums over the samples of one batch: one pass for all but the deviations, one for those from the
 * mean. What rounding loses of a sum is collected apart (A. Neumaier, 1974), which shortens the
 * chain of dependent additions; a batch is too short for that second sum's own rounding to matter.
 */
final class BatchSums {
  private final LossBuffer batch;
  private CompensatedSum sum = new CompensatedSum(0, 0);
  private CompensatedSum weight = sum;
  private double squaredWeights;
  private double unweighted;
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;
  private long samples;
  private long ignored;
  private long nan;
  private long inf;

  private BatchSums(LossBuffer batch) {
    this.batch = batch;
  }

  static LossSummary summary(LossBuffer batch, boolean isLikelihood) {
    BatchSums sums = new BatchSums(batch);
    sums.takeSums();
    return LossSummary.of(
        new LossSummary.State(
            new Mean(sums.sum, sums.weight),
            new Moments(
                sums.squaredWeights, sums.squaredDeviations(), sums.min, sums.max, sums.unweighted),
            new Counts(sums.samples, sums.ignored, sums.nan, sums.inf, 0, 0),
            sums.negativeLogLikelihood(isLikelihood),
            List.of()));
  }

  private void takeSums() {
    double[] numerators = batch.losses();
    double[] weights = batch.weights();
    double high = 0;
    double low = 0;
    double weightHigh = 0;
    double weightLow = 0;
    for (int i = 0; i < batch.size(); i++) {
      double numerator = numerators[i];
      double weight = weights[i];
      double loss = loss(numerator, weight);
      if (isNoSample(i, loss)) {
        continue;
      }
      samples++;
      double next = high + numerator;
      low += DoubleDouble.error(next, high, numerator);
      high = next;
      if (weight == 0) {
        unweighted += numerator;
        continue;
      }
      double nextWeight = weightHigh + weight;
      weightLow += DoubleDouble.error(nextWeight, weightHigh, weight);
      weightHigh = nextWeight;
      squaredWeights += weight * weight;
      min = loss < min ? loss : min;
      max = loss > max ? loss : max;
    }
    sum = normalized(high, low);
    weight = normalized(weightHigh, weightLow);
  }

  private boolean isNoSample(int i, double loss) {
    if (batch.isIgnored(i)) {
      ignored++;
      return true;
    }
    if (Double.isFinite(loss)) {
      return false;
    }
    if (Double.isNaN(loss)) {
      nan++;
    } else {
      inf++;
    }
    return true;
  }

  /** Σw(ℓ−m)²; the mean m is that of the samples with a weight above 0. */
  private double squaredDeviations() {
    if (weight.high() == 0) {
      return 0;
    }
    double[] numerators = batch.losses();
    double[] weights = batch.weights();
    // a mean that is off by d shifts the result by d²·Σw only: no more digits are needed
    double mean = (sum.high() - unweighted) / weight.high();
    double squares = 0;
    for (int i = 0; i < batch.size(); i++) {
      double loss = loss(numerators[i], weights[i]);
      // an ignored entry has weight 0
      if (weights[i] > 0 && Double.isFinite(loss)) {
        double deviation = loss - mean;
        squares += weights[i] * deviation * deviation;
      }
    }
    return squares;
  }

  private @Nullable CompensatedSum negativeLogLikelihood(boolean isLikelihood) {
    if (samples > 0 && (!isLikelihood || batch.isWeighted())) {
      return null;
    }
    // a sample is the mean over its elements, the likelihood is of all elements
    int elements = batch.elementsPerSample();
    double high = sum.high() * elements;
    double low = Math.fma(sum.high(), elements, -high) + sum.low() * elements;
    return normalized(high, low);
  }

  private static CompensatedSum normalized(double high, double low) {
    if (!Double.isFinite(high)) {
      return new CompensatedSum(high, 0); // what rounding lost of it is NaN
    }
    return new CompensatedSum(
        DoubleDouble.high(high, 0, low, 0), DoubleDouble.low(high, 0, low, 0));
  }

  /** n/w; n if the weight is 0. */
  static double loss(double numerator, double weight) {
    return weight == 1 || weight == 0 ? numerator : numerator / weight;
  }
}
