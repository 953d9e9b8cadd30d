package io.losswatch.core.loss;

/**
 * The losses as their formulas are printed, one element or one row at a time, in float64, with no
 * thought of speed or of cancellation below 1e-15. Shares nothing with the kernels.
 */
final class Oracle {
  private Oracle() {}

  /** log_softmax of a row. */
  static double[] logSoftmax(double[] row) {
    double max = Double.NEGATIVE_INFINITY;
    for (double x : row) {
      max = Math.max(max, x);
    }
    double sum = 0;
    for (double x : row) {
      sum += Math.exp(x - max);
    }
    double[] result = new double[row.length];
    for (int c = 0; c < row.length; c++) {
      result[c] = (row[c] - max) - Math.log(sum);
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
    double no = (1 - y) * Math.max(Math.log(1 - p), -100);
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

  static double mse(double x, double y) {
    return Math.pow(x - y, 2);
  }
}
