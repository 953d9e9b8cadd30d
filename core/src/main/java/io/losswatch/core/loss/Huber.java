package io.losswatch.core.loss;

import java.util.SortedMap;

/** With d = |x − t|: d²/2 up to δ, δ·(d − δ/2) beyond. */
final class Huber extends ElementwiseLoss {
  private final double delta;
  private final SortedMap<String, String> parameters;

  Huber(LossParameters given) {
    super("huber");
    this.delta = given.number("delta", 1, d -> d > 0 && Double.isFinite(d), "a finite number > 0");
    this.parameters = given.canonical();
  }

  @Override
  protected double loss(double prediction, double label) {
    double distance = Math.abs(prediction - label);
    return distance <= delta ? distance * distance / 2 : delta * (distance - delta / 2);
  }

  @Override
  public SortedMap<String, String> parameters() {
    return parameters;
  }
}
