package io.losswatch.core.kernel;

import static io.losswatch.core.kernel.Lanes.BYTES;
import static io.losswatch.core.kernel.Lanes.COUNT;
import static io.losswatch.core.kernel.Lanes.DOUBLES;
import static io.losswatch.core.kernel.Lanes.FLOATS;
import static io.losswatch.core.kernel.Lanes.INTS;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * What surprisals (max − x) + logSum over the classes of a row are added up from, in double
 * precision, of little-endian floats. Each method takes as many numbers as {@link Lanes#wholeWide}
 * allows. Mutable scratch: one thread owns it.
 */
final class Expectation {
  private static final int VECTOR = COUNT * Float.BYTES;
  private static final int HALF = VECTOR / 2;
  private static final int PAIR = 2 * VECTOR;

  private final double[] lanes = new double[DOUBLES.length()];
  private final float[] totals = new float[2 * COUNT];
  private final float[] weights = new float[2 * COUNT];
  private final int[] bits = new int[COUNT];

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

  /**
   * Σ t·(max − x) + logSum·Σ t, in floats whose roundings are carried along as in {@link ExpSums}:
   * no term is negative, so that nothing cancels. NaN if a target is negative, or −0.
   *
   * @param count a multiple of {@link Lanes#COUNT}
   */
  double weighted(
      byte[] array, int at, byte[] targets, int targetsAt, int count, double max, double logSum) {
    FloatVector top = FloatVector.broadcast(FLOATS, (float) max);
    FloatVector total = FloatVector.zero(FLOATS);
    FloatVector lost = FloatVector.zero(FLOATS);
    FloatVector weight = FloatVector.zero(FLOATS);
    FloatVector lostWeight = FloatVector.zero(FLOATS);
    IntVector signs = IntVector.zero(INTS);
    int end = at + count * Float.BYTES;
    int pairs = end - (end - at) % PAIR;
    int distance = targetsAt - at;
    for (int i = at; i < pairs; i += PAIR) {
      FloatVector gap = top.sub(ByteVector.fromArray(BYTES, array, i).reinterpretAsFloats());
      FloatVector t = ByteVector.fromArray(BYTES, targets, i + distance).reinterpretAsFloats();
      signs = t.reinterpretAsInts().or(signs);
      FloatVector term = gap.mul(t);
      FloatVector share = t;
      gap = top.sub(ByteVector.fromArray(BYTES, array, i + VECTOR).reinterpretAsFloats());
      t = ByteVector.fromArray(BYTES, targets, i + distance + VECTOR).reinterpretAsFloats();
      signs = t.reinterpretAsInts().or(signs);
      term = gap.fma(t, term);
      share = t.add(share);
      FloatVector next = term.add(total);
      lost = term.sub(next.sub(total)).add(lost);
      total = next;
      next = share.add(weight);
      lostWeight = share.sub(next.sub(weight)).add(lostWeight);
      weight = next;
    }
    if (pairs < end) {
      FloatVector gap = top.sub(ByteVector.fromArray(BYTES, array, pairs).reinterpretAsFloats());
      FloatVector t = ByteVector.fromArray(BYTES, targets, pairs + distance).reinterpretAsFloats();
      signs = t.reinterpretAsInts().or(signs);
      lost = gap.fma(t, lost);
      lostWeight = t.add(lostWeight);
    }
    total.intoArray(totals, 0);
    lost.intoArray(totals, COUNT);
    weight.intoArray(weights, 0);
    lostWeight.intoArray(weights, COUNT);
    signs.intoArray(bits, 0);
    int sign = 0;
    for (int i = 0; i < COUNT; i++) {
      sign |= bits[i];
    }
    return sign < 0 ? Double.NaN : sumOf(totals) + logSum * sumOf(weights);
  }

  private static double sumOf(float[] lanes) {
    double sum = 0;
    for (float lane : lanes) {
      sum += lane;
    }
    return sum;
  }

  private static double sumOf(double[] lanes) {
    double sum = 0;
    for (double lane : lanes) {
      sum += lane;
    }
    return sum;
  }
}
