package io.losswatch.core.loss;

/** Sums of doubles in a fixed order, the same on every machine. */
final class Sums {
  private Sums() {}

  /**
   * Σ values[0..count) with Neumaier's correction: as if summed in twice the precision. NaN and
   * infinities come through as in a plain sum.
   */
  static double compensated(double[] values, int count) {
    double sum = 0;
    double correction = 0;
    for (int i = 0; i < count; i++) {
      double value = values[i];
      double next = sum + value;
      double virtual = next - sum;
      correction += (sum - (next - virtual)) + (value - virtual);
      sum = next;
    }
    double corrected = sum + correction;
    return Double.isNaN(corrected) ? sum : corrected;
  }

  /** Σ values[from..from+count) over four interleaved partial sums. */
  static double plain(double[] values, int from, int count) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = from;
    int end = from + count;
    for (; i <= end - 4; i += 4) {
      a += values[i];
      b += values[i + 1];
      c += values[i + 2];
      d += values[i + 3];
    }
    for (; i < end; i++) {
      a += values[i];
    }
    return (a + b) + (c + d);
  }
}
