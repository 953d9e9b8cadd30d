package io.losswatch.core.loss;

/**
 * The losses as their formulas are printed, one element or one row at a time, in float64, with no
 * thought of speed or of cancellation below 1e-15. Shares nothing with the kernels.
 */
final class Oracle {
  private Oracle() {}

  /** log_softmax of a row; the largest term is a 1 that stays out of the sum, for log1p. */
  static double[] logSoftmax(double[] row) {
    int top = 0;
    for (int c = 1; c < row.length; c++) {
      top = Math.max(row[top], row[c]) == row[top] ? top : c;
    }
    double rest = 0;
    for (int c = 0; c < row.length; c++) {
      rest += c == top ? 0 : Math.exp(row[c] - row[top]);
    }
    double logSum = Math.abs(row[top]) < Double.POSITIVE_INFINITY ? Math.log1p(rest) : Double.NaN;
    double[] result = new double[row.length];
    for (int c = 0; c < row.length; c++) {
      result[c] = (row[c] - row[top]) - logSum;
    }
    return result;
  }

  /** (1−ε)·NLL + (ε/C)·S with S = −Σ w_c·lp_c. */
  static double indexCrossEntropy(double[] logProbs, int target, double[] weights, double epsilon) {
    double loss = -weights[target] * logProbs[target];
    if (epsilon == 0) {
      return loss;
    }
    double all = 0;
    for (int c = 0; c < logProbs.length; c++) {
      all -= weights[c] * logProbs[c];
    }
    return (1 - epsilon) * loss + epsilon / logProbs.length * all;
  }

  /** −Σ w_c·(t_c·(1−ε) + ε/C)·lp_c. */
  static double softCrossEntropy(
      double[] logProbs, double[] targets, double[] weights, double epsilon) {
    double loss = 0;
    for (int c = 0; c < logProbs.length; c++) {
      double target = targets[c] * (1 - epsilon) + epsilon / logProbs.length;
      loss -= weights[c] * target * logProbs[c];
    }
    return loss;
  }

  /** −w·(y·max(ln p, −100) + (1−y)·max(ln(1−p), −100)). */
  static double bce(double p, double y, double weight) {
    double yes = y * Math.max(Math.log(p), -100);
    double no = (1 - y) * Math.max(Math.log1p(-p), -100);
    return -weight * (yes + no);
  }

  /** w·((1−y)·x − (1 + (q−1)·y)·log_sigmoid(x)), with the two signs apart so that none cancels. */
  static double bceWithLogits(double x, double y, double weight, double q) {
    if (Double.isNaN(x) || Double.isInfinite(x)) {
      double logSigmoid = Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x)));
      return weight * ((1 - y) * x - (1 + (q - 1) * y) * logSigmoid);
    }
    double tail = Math.log1p(Math.exp(-Math.abs(x)));
    return weight * (q * y * (Math.max(-x, 0) + tail) + (1 - y) * (Math.max(x, 0) + tail));
  }

  /**
   * α_t·(1−p_t)^γ·bce with p_t = p·y + (1−p)·(1−y), α_t likewise unless α < 0; 1 − p_t as a sum of
   * two terms of one sign, of which 1 − p is the sigmoid of −x.
   */
  static double focal(double x, double y, double alpha, double gamma) {
    double wrong = sigmoid(x) * (1 - y) + sigmoid(-x) * y;
    double alphaOfClass = alpha < 0 ? 1 : alpha * y + (1 - alpha) * (1 - y);
    return alphaOfClass * Math.pow(wrong, gamma) * bceWithLogits(x, y, 1, 1);
  }

  private static double sigmoid(double x) {
    return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
  }
}
