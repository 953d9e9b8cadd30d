package io.losswatch.core.kernel;

import static io.losswatch.core.kernel.Lanes.COUNT;
import static io.losswatch.core.kernel.Lanes.DOUBLES;
import static io.losswatch.core.kernel.Lanes.wide;

import jdk.incubator.vector.DoubleVector;

/**
 * Sums of surprisals (max − x) + logSum over the classes of a row of little-endian floats, in
 * double precision. Each method takes as many numbers as {@link Lanes#wholeWide} allows. Mutable
 * scratch: one thread owns it.
 */
final class Expectation {
  private static final int VECTOR = COUNT * Float.BYTES;
  private static final int HALF = VECTOR / 2;

  private final double[] lanes = new double[DOUBLES.length()];

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
      DoubleVector t = wide(targets, i + distance).fma(slope, floor);
      even = top.sub(wide(array, i)).add(rest).fma(t, even);
      t = wide(targets, i + distance + HALF).fma(slope, floor);
      odd = top.sub(wide(array, i + HALF)).add(rest).fma(t, odd);
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
