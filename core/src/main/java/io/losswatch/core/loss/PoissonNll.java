package io.losswatch.core.loss;

import java.util.SortedMap;

/**
 * Negative log likelihood of counts t under Poisson distributions: e^x − t·x of logarithms x of
 * their means, x − t·ln(x + eps) of the means themselves. {@code full} adds Stirling's
 * approximation of ln t!, t·ln t − t + ½·ln(2πt), where t > 1.
 */
final class PoissonNll extends ElementwiseLoss {
  private final boolean logInput;
  private final boolean full;
  private final double eps;
  private final SortedMap<String, String> parameters;

  PoissonNll(LossParameters given) {
    super("poisson_nll");
    this.logInput = given.flag("log-input", true);
    this.full = given.flag("full", false);
    this.eps = given.number("eps", 1e-8, e -> e >= 0 && Double.isFinite(e), "a finite number >= 0");
    this.parameters = given.canonical();
  }

  @Override
  protected double loss(double prediction, double label) {
    double loss =
        logInput
            ? Math.exp(prediction) - label * prediction
            : prediction - label * Math.log(prediction + eps);
    return full && label > 1 ? loss + logFactorial(label) : loss;
  }

  private static double logFactorial(double count) {
    return count * Math.log(count) - count + Math.log(2 * Math.PI * count) / 2;
  }

  @Override
  public SortedMap<String, String> parameters() {
    return parameters;
  }
}
