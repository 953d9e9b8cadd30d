package io.losswatch.core.loss;

import io.losswatch.core.batch.Layout;
import io.losswatch.core.tensor.Shape;
import java.util.List;

/**
 * The form of predictions: their shape, and where its class axis is.
 *
 * @param layout of the class axis
 * @param shape of the predictions
 */
record Form(Layout layout, Shape shape) {
  static Form last(long... extents) {
    return new Form(Layout.CLASS_LAST, Shape.of(extents));
  }

  static Form second(long... extents) {
    return new Form(Layout.CLASS_SECOND, Shape.of(extents));
  }

  /** Forms with an axis of some extent. */
  @FunctionalInterface
  interface Family {
    /** Forms in which {@code size} is an extent; 0: without elements. */
    List<Form> of(int size);
  }

  /** Number of the class axis. */
  int axis() {
    int last = shape.rank() - 1;
    return layout == Layout.CLASS_LAST ? last : Math.min(1, last);
  }

  /** Any shape at all. */
  static List<Form> any(int size) {
    if (size == 1) {
      return List.of(last(), last(1), last(1, 1), second(2, 1, 1));
    }
    return List.of(last(size), last(size, 1), last(3, size), second(2, 2, size), last(size, 2));
  }

  /** Shapes in which the label axis has {@code labels}, as weights of labels want it. */
  static Family ofLabels(int labels) {
    return size ->
        List.of(
            last(labels),
            last(size, labels),
            second(size, labels),
            last(2, size, labels),
            second(2, labels, size));
  }

  /** Predictions over {@code size} classes, or as many rows. */
  static List<Form> ofClasses(int size) {
    if (size == 0) {
      return List.of(last(0, 3), second(0, 3), last(0, 2, 3), second(0, 3, 2), last(2, 0, 3));
    }
    return List.of(
        last(size),
        last(3, size),
        last(size, 3),
        last(2, 2, size),
        second(2, size, 3),
        second(1, 4, size),
        second(2, 3, 2, size % 100));
  }

  /** As above with {@code classes} always, as weights of classes want it. */
  static Family ofClassCount(int classes) {
    return size ->
        size == 0
            ? List.of(last(0, classes), second(0, classes, 2), last(2, 0, classes))
            : List.of(
                last(classes),
                last(size, classes),
                second(size, classes),
                last(2, size, classes),
                second(2, classes, size));
  }

  /** Rows of {@code size} classes, or as many rows: rank 1 and 2 alone. */
  static List<Form> ofRows(int size) {
    return size == 0
        ? List.of(last(0, 3), second(0, 3))
        : List.of(last(size), last(3, size), last(size, 5), second(size, 2));
  }

  /** As above with {@code classes} always. */
  static Family ofRowsOf(int classes) {
    return size ->
        size == 0
            ? List.of(last(0, classes))
            : List.of(last(classes), last(size, classes), second(size, classes));
  }

  /** Any shape before a last axis of two: mean and variance. */
  static List<Form> ofPairs(int size) {
    return size == 1
        ? List.of(last(2), last(1, 2), second(1, 1, 2))
        : List.of(last(size, 2), last(size, 1, 2), last(3, size, 2), second(2, 2, size, 2));
  }
}
