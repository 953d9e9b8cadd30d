package io.losswatch.core.loss;

import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.batch.Predictions;
import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;
import java.util.Set;
import java.util.SortedMap;

/** Binary cross-entropy with logits times class weights, as the mean over the labels of a row. */
final class MultiLabelSoftMargin extends RowLoss {
  private final ClassWeights classWeights;
  private final SortedMap<String, String> parameters;

  MultiLabelSoftMargin(LossParameters given) {
    super("multilabel_soft_margin");
    this.classWeights = ClassWeights.of(given, "class-weights");
    this.parameters = given.canonical();
  }

  @Override
  public SortedMap<String, String> parameters() {
    return parameters;
  }

  @Override
  public Set<String> metrics() {
    return Metrics.OF_BINARY_LABELS;
  }

  @Override
  Shape labelShape(Shape predictions, Shape rows) {
    return predictions;
  }

  @Override
  void admit(Predictions predictions, Tensor labels, ClassAxis axis) {
    classWeights.requireFit(predictions);
  }

  @Override
  double loss(
      int row, int start, int classes, Tensor predictions, Tensor labels, Workspace workspace) {
    double[] losses = workspace.blockLosses();
    double sum = 0;
    for (int c = 0; c < classes; c += Workspace.BLOCK) {
      int n = Math.min(Workspace.BLOCK, classes - c);
      workspace.kernel().binaryCrossEntropy(predictions, labels, start + c, n, losses, 0);
      if (classWeights.isPresent()) {
        for (int i = 0; i < n; i++) {
          losses[i] *= classWeights.of(c + i);
        }
      }
      sum += Sums.plain(losses, 0, n);
    }
    return sum / classes;
  }

  @Override
  void count(int row, int start, int classes, Tensor predictions, Tensor labels, LossBuffer out) {
    BinaryCompanions companions = out.workspace().binaryCompanions();
    companions.begin(out.metricSums(), OutputKind.LOGITS, classes);
    for (int c = 0; c < classes; c += Workspace.BLOCK) {
      int n = Math.min(Workspace.BLOCK, classes - c);
      companions.add(predictions, labels, start + c, n, out.losses());
    }
  }
}
