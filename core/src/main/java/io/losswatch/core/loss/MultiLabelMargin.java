package io.losswatch.core.loss;

import io.losswatch.core.batch.Predictions;
import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;
import java.util.BitSet;
import java.util.Collections;
import java.util.SortedMap;

/**
 * 1/C · Σ_{t in the list} Σ_{c not in it} max(0, 1 − x_t + x_c). A row's labels are a list of
 * classes that the first −1 ends; a class that is listed twice counts twice.
 */
final class MultiLabelMargin extends RowLoss {
  private static final long END = -1;

  MultiLabelMargin() {
    super("multilabel_margin");
  }

  @Override
  public SortedMap<String, String> parameters() {
    return Collections.emptySortedMap();
  }

  @Override
  Shape labelShape(Shape predictions, Shape rows) {
    return predictions;
  }

  @Override
  void admit(Predictions predictions, Tensor labels, ClassAxis axis) {
    Admission.requireIndices(name(), labels);
    ClassLabels.requireIn(labels, END, axis.classes());
  }

  @Override
  double loss(
      int row, int start, int classes, Tensor predictions, Tensor labels, Workspace workspace) {
    BitSet listed = workspace.listedClasses();
    listed.clear();
    int end = start;
    while (end < start + classes && labels.longAt(end) != END) {
      listed.set((int) labels.longAt(end++));
    }
    double[] x = workspace.predictions();
    double sum = 0;
    for (int c = 0; c < classes; c += Workspace.BLOCK) {
      int n = Math.min(Workspace.BLOCK, classes - c);
      predictions.copyTo(start + c, n, x, 0);
      int others = keepUnlisted(x, n, listed, c);
      for (int i = start; i < end; i++) {
        double score = predictions.doubleAt(start + (int) labels.longAt(i));
        sum += Hinge.sum(x, others, 1 - score);
      }
    }
    return sum / classes;
  }

  /** Moves the predictions of classes that are not listed to the front and returns their number. */
  private static int keepUnlisted(double[] x, int count, BitSet listed, int firstClass) {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (!listed.get(firstClass + i)) {
        x[kept++] = x[i];
      }
    }
    return kept;
  }
}
