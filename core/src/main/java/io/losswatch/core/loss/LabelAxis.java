package io.losswatch.core.loss;

import io.losswatch.core.batch.Layout;
import io.losswatch.core.tensor.Shape;

/**
 * Where the labels of a multi-label prediction are: the last axis, axis 1 for CLASS_SECOND, the
 * only axis of {@code [N]}. Numbers only, since an object a block would be garbage a batch.
 */
final class LabelAxis {
  private LabelAxis() {}

  /** Extent of the label axis; 1 for a scalar. */
  static long labels(Layout layout, Shape shape) {
    return shape.rank() == 0 ? 1 : shape.extent(ClassAxis.indexOf(layout, shape));
  }

  /** Distance of two labels of a row: product of the extents after the label axis. */
  static int inner(Layout layout, Shape shape) {
    return shape.rank() == 0 ? 1 : ClassAxis.inner(shape, ClassAxis.indexOf(layout, shape));
  }
}
