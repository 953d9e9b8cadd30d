package io.losswatch.core.loss;

import io.losswatch.core.batch.OutputKind;
import java.util.Set;
import java.util.SortedMap;

/**
 * Pointwise Kullback-Leibler divergence of log-probabilities x from probabilities t: t·ln t − t·x,
 * where 0·ln 0 is 0 but 0·∞ is NaN, as in PyTorch. Of log-probabilities t: e^t·(t − x).
 */
final class KullbackLeibler extends ElementwiseLoss {
  private static final Set<OutputKind> KINDS = Set.of(OutputKind.LOG_PROBS);

  private final boolean logTarget;
  private final SortedMap<String, String> parameters;

  KullbackLeibler(LossParameters given) {
    super("kl_div");
    this.logTarget = given.flag("log-target", false);
    this.parameters = given.canonical();
  }

  @Override
  protected Set<OutputKind> kinds() {
    return KINDS;
  }

  @Override
  protected double loss(double prediction, double label) {
    if (logTarget) {
      return Math.exp(label) * (label - prediction);
    }
    double negativeEntropy = label == 0 ? 0 : label * Math.log(label);
    return negativeEntropy - label * prediction;
  }

  @Override
  public SortedMap<String, String> parameters() {
    return parameters;
  }
}
