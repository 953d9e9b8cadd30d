package io.losswatch.core.loss;

import java.util.SortedMap;

/** With d = |x − t|: d²/2β below β, d − β/2 from there; β = 0 is L1. */
final class SmoothL1 extends ElementwiseLoss {
  private final double beta;
  private final SortedMap<String, String> parameters;

  SmoothL1(LossParameters given) {
    super("smooth_l1");
    this.beta = given.number("beta", 1, b -> b >= 0 && Double.isFinite(b), "a finite number >= 0");
    this.parameters = given.canonical();
  }

  @Override
  protected double loss(double prediction, double label) {
    double distance = Math.abs(prediction - label);
    return distance < beta ? distance / 2 * (distance / beta) : distance - beta / 2;
  }

  @Override
  public SortedMap<String, String> parameters() {
    return parameters;
  }
}
