package io.losswatch.core.kernel;

import static io.losswatch.core.kernel.Lanes.BYTES;
import static io.losswatch.core.kernel.Lanes.COUNT;
import static io.losswatch.core.kernel.Lanes.DOUBLES;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * What surprisals (max − x) + logSum over the classes of a row are added up from, in double
 * precision, of little-endian floats. Each method takes as many numbers as {@link Lanes#wholeWide}
 * allows. Mutable scratch: one thread owns it.
 */
final class Expectation {
  private static final int VECTOR = COUNT * Float.BYTES;
  private static final int HALF = VECTOR / 2;

  private final double[] lanes = new double[DOUBLES.length()];
  private final double[] targetLanes = new double[DOUBLES.length()];

  /** Σ (max − x). */
  double gaps(byte[] array, int at, int count, double max) {
    DoubleVector top = DoubleVector.broadcast(DOUBLES, max);
    DoubleVector even = DoubleVector.zero(DOUBLES);
    DoubleVector odd = DoubleVector.zero(DOUBLES);
    int end = at + count * Float.BYTES;
    for (int i = at; i < end; i += VECTOR) {
      FloatVector x = ByteVector.fromArray(BYTES, array, i).reinterpretAsFloats();
      DoubleVector wide = (DoubleVector) x.convertShape(VectorOperators.F2D, DOUBLES, 0);
      even = top.sub(wide).add(even);
      x = ByteVector.fromArray(BYTES, array, i + HALF).reinterpretAsFloats();
      wide = (DoubleVector) x.convertShape(VectorOperators.F2D, DOUBLES, 0);
      odd = top.sub(wide).add(odd);
    }
    even.add(odd).intoArray(lanes, 0);
    return sumOf(lanes);
  }

  /** Σ t·(max − x) + logSum·Σ t; {@link Lanes#wide} is written out, as in {@link ExpSums}. */
  double weighted(
      byte[] array, int at, byte[] targets, int targetsAt, int count, double max, double logSum) {
    DoubleVector top = DoubleVector.broadcast(DOUBLES, max);
    DoubleVector even = DoubleVector.zero(DOUBLES);
    DoubleVector odd = DoubleVector.zero(DOUBLES);
    DoubleVector evenTargets = DoubleVector.zero(DOUBLES);
    DoubleVector oddTargets = DoubleVector.zero(DOUBLES);
    int end = at + count * Float.BYTES;
    int distance = targetsAt - at;
    for (int i = at; i < end; i += VECTOR) {
      FloatVector x = ByteVector.fromArray(BYTES, array, i).reinterpretAsFloats();
      FloatVector t = ByteVector.fromArray(BYTES, targets, i + distance).reinterpretAsFloats();
      DoubleVector weight = (DoubleVector) t.convertShape(VectorOperators.F2D, DOUBLES, 0);
      DoubleVector wide = (DoubleVector) x.convertShape(VectorOperators.F2D, DOUBLES, 0);
      even = top.sub(wide).fma(weight, even);
      evenTargets = weight.add(evenTargets);
      x = ByteVector.fromArray(BYTES, array, i + HALF).reinterpretAsFloats();
      t = ByteVector.fromArray(BYTES, targets, i + distance + HALF).reinterpretAsFloats();
      weight = (DoubleVector) t.convertShape(VectorOperators.F2D, DOUBLES, 0);
      wide = (DoubleVector) x.convertShape(VectorOperators.F2D, DOUBLES, 0);
      odd = top.sub(wide).fma(weight, odd);
      oddTargets = weight.add(oddTargets);
    }
    even.add(odd).intoArray(lanes, 0);
    evenTargets.add(oddTargets).intoArray(targetLanes, 0);
    return sumOf(lanes) + logSum * sumOf(targetLanes);
  }

  private static double sumOf(double[] lanes) {
    double sum = 0;
    for (double lane : lanes) {
      sum += lane;
    }
    return sum;
  }
}
