package io.losswatch.core.loss;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.Predictions;
import io.losswatch.core.tensor.Datatype;
import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;
import java.util.Objects;
import java.util.function.IntToDoubleFunction;

/** The obvious slow way to the losses of a batch without weights: one element or row at a time. */
@FunctionalInterface
interface LossOracle {
  /** What reduction {@code none} holds. */
  Expected elements(Batch batch);

  /** The loss of one element. */
  @FunctionalInterface
  interface OfElement {
    Exact loss(double x, double y);
  }

  /** The loss of one element, which may depend on its place on the label axis. */
  @FunctionalInterface
  interface OfLabel {
    Exact loss(double x, double y, int label);
  }

  /** The loss of a row and the class that it belongs to. */
  @FunctionalInterface
  interface OfClass {
    Exact loss(double[] row, int target);
  }

  /** The loss of a row and as many numbers. */
  @FunctionalInterface
  interface OfRow {
    Exact loss(double[] row, double[] labels);
  }

  static LossOracle ofElements(OfElement oracle) {
    return ofLabels((x, y, label) -> oracle.loss(x, y));
  }

  static LossOracle ofLabels(OfLabel oracle) {
    return batch -> {
      Predictions predictions = batch.predictions();
      Tensor values = predictions.values();
      Expected expected = Expected.of(values.shape(), firstAxis(values.shape()));
      int[] labels = labelsOf(new Form(predictions.layout(), values.shape()));
      for (int i = 0; i < expected.size(); i++) {
        Exact loss = oracle.loss(values.doubleAt(i), labels(batch).doubleAt(i), labels[i]);
        expected.put(i, loss, values.datatype());
      }
      return expected;
    };
  }

  private static int[] labelsOf(Form form) {
    int[] labels = new int[form.shape().elementCount()];
    if (form.shape().rank() == 0) {
      return labels;
    }
    int inner = 1;
    for (int axis = form.axis() + 1; axis < form.shape().rank(); axis++) {
      inner *= (int) form.shape().extent(axis);
    }
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (int) (i / inner % form.shape().extent(form.axis()));
    }
    return labels;
  }

  /** The samples of an element-wise loss. */
  static Shape firstAxis(Shape shape) {
    if (shape.rank() <= 1) {
      return shape;
    }
    return Shape.of(shape.elementCount() == 0 ? 0 : shape.extent(0));
  }

  /** One class index a row; {@code weight} is what a target adds to the denominator. */
  static LossOracle ofClasses(long ignoreIndex, IntToDoubleFunction weight, OfClass oracle) {
    return batch -> {
      Rows rows = Rows.of(batch.predictions());
      Datatype datatype = batch.predictions().values().datatype();
      Expected expected = Expected.of(rows.samples(), rows.samples());
      for (int r = 0; r < expected.size(); r++) {
        long target = labels(batch).longAt(r);
        if (target == ignoreIndex) {
          expected.ignore(r);
        } else {
          expected.put(r, oracle.loss(rows.values()[r], (int) target), datatype);
          expected.weights()[r] = weight.applyAsDouble((int) target);
        }
      }
      return expected;
    };
  }

  /** Labels of the predictions' shape, one loss a row of classes. */
  static LossOracle ofRows(OfRow oracle) {
    return batch -> {
      Predictions predictions = batch.predictions();
      Rows rows = Rows.of(predictions);
      Rows labels = Rows.of(predictions, labels(batch));
      Expected expected = Expected.of(rows.samples(), rows.samples());
      for (int r = 0; r < expected.size(); r++) {
        Exact loss = oracle.loss(rows.values()[r], labels.values()[r]);
        expected.put(r, loss, predictions.values().datatype());
      }
      return expected;
    };
  }

  /** The labels of a batch that has them. */
  static Tensor labels(Batch batch) {
    return Objects.requireNonNull(batch.labels());
  }
}
