package io.losswatch.core.loss;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;
import java.util.Set;
import java.util.StringJoiner;

/** What every loss asks of a batch before it reads a number. */
final class Admission {
  private Admission() {}

  static void requireKind(String loss, OutputKind kind, Set<OutputKind> kinds) {
    if (!kinds.contains(kind)) {
      throw new RefusedException(
          Reason.WRONG_KIND, "%s reads %s, but kind is %s".formatted(loss, kinds, kind));
    }
  }

  static Tensor requireLabels(Batch batch) {
    Tensor labels = batch.labels();
    if (labels == null) {
      throw new RefusedException(
          Reason.MISSING_LABEL,
          "a loss needs labels, but predictions %s come without"
              .formatted(batch.predictions().values().shape()));
    }
    return labels;
  }

  static void requireIndices(String loss, Tensor labels) {
    if (labels.datatype().isFloating()) {
      throw new RefusedException(
          Reason.BAD_DATATYPE,
          "%s takes class indices as integer labels, but labels has %s"
              .formatted(loss, labels.datatype()));
    }
  }

  static void requireSameShape(Shape predictions, Shape labels) {
    if (predictions.equals(labels)) {
      return;
    }
    throw new RefusedException(Reason.BAD_SHAPE, unequal(predictions, labels));
  }

  /** Says which side has how many samples if that is all that differs. */
  static String unequal(Shape predictions, Shape labels) {
    if (predictions.rank() > 0 && labels.rank() > 0 && predictions.extent(0) != labels.extent(0)) {
      return "labels has %d samples but predictions has %d (shapes %s and %s)"
          .formatted(labels.extent(0), predictions.extent(0), labels, predictions);
    }
    return "labels has shape %s but predictions has %s".formatted(labels, predictions);
  }

  /** Where a number stands, such as {@code labels[3, 7]}. */
  static String place(String tensor, Shape shape, int element) {
    StringJoiner indices = new StringJoiner(", ", tensor + "[", "]");
    long block = shape.elementCount();
    long rest = element;
    for (int axis = 0; axis < shape.rank(); axis++) {
      block /= shape.extent(axis);
      indices.add(Long.toString(rest / block));
      rest %= block;
    }
    return indices.toString();
  }
}
