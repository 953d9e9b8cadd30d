package io.losswatch.core.loss;

import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.batch.Predictions;
import io.losswatch.core.kernel.Kernel;
import io.losswatch.core.tensor.Tensor;
import java.util.Set;
import java.util.SortedMap;

/** w·((1 − y)·x − (1 + (pos_weight − 1)·y)·log_sigmoid(x)) of logits x. */
final class BinaryCrossEntropyWithLogits extends BlockwiseLoss {
  private static final Set<OutputKind> KINDS = Set.of(OutputKind.LOGITS);

  private final ClassWeights classWeights;
  private final ClassWeights positiveWeights;
  private final SortedMap<String, String> parameters;

  BinaryCrossEntropyWithLogits(LossParameters given) {
    super("bce_with_logits");
    this.classWeights = ClassWeights.of(given, "class-weights");
    this.positiveWeights = ClassWeights.of(given, "pos-weight");
    this.parameters = given.canonical();
  }

  @Override
  protected Set<OutputKind> kinds() {
    return KINDS;
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
  public boolean isLikelihood() {
    return !classWeights.isPresent() && !positiveWeights.isPresent();
  }

  @Override
  void admit(Predictions predictions, Tensor labels) {
    classWeights.requireFit(predictions);
    positiveWeights.requireFit(predictions);
  }

  @Override
  void block(
      Predictions predictions,
      Tensor labels,
      int start,
      int count,
      double[] losses,
      int first,
      Workspace workspace) {
    if (positiveWeights.isPresent()) {
      weightPositives(predictions, labels, start, count, losses, first, workspace);
    } else {
      Tensor logits = predictions.values();
      workspace.kernel().binaryCrossEntropy(logits, labels, start, count, losses, first);
    }
    classWeights.multiply(losses, first, predictions, start, count);
  }

  @Override
  void averageRows(Predictions predictions, Tensor labels, int rows, int row, LossBuffer out) {
    boolean isPlain = isLikelihood() && !out.counts(this) && row <= Workspace.BLOCK / 2;
    if (isPlain) {
      Kernel kernel = out.workspace().kernel();
      kernel.meanBinaryCrossEntropies(predictions.values(), labels, rows, row, out.losses());
    } else {
      super.averageRows(predictions, labels, rows, row, out);
    }
  }

  /**
   * With q = pos_weight the loss is (1 − y)·x + (1 + (q − 1)·y)·tail for x >= 0 and −q·y·x + (1 +
   * (q − 1)·y)·tail below, where tail = ln(1 + e^(−|x|)): no two large terms that cancel.
   */
  private void weightPositives(
      Predictions predictions,
      Tensor labels,
      int start,
      int count,
      double[] losses,
      int first,
      Workspace workspace) {
    Tensor logits = predictions.values();
    long labelCount = LabelAxis.labels(predictions.layout(), logits.shape());
    int inner = LabelAxis.inner(predictions.layout(), logits.shape());
    double[] x = workspace.predictions();
    double[] y = workspace.labels();
    logits.copyTo(start, count, x, 0);
    labels.copyTo(start, count, y, 0);
    workspace.kernel().softplusTail(logits, start, count, losses, first);
    for (int i = 0; i < count; i++) {
      double q = positiveWeights.of((int) ((start + i) / inner % labelCount));
      double slope = x[i] >= 0 ? 1 - y[i] : -q * y[i];
      double loss = slope * x[i] + (1 + (q - 1) * y[i]) * losses[first + i];
      losses[first + i] = x[i] == Double.NEGATIVE_INFINITY ? Double.NaN : loss;
    }
  }
}
