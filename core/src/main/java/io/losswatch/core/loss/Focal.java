package io.losswatch.core.loss;

import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.batch.Predictions;
import io.losswatch.core.tensor.Tensor;
import java.util.Set;
import java.util.SortedMap;

/**
 * Sigmoid focal loss (Lin et al. 2017): α_t·(1 − p_t)^γ·BCE of logits, where 1 − p_t is the
 * probability of the wrong answer, y·(1 − p) + (1 − y)·p, and α_t = α·y + (1 − α)·(1 − y). A
 * negative α: no α_t.
 */
final class Focal extends BlockwiseLoss {
  private static final Set<OutputKind> KINDS = Set.of(OutputKind.LOGITS);

  private final double alpha;
  private final double gamma;
  private final SortedMap<String, String> parameters;

  Focal(LossParameters given) {
    super("focal");
    this.alpha =
        given.number(
            "alpha",
            0.25,
            a -> a <= 1 && a > Double.NEGATIVE_INFINITY,
            "a number in [0, 1], or negative for none",
            a -> a < 0 ? -1 : a);
    this.gamma =
        given.number("gamma", 2, g -> g >= 0 && Double.isFinite(g), "a finite number >= 0");
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
  void block(
      Predictions predictions,
      Tensor labels,
      int start,
      int count,
      double[] losses,
      int first,
      Workspace workspace) {
    Tensor logits = predictions.values();
    double[] x = workspace.predictions();
    double[] y = workspace.labels();
    logits.copyTo(start, count, x, 0);
    labels.copyTo(start, count, y, 0);
    workspace.kernel().binaryCrossEntropy(logits, labels, start, count, losses, first);
    for (int i = 0; i < count; i++) {
      losses[first + i] *= focus(x[i], y[i]);
    }
  }

  /** α_t·(1 − p_t)^γ; both p and 1 − p come from e^(−|x|), so that neither cancels. */
  private double focus(double logit, double label) {
    double u = Math.exp(-Math.abs(logit));
    double likely = 1 / (1 + u);
    double unlikely = u / (1 + u);
    double wrong =
        logit >= 0
            ? label * unlikely + (1 - label) * likely
            : label * likely + (1 - label) * unlikely;
    double modulation = Math.pow(wrong, gamma);
    return alpha < 0 ? modulation : (alpha * label + (1 - alpha) * (1 - label)) * modulation;
  }
}
