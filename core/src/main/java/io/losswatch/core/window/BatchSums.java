package io.losswatch.core.window;

import io.losswatch.core.loss.LossBuffer;

/**
 * Sums over the samples of one batch: one pass for all but the deviations, one for those from the
 * mean. What rounding loses of a sum is collected apart (A. Neumaier, 1974), which shortens the
 * chain of dependent additions; a batch is too short for that second sum's own rounding to matter.
 */
final class BatchSums {
  private final LossBuffer batch;
  private double sumHigh;
  private double sumLow;
  private double weightHigh;
  private double weightLow;
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

  private BatchSums(LossBuffer batch) {
    this.batch = batch;
  }

  static BatchSums of(LossBuffer batch, boolean isLikelihood) {
    BatchSums sums = new BatchSums(batch);
    sums.takeSums();
    sums.takeLogLikelihood(isLikelihood);
    sums.squaredDeviations = sums.deviations();
    return sums;
  }

  private void takeSums() {
    double[] numerators = batch.losses();
    double[] weights = batch.weights();
    double high = 0;
    double low = 0;
    double wholeWeight = 0;
    double restOfWeight = 0;
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
      double nextWeight = wholeWeight + weight;
      restOfWeight += DoubleDouble.error(nextWeight, wholeWeight, weight);
      wholeWeight = nextWeight;
      squaredWeights += weight * weight;
      min = loss < min ? loss : min;
      max = loss > max ? loss : max;
    }
    sumHigh = high(high, low);
    sumLow = low(high, low);
    weightHigh = high(wholeWeight, restOfWeight);
    weightLow = low(wholeWeight, restOfWeight);
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
  private double deviations() {
    if (weightHigh == 0 || batch.size() == 1) {
      return 0;
    }
    double[] numerators = batch.losses();
    double[] weights = batch.weights();
    // a mean that is off by d shifts the result by d²·Σw only: no more digits are needed
    double mean = (sumHigh - unweighted) / weightHigh;
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

  private void takeLogLikelihood(boolean isLikelihood) {
    if (samples > 0 && (!isLikelihood || batch.isWeighted())) {
      nllHigh = Double.NaN;
      return;
    }
    // a sample is the mean over its elements, the likelihood is of all elements
    int elements = batch.elementsPerSample();
    double high = sumHigh * elements;
    double low = Math.fma(sumHigh, elements, -high) + sumLow * elements;
    nllHigh = high(high, low);
    nllLow = low(high, low);
  }

  private static double high(double high, double low) {
    // what rounding lost of a sum that is not finite is NaN
    return Double.isFinite(high) ? DoubleDouble.high(high, 0, low, 0) : high;
  }

  private static double low(double high, double low) {
    return Double.isFinite(high) ? DoubleDouble.low(high, 0, low, 0) : 0;
  }

  /** n/w; n if the weight is 0. */
  static double loss(double numerator, double weight) {
    return weight == 1 || weight == 0 ? numerator : numerator / weight;
  }

  /** Σn, a double-double. */
  double sumHigh() {
    return sumHigh;
  }

  double sumLow() {
    return sumLow;
  }

  /** Σw, a double-double. */
  double weightHigh() {
    return weightHigh;
  }

  double weightLow() {
    return weightLow;
  }

  /** Negative log-likelihood of all elements, a double-double; NaN: the loss is none. */
  double nllHigh() {
    return nllHigh;
  }

  double nllLow() {
    return nllLow;
  }

  /** Σw². */
  double squaredWeights() {
    return squaredWeights;
  }

  /** Σw(ℓ−m)². */
  double squaredDeviations() {
    return squaredDeviations;
  }

  /** Σn of the samples with w = 0. */
  double unweighted() {
    return unweighted;
  }

  double min() {
    return min;
  }

  double max() {
    return max;
  }

  long samples() {
    return samples;
  }

  long ignored() {
    return ignored;
  }

  long nan() {
    return nan;
  }

  long inf() {
    return inf;
  }
}
