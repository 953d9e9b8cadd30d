package io.losswatch.core.loss;

/** |x − t|. */
final class L1 extends ElementwiseLoss {
  L1() {
    super("l1");
  }

  @Override
  protected double loss(double prediction, double label) {
    return Math.abs(prediction - label);
  }
}
