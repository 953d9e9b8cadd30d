package io.losswatch.core.loss;

import io.losswatch.core.batch.Layout;
import io.losswatch.core.tensor.Shape;

/**
 * Where the labels of a multi-label prediction are: the last axis, axis 1 for CLASS_SECOND, the
 * only axis of {@code [N]}.
 *
 * @param labels extent of that axis; 1 for a scalar
 * @param inner distance of two labels of a row: product of the extents after that axis
 */
record LabelAxis(long labels, int inner) {
  static LabelAxis of(Layout layout, Shape shape) {
    if (shape.rank() == 0) {
      return new LabelAxis(1, 1);
    }
    int axis = ClassAxis.indexOf(layout, shape);
    return new LabelAxis(shape.extent(axis), ClassAxis.inner(shape, axis));
  }

  /** The label that an element belongs to. */
  int labelOf(int element) {
    return (int) (element / inner % labels);
  }
}
