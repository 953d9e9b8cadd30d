package io.losswatch.core.loss;

/** ln(1 + e^(−y·x)), labels 1 and −1. */
final class SoftMargin extends ElementwiseLoss {
  SoftMargin() {
    super("soft_margin");
  }

  /** As max(z, 0) + ln(1 + e^(−|z|)) of z = −y·x, which never overflows. */
  @Override
  protected double loss(double prediction, double label) {
    double z = -label * prediction;
    return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
  }
}
