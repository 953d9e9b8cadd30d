package io.losswatch.core.kernel;

import static io.losswatch.core.kernel.Lanes.BYTES;
import static io.losswatch.core.kernel.Lanes.COUNT;
import static io.losswatch.core.kernel.Lanes.DOUBLES;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Sums of surprisals (max − x) + logSum over the classes of a row of little-endian floats, in
 * double precision. Each method takes as many numbers as {@link Lanes#wholeWide} allows. Mutable
 * scratch: one thread owns it.
 */
final class Expectation {
  private static final int VECTOR = COUNT * Float.BYTES;
  private static final int HALF = VECTOR / 2;

  private final double[] lanes = new double[DOUBLES.length()];

  /**
   * Σ (scale·t + offset)·((max − x) + logSum). {@link Lanes#wide} is written out, as in {@link
   * ExpSums}.
   */
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
      FloatVector x = ByteVector.fromArray(BYTES, array, i).reinterpretAsFloats();
      FloatVector t = ByteVector.fromArray(BYTES, targets, i + distance).reinterpretAsFloats();
      DoubleVector weight = (DoubleVector) t.convertShape(VectorOperators.F2D, DOUBLES, 0);
      DoubleVector wide = (DoubleVector) x.convertShape(VectorOperators.F2D, DOUBLES, 0);
      even = top.sub(wide).add(rest).fma(weight.fma(slope, floor), even);
      x = ByteVector.fromArray(BYTES, array, i + HALF).reinterpretAsFloats();
      t = ByteVector.fromArray(BYTES, targets, i + distance + HALF).reinterpretAsFloats();
      weight = (DoubleVector) t.convertShape(VectorOperators.F2D, DOUBLES, 0);
      wide = (DoubleVector) x.convertShape(VectorOperators.F2D, DOUBLES, 0);
      odd = top.sub(wide).add(rest).fma(weight.fma(slope, floor), odd);
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
