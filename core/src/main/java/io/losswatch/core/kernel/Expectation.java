package io.losswatch.core.kernel;

import static io.losswatch.core.kernel.Lanes.DOUBLES;
import static io.losswatch.core.kernel.Lanes.loadWide;

import jdk.incubator.vector.DoubleVector;

/**
 * Sums of surprisals (max − x) + logSum over the classes of a row of little-endian floats, in
 * double precision. Each method does whole vectors only. Mutable scratch: one thread owns it.
 */
final class Expectation {
  /** Numbers at a time. */
  static final int STEP = 2 * DOUBLES.length();

  private static final int HALF = DOUBLES.length() * Float.BYTES;

  private final double[] lanes = new double[DOUBLES.length()];

  /** Σ (max − x) + logSum. */
  double total(byte[] array, int at, int count, double max, double logSum) {
    DoubleVector top = DoubleVector.broadcast(DOUBLES, max);
    DoubleVector rest = DoubleVector.broadcast(DOUBLES, logSum);
    DoubleVector even = DoubleVector.zero(DOUBLES);
    DoubleVector odd = DoubleVector.zero(DOUBLES);
    int end = at + count * Float.BYTES;
    for (int i = at; i < end; i += 2 * HALF) {
      even = even.add(top.sub(loadWide(array, i)).add(rest));
      odd = odd.add(top.sub(loadWide(array, i + HALF)).add(rest));
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
    for (int i = at; i < end; i += 2 * HALF) {
      DoubleVector t = loadWide(targets, i + distance).fma(slope, floor);
      DoubleVector u = loadWide(targets, i + distance + HALF).fma(slope, floor);
      even = top.sub(loadWide(array, i)).add(rest).fma(t, even);
      odd = top.sub(loadWide(array, i + HALF)).add(rest).fma(u, odd);
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
