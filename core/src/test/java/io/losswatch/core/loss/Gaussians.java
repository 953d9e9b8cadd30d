package io.losswatch.core.loss;

import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;

/** Predictions whose last axis is a mean and a variance. */
final class Gaussians {
  /** No number is negative, so that any may be a variance. */
  static final Numbers MEAN_OR_VARIANCE =
      new Numbers(
          random -> Math.abs(random.nextGaussian()) * (random.nextInt(4) == 0 ? 1e-3 : 3),
          Double.NaN,
          Double.POSITIVE_INFINITY,
          0,
          -0.0,
          Float.MIN_VALUE,
          1e4,
          3e38,
          1);

  private Gaussians() {}

  /** The loss of a label under a mean and a variance. */
  @FunctionalInterface
  interface OfPair {
    Exact loss(double mean, double variance, double label);
  }

  static LossOracle oracle(OfPair oracle) {
    return batch -> {
      Tensor pairs = batch.predictions().values();
      Tensor labels = LossOracle.labels(batch);
      Shape samples = LossOracle.firstAxis(labels.shape());
      Expected expected = Expected.of(labels.shape(), samples);
      for (int i = 0; i < expected.size(); i++) {
        Exact loss =
            oracle.loss(pairs.doubleAt(2 * i), pairs.doubleAt(2 * i + 1), labels.doubleAt(i));
        expected.put(i, loss, pairs.datatype());
      }
      return expected;
    };
  }
}
