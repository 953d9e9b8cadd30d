package io.losswatch.core.loss;

/** Sums of max(0, z); a NaN adds nothing, as in PyTorch's margin losses. */
final class Hinge {
  private Hinge() {}

  /** Σ max(0, gap + x_i) over the first {@code count}. */
  static double sum(double[] x, int count, double gap) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      double z = gap + x[i];
      if (z > 0) {
        sum += z;
      }
    }
    return sum;
  }

  /** Σ max(0, gap + x_i)² over the first {@code count}. */
  static double sumOfSquares(double[] x, int count, double gap) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      double z = gap + x[i];
      if (z > 0) {
        sum += z * z;
      }
    }
    return sum;
  }
}
