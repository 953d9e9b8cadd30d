package io.losswatch.core.window;

/**
 * Sums of numbers that are each held as two doubles, {@code high + low} with |low| ≤ ulp(high)/2:
 * about 106 bits (T. J. Dekker, A floating-point technique for extending the available precision,
 * 1971; two-sum after D. E. Knuth). A sum beyond the range of doubles is infinite with low 0.
 */
final class DoubleDouble {
  private DoubleDouble() {}

  /** High part of the sum of a and b. */
  static double high(double aHigh, double aLow, double bHigh, double bLow) {
    double sum = aHigh + bHigh;
    return Double.isFinite(sum) ? sum + tail(sum, aHigh, aLow, bHigh, bLow) : sum;
  }

  /** Low part of the sum of a and b. */
  static double low(double aHigh, double aLow, double bHigh, double bLow) {
    double sum = aHigh + bHigh;
    if (!Double.isFinite(sum)) {
      return 0;
    }
    double tail = tail(sum, aHigh, aLow, bHigh, bLow);
    double high = sum + tail;
    return Double.isFinite(high) ? tail - (high - sum) : 0;
  }

  /** What the rounded sum of the high parts lacks. */
  private static double tail(double sum, double aHigh, double aLow, double bHigh, double bLow) {
    return error(sum, aHigh, bHigh) + (aLow + bLow);
  }

  /** What the rounded sum of a and b lacks, exactly. */
  static double error(double sum, double a, double b) {
    double bRounded = sum - a;
    return (a - (sum - bRounded)) + (b - bRounded);
  }

  /** What the double quotient of a and a double-double b lacks of the true one. */
  static double quotientRest(
      double quotient, double aHigh, double aLow, double bHigh, double bLow) {
    double rest = Math.fma(-quotient, bHigh, aHigh) + (aLow - quotient * bLow);
    return rest / bHigh;
  }
}
