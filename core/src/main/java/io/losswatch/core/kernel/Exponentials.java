package io.losswatch.core.kernel;

import static io.losswatch.core.kernel.Lanes.COUNT;
import static io.losswatch.core.kernel.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;

/** Exponentials of numbers up to 0, in float precision. Mutable scratch: one thread owns it. */
final class Exponentials {
  private static final int BLOCK = 1024;

  private final float[] block = new float[BLOCK];

  /**
   * Replaces each number by its exponential.
   *
   * @return false, with nothing replaced, if one is above 0
   */
  boolean replace(double[] exponents, int count) {
    if (largest(exponents, count) > 0) {
      return false;
    }
    for (int done = 0; done < count; done += BLOCK) {
      replace(exponents, done, Math.min(BLOCK, count - done));
    }
    return true;
  }

  /** NaN is never the largest. */
  private static double largest(double[] exponents, int count) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      largest = exponents[i] > largest ? exponents[i] : largest;
    }
    return largest;
  }

  private void replace(double[] exponents, int first, int count) {
    for (int i = 0; i < count; i++) {
      block[i] = (float) exponents[first + i];
    }
    // what lies beyond the count is computed too, and read by nobody
    for (int i = 0; i < count; i += COUNT) {
      Lanes.exp(FloatVector.fromArray(FLOATS, block, i)).intoArray(block, i);
    }
    for (int i = 0; i < count; i++) {
      exponents[first + i] = block[i];
    }
  }
}
