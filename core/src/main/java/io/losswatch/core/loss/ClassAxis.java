package io.losswatch.core.loss;

import io.losswatch.core.batch.Layout;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.tensor.Shape;

/**
 * Where the classes of a prediction are: element (row, class) is number {@code (row / inner ·
 * classes + class) · inner + row % inner}.
 *
 * @param axis the class axis
 * @param rows number of predictions over the classes
 * @param classes extent of the class axis
 * @param inner distance of two classes of a row: product of the extents after the class axis
 */
record ClassAxis(int axis, int rows, int classes, int inner) {
  /** The class axis of a shape. */
  static ClassAxis of(Layout layout, Shape shape, Shape samples) {
    int axis = indexOf(layout, shape);
    int rows = samples.elementCount();
    if (rows > 0 && shape.extent(axis) == 0) {
      throw new RefusedException(
          Reason.BAD_SHAPE, "a class axis has classes, but predictions has shape " + shape);
    }
    return rows == 0
        ? new ClassAxis(axis, 0, 1, 1)
        : new ClassAxis(axis, rows, (int) shape.extent(axis), inner(shape, axis));
  }

  /** Number of the class axis among the axes of a shape: the last, or axis 1. */
  static int indexOf(Layout layout, Shape shape) {
    if (shape.rank() == 0) {
      throw new RefusedException(
          Reason.BAD_SHAPE, "class predictions have a class axis, but predictions has shape []");
    }
    return layout == Layout.CLASS_LAST ? shape.rank() - 1 : Math.min(1, shape.rank() - 1);
  }

  /** Product of the extents after an axis. */
  static int inner(Shape shape, int axis) {
    int inner = 1;
    for (int i = axis + 1; i < shape.rank(); i++) {
      inner *= (int) shape.extent(i);
    }
    return inner;
  }

  /** Row-major index of an element in the shape that the prediction came in. */
  int elementOf(int row, int c) {
    return (row / inner * classes + c) * inner + row % inner;
  }
}
