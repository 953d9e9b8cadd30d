package io.losswatch.core.example;

import io.losswatch.core.loss.ElementwiseLoss;

/** The README's example: ln cosh(x − y), which is |d| + ln(1 + e^(−2|d|)) − ln 2. */
// begin of the sample
public final class LogCosh extends ElementwiseLoss {
  public LogCosh() {
    super("log_cosh");
  }

  @Override
  protected double loss(double prediction, double label) {
    double d = Math.abs(prediction - label);
    return d + Math.log1p(Math.exp(-2 * d)) - Math.log(2);
  }
}
// end of the sample
