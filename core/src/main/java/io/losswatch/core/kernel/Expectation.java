package io.losswatch.core.kernel;

import static io.losswatch.core.kernel.Lanes.COUNT;
import static io.losswatch.core.kernel.Lanes.DOUBLES;
import static io.losswatch.core.kernel.Lanes.high;
import static io.losswatch.core.kernel.Lanes.load;
import static io.losswatch.core.kernel.Lanes.low;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;

/**
 * Sums of surprisals (max − x) + logSum over the classes of a row of little-endian floats, in
 * double precision. Each method does whole vectors only. Mutable scratch: one thread owns it.
 */
final class Expectation {
  private static final int VECTOR = COUNT * Float.BYTES;

  private final double[] lanes = new double[DOUBLES.length()];

  /** Σ (max − x) + logSum. */
  double total(byte[] array, int at, int count, double max, double logSum) {
    DoubleVector top = DoubleVector.broadcast(DOUBLES, max);
    DoubleVector rest = DoubleVector.broadcast(DOUBLES, logSum);
    DoubleVector even = DoubleVector.zero(DOUBLES);
    DoubleVector odd = DoubleVector.zero(DOUBLES);
    int end = at + count * Float.BYTES;
    for (int i = at; i < end; i += VECTOR) {
      FloatVector x = load(array, i);
      even = even.add(top.sub(low(x)).add(rest));
      odd = odd.add(top.sub(high(x)).add(rest));
    }
    even.add(odd).intoArray(lanes, 0);
    return sumOfLanes();
  }

  /** Σ (scale·t + offset)·((max − x) + logSum). */
  double weighted(
      byte[] array,
      int at,
      byte[] targets,
      int targetsAt,
      int count,
      double max,
      double logSum,
      double scale,
      double offset) {
    DoubleVector top = DoubleVector.broadcast(DOUBLES, max);
    DoubleVector rest = DoubleVector.broadcast(DOUBLES, logSum);
    DoubleVector slope = DoubleVector.broadcast(DOUBLES, scale);
    DoubleVector floor = DoubleVector.broadcast(DOUBLES, offset);
    DoubleVector even = DoubleVector.zero(DOUBLES);
    DoubleVector odd = DoubleVector.zero(DOUBLES);
    int end = at + count * Float.BYTES;
    int distance = targetsAt - at;
    for (int i = at; i < end; i += VECTOR) {
      FloatVector x = load(array, i);
      FloatVector t = load(targets, i + distance);
      even = top.sub(low(x)).add(rest).fma(low(t).fma(slope, floor), even);
      odd = top.sub(high(x)).add(rest).fma(high(t).fma(slope, floor), odd);
    }
    even.add(odd).intoArray(lanes, 0);
    return sumOfLanes();
  }

  private double sumOfLanes() {
    double sum = 0;
    for (double lane : lanes) {
      sum += lane;
    }
    return sum;
  }
}
