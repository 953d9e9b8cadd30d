package io.losswatch.core.loss;

import io.losswatch.core.batch.Predictions;
import io.losswatch.core.tensor.Tensor;

/**
 * A loss that is one expression of a prediction and its label, in double precision. A subclass
 * states that expression; shapes, datatypes, weights and the averaging of rows are done for it. The
 * labels have the predictions' shape; a sample is a row: the mean over all axes but the first.
 */
public abstract class ElementwiseLoss extends BlockwiseLoss {
  /** A loss of that name. */
  protected ElementwiseLoss(String name) {
    super(name);
  }

  /** The loss of one element; NaN and infinities are kept, windows count them apart. */
  protected abstract double loss(double prediction, double label);

  @Override
  void block(
      Predictions predictions,
      Tensor labels,
      int start,
      int count,
      double[] losses,
      int first,
      Workspace workspace) {
    double[] x = workspace.predictions();
    double[] y = workspace.labels();
    predictions.values().copyTo(start, count, x, 0);
    labels.copyTo(start, count, y, 0);
    for (int i = 0; i < count; i++) {
      losses[first + i] = loss(x[i], y[i]);
    }
  }
}
