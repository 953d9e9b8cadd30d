package io.losswatch.core.loss;

import io.losswatch.core.tensor.Shape;

/**
 * The shape of the samples for the last shape of predictions: batches of a model are alike, so that
 * hardly one makes a new shape. Mutable; owned by one {@link Workspace}.
 */
final class ShapeMemo {
  private static final Shape SCALAR = Shape.of();

  private Shape whole = SCALAR;
  private Shape answer = SCALAR;
  private int axis = -1;

  /** Of an element-wise loss: the first axis alone; no samples if there are no elements. */
  Shape of(Shape predictions) {
    if (predictions.rank() <= 1) {
      return predictions;
    }
    return axis == -1 && whole.equals(predictions)
        ? answer
        : remember(predictions, -1, rows(predictions));
  }

  private static Shape rows(Shape predictions) {
    return Shape.of(predictions.elementCount() == 0 ? 0 : predictions.extent(0));
  }

  /** Of a class loss: all axes but that of the classes. */
  Shape without(Shape predictions, int classAxis) {
    return axis == classAxis && whole.equals(predictions)
        ? answer
        : remember(predictions, classAxis, predictions.without(classAxis));
  }

  private Shape remember(Shape predictions, int classAxis, Shape samples) {
    whole = predictions;
    axis = classAxis;
    answer = samples;
    return samples;
  }
}
