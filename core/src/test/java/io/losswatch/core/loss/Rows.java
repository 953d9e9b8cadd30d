package io.losswatch.core.loss;

import io.losswatch.core.batch.Predictions;
import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;

/**
 * The numbers of a tensor by row and class, whatever the layout.
 *
 * @param values one array a row
 * @param samples shape without the class axis
 */
record Rows(double[][] values, Shape samples) {
  static Rows of(Predictions predictions) {
    return of(predictions, predictions.values());
  }

  /** Rows of a tensor of the predictions' shape. */
  static Rows of(Predictions predictions, Tensor tensor) {
    Form form = new Form(predictions.layout(), predictions.values().shape());
    int axis = form.axis();
    Shape samples = form.shape().without(axis);
    int classes = (int) form.shape().extent(axis);
    int inner = 1;
    for (int a = axis + 1; a < form.shape().rank(); a++) {
      inner *= (int) form.shape().extent(a);
    }
    double[][] values = new double[samples.elementCount()][classes];
    for (int r = 0; r < values.length; r++) {
      for (int c = 0; c < classes; c++) {
        values[r][c] = tensor.doubleAt((r / inner * classes + c) * inner + r % inner);
      }
    }
    return new Rows(values, samples);
  }
}
