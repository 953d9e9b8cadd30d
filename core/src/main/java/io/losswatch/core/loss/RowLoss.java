package io.losswatch.core.loss;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.batch.Predictions;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * One loss a row of classes, {@code []} of {@code [C]} or {@code [N]} of {@code [N, C]}: a sample
 * is a row. A subclass says which labels a row has and what its loss is.
 */
abstract class RowLoss implements Loss {
  private static final Set<OutputKind> KINDS =
      Collections.unmodifiableSet(EnumSet.of(OutputKind.LOGITS, OutputKind.VALUES));

  private final String name;

  /** A loss of that name. */
  RowLoss(String name) {
    this.name = name;
  }

  /** The shape of the labels, which is one of these two. */
  abstract Shape labelShape(Shape predictions, Shape rows);

  /** Refuses labels that are none and parameters that do not fit the batch. */
  abstract void admit(Predictions predictions, Tensor labels, ClassAxis axis)
      throws RefusedException;

  /** The loss of the row whose {@code classes} predictions start at element {@code start}. */
  abstract double loss(
      int row, int start, int classes, Tensor predictions, Tensor labels, Workspace workspace);

  /** Counts the companions of a row whose loss is a number, if some are asked for. */
  void count(int row, int start, int classes, Tensor predictions, Tensor labels, LossBuffer out) {}

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final boolean isLikelihood() {
    return false;
  }

  /** Rows; {@code [C]} is one. */
  @Override
  public final long sampleCount(Predictions predictions) {
    Shape shape = predictions.values().shape();
    if (shape.elementCount() == 0) {
      return 0;
    }
    return shape.rank() < 2 ? 1 : shape.extent(0);
  }

  @Override
  public final void elements(Batch batch, LossBuffer out) {
    Predictions predictions = batch.predictions();
    Admission.requireKind(name, predictions.kind(), KINDS);
    Tensor labels = Admission.requireLabels(batch);
    Tensor values = predictions.values();
    Shape shape = values.shape();
    requireRows(shape);
    Workspace workspace = out.workspace();
    Shape rows = workspace.samples().without(shape, shape.rank() - 1);
    requireLabels(labels.shape(), shape, rows);
    ClassAxis axis = workspace.classAxis(predictions.layout(), shape, rows);
    admit(predictions, labels, axis);
    out.begin(rows, rows, shape.rank() == 1 ? 1 : shape.extent(0));
    evaluate(values, labels, axis, out);
    out.weigh(batch.weights());
  }

  private void evaluate(Tensor predictions, Tensor labels, ClassAxis axis, LossBuffer out) {
    boolean counts = out.counts(this);
    int classes = axis.classes();
    for (int r = 0; r < axis.rows(); r++) {
      double loss = loss(r, r * classes, classes, predictions, labels, out.workspace());
      out.put(r, loss);
      if (counts && !Double.isNaN(loss)) {
        count(r, r * classes, classes, predictions, labels, out);
      }
    }
  }

  private void requireRows(Shape shape) {
    if (shape.rank() != 1 && shape.rank() != 2) {
      throw new RefusedException(
          Reason.BAD_SHAPE,
          "%s reads predictions of shape [C] or [N, C], but predictions has shape %s"
              .formatted(name, shape));
    }
  }

  private void requireLabels(Shape actual, Shape predictions, Shape rows) {
    Shape expected = labelShape(predictions, rows);
    if (!actual.equals(expected)) {
      throw new RefusedException(
          Reason.BAD_SHAPE,
          "%s; labels of %s have shape %s"
              .formatted(Admission.unequal(predictions, actual), name, expected));
    }
  }
}
