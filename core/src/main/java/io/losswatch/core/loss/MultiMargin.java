package io.losswatch.core.loss;

import io.losswatch.core.batch.Predictions;
import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;
import java.util.Set;
import java.util.SortedMap;

/**
 * w_y/C · Σ_{c≠y} max(0, margin − x_y + x_c)^p with p 1 or 2. The mean divides by the rows, not by
 * their class weights.
 */
final class MultiMargin extends RowLoss {
  private final double margin;
  private final boolean isSquared;
  private final ClassWeights classWeights;
  private final SortedMap<String, String> parameters;

  MultiMargin(LossParameters given) {
    super("multi_margin");
    this.margin = given.number("margin", 1, Double::isFinite, "a finite number");
    this.isSquared = given.number("p", 1, p -> p == 1 || p == 2, "1 or 2") == 2;
    this.classWeights = ClassWeights.of(given, "class-weights");
    this.parameters = given.canonical();
  }

  @Override
  public SortedMap<String, String> parameters() {
    return parameters;
  }

  @Override
  public Set<String> metrics() {
    return Metrics.OF_SCORES;
  }

  @Override
  Shape labelShape(Shape predictions, Shape rows) {
    return rows;
  }

  @Override
  void admit(Predictions predictions, Tensor labels, ClassAxis axis) {
    Admission.requireIndices(name(), labels);
    ClassLabels.requireIn(labels, 0, axis.classes());
    if (axis.rows() > 0) {
      classWeights.requireCount(axis.classes());
    }
  }

  @Override
  double loss(
      int row, int start, int classes, Tensor predictions, Tensor labels, Workspace workspace) {
    int target = (int) labels.longAt(row);
    double gap = margin - predictions.doubleAt(start + target);
    double[] x = workspace.predictions();
    double sum = 0;
    for (int c = 0; c < classes; c += Workspace.BLOCK) {
      int n = Math.min(Workspace.BLOCK, classes - c);
      predictions.copyTo(start + c, n, x, 0);
      if (target >= c && target < c + n) {
        x[target - c] = Double.NaN; // which adds nothing
      }
      sum += isSquared ? Hinge.sumOfSquares(x, n, gap) : Hinge.sum(x, n, gap);
    }
    return classWeights.of(target) * sum / classes;
  }

  @Override
  void count(int row, int start, int classes, Tensor predictions, Tensor labels, LossBuffer out) {
    LabelRanks ranks = out.workspace().labelRanks();
    double largest = ranks.largest(predictions, start, classes);
    if (!Double.isNaN(largest)) {
      int label = (int) labels.longAt(row);
      ranks.add(out.metricSums(), predictions, start, classes, label, largest);
    }
  }
}
