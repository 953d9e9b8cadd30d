package io.losswatch.core.loss;

import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.batch.Predictions;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.tensor.Tensor;
import java.util.Set;
import java.util.SortedMap;

/** −w·(y·max(ln p, −100) + (1 − y)·max(ln(1 − p), −100)) of probabilities p. */
final class BinaryCrossEntropy extends ElementwiseLoss {
  /** PyTorch's bound, which keeps a certain and wrong prediction finite. */
  private static final double LEAST_LOGARITHM = -100;

  private static final Set<OutputKind> KINDS = Set.of(OutputKind.PROBS);

  private final ClassWeights classWeights;
  private final SortedMap<String, String> parameters;

  BinaryCrossEntropy(LossParameters given) {
    super("bce");
    this.classWeights = ClassWeights.of(given, "class-weights");
    this.parameters = given.canonical();
  }

  @Override
  protected double loss(double probability, double label) {
    double yes = label * Math.max(Math.log(probability), LEAST_LOGARITHM);
    double no = (1 - label) * Math.max(Math.log1p(-probability), LEAST_LOGARITHM);
    return 0 - (yes + no);
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
    return !classWeights.isPresent();
  }

  @Override
  void admit(Predictions predictions, Tensor labels) {
    Tensor probabilities = predictions.values();
    classWeights.requireFit(predictions);
    int size = probabilities.shape().elementCount();
    for (int i = 0; i < size; i++) {
      double p = probabilities.doubleAt(i);
      if (!(p >= 0 && p <= 1)) {
        throw new RefusedException(
            Reason.BAD_VALUE,
            "a probability is in [0, 1], but %s is %s"
                .formatted(Admission.place("predictions", probabilities.shape(), i), p));
      }
    }
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
    super.block(predictions, labels, start, count, losses, first, workspace);
    classWeights.multiply(losses, first, predictions, start, count);
  }
}
