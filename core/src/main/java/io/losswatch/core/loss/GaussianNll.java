package io.losswatch.core.loss;

import io.losswatch.core.batch.Predictions;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;
import java.util.SortedMap;

/**
 * Negative log likelihood of values t under normal distributions: ½·(ln v + (x − t)²/v) with v =
 * max(variance, eps); {@code full} adds ½·ln 2π. Predictions have one axis more than labels, the
 * last, of 2 in either layout: mean and variance.
 */
final class GaussianNll extends BlockwiseLoss {
  private static final double HALF_LOG_TWO_PI = Math.log(2 * Math.PI) / 2;

  /** Pairs of mean and variance that fit the array for the predictions of a block. */
  private static final int PAIRS = Workspace.BLOCK / 2;

  private final double constant;
  private final double eps;
  private final SortedMap<String, String> parameters;

  GaussianNll(LossParameters given) {
    super("gaussian_nll");
    this.constant = given.flag("full", false) ? HALF_LOG_TWO_PI : 0;
    this.eps = given.number("eps", 1e-6, e -> e >= 0 && Double.isFinite(e), "a finite number >= 0");
    this.parameters = given.canonical();
  }

  @Override
  public SortedMap<String, String> parameters() {
    return parameters;
  }

  /** Rows of the labels, whose shape lacks the last axis. */
  @Override
  public long sampleCount(Predictions predictions) {
    Shape shape = predictions.values().shape();
    return shape.rank() == 1 ? 1 : super.sampleCount(predictions);
  }

  @Override
  void requireShapes(Shape predictions, Shape labels) {
    if (!isPairOf(predictions, labels)) {
      throw new RefusedException(
          Reason.BAD_SHAPE,
          "%s; gaussian_nll has one more axis in predictions, the last, of mean and variance"
              .formatted(Admission.unequal(predictions, labels)));
    }
  }

  private static boolean isPairOf(Shape predictions, Shape labels) {
    int last = labels.rank();
    if (predictions.rank() != last + 1 || predictions.extent(last) != 2) {
      return false;
    }
    for (int axis = 0; axis < last; axis++) {
      if (predictions.extent(axis) != labels.extent(axis)) {
        return false;
      }
    }
    return true;
  }

  @Override
  void admit(Predictions predictions, Tensor labels) {
    Tensor pairs = predictions.values();
    int size = pairs.shape().elementCount();
    for (int i = 1; i < size; i += 2) {
      if (pairs.doubleAt(i) < 0) {
        throw new RefusedException(
            Reason.BAD_VALUE,
            "a variance is >= 0, but %s is %s"
                .formatted(Admission.place("predictions", pairs.shape(), i), pairs.doubleAt(i)));
      }
    }
  }

  @Override
  void block(
      Predictions predictions,
      Tensor labels,
      int start,
      int count,
      double[] losses,
      int first,
      Workspace workspace) {
    double[] pairs = workspace.predictions();
    double[] t = workspace.labels();
    labels.copyTo(start, count, t, 0);
    for (int done = 0; done < count; done += PAIRS) {
      int n = Math.min(PAIRS, count - done);
      predictions.values().copyTo(2 * (start + done), 2 * n, pairs, 0);
      for (int i = 0; i < n; i++) {
        losses[first + done + i] = loss(pairs[2 * i], pairs[2 * i + 1], t[done + i]);
      }
    }
  }

  private double loss(double mean, double variance, double label) {
    double v = Math.max(variance, eps);
    double difference = mean - label;
    return (Math.log(v) + difference * difference / v) / 2 + constant;
  }
}
