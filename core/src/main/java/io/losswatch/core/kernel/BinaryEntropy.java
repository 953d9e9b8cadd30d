package io.losswatch.core.kernel;

import static io.losswatch.core.kernel.Lanes.BYTES;
import static io.losswatch.core.kernel.Lanes.COUNT;
import static io.losswatch.core.kernel.Lanes.DOUBLES;
import static io.losswatch.core.kernel.Lanes.E1;
import static io.losswatch.core.kernel.Lanes.E2;
import static io.losswatch.core.kernel.Lanes.E3;
import static io.losswatch.core.kernel.Lanes.E4;
import static io.losswatch.core.kernel.Lanes.E5;
import static io.losswatch.core.kernel.Lanes.FARTHEST;
import static io.losswatch.core.kernel.Lanes.FLOATS;
import static io.losswatch.core.kernel.Lanes.HALF_COUNT;
import static io.losswatch.core.kernel.Lanes.MINUS_LOG2_E;
import static io.losswatch.core.kernel.Lanes.ONE;
import static io.losswatch.core.kernel.Lanes.ROUNDING;
import static io.losswatch.core.kernel.Lanes.ZERO;
import static io.losswatch.core.kernel.Lanes.constant;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Binary cross-entropy of little-endian float logits and labels: x·([x >= 0] − y) + ln(1 +
 * e^(−|x|)). Infinities need the care of the scalar code. Mutable scratch: one thread owns it.
 *
 * <p>A block goes through several short loops over arrays in the L1 cache: the dependent operations
 * of one long loop leave too few elements in flight (1.1 against 0.8 billion a second, AVX2,
 * 2026-11-23).
 */
final class BinaryEntropy {
  /** Elements of one call at most. */
  static final int BLOCK = 1024;

  /** Elements a row has at most: 2 to this power is still a double. */
  static final int MAX_ROW = 512;

  private static final FloatVector HIGHEST = constant(87);

  // (ln(1 + u) − u) / u² on [0, 1]: relative error 3.3e-8 of the logarithm
  private static final FloatVector P0 = constant(-0.4999964796);
  private static final FloatVector P1 = constant(0.3332132254);
  private static final FloatVector P2 = constant(-0.2485716297);
  private static final FloatVector P3 = constant(0.1915365203);
  private static final FloatVector P4 = constant(-0.1375379578);
  private static final FloatVector P5 = constant(0.0792044543);
  private static final FloatVector P6 = constant(-0.0300657400);
  private static final FloatVector P7 = constant(0.0053648107);

  /**
   * Half a vector longer than a block, since half vectors are read as the first half of whole ones.
   */
  private final float[] powers = new float[BLOCK + HALF_COUNT];

  private final float[] losses = new float[BLOCK + HALF_COUNT];
  private final float[] lanes = new float[COUNT];
  private final double[] sums = new double[HALF_COUNT];
  private final double[] products = new double[HALF_COUNT];

  /** ln(1 + u) of u in [0, 1]. */
  static FloatVector log1p(FloatVector u) {
    FloatVector square = u.mul(u);
    FloatVector low = P3.fma(u, P2).fma(square, P1.fma(u, P0));
    FloatVector high = P7.fma(u, P6).fma(square, P5.fma(u, P4));
    return high.fma(square.mul(square), low).fma(square, u);
  }

  /** e^(−|x|) of whole vectors. */
  private void exponentials(byte[] array, int at, int whole) {
    for (int i = 0; i < whole; i += COUNT) {
      FloatVector a =
          ByteVector.fromArray(BYTES, array, at + i * Float.BYTES).reinterpretAsFloats();
      a = a.abs();
      a = a.blend(HIGHEST, a.compare(VectorOperators.GT, HIGHEST));
      FloatVector n = a.fma(MINUS_LOG2_E, ROUNDING);
      a = a.fma(MINUS_LOG2_E, ROUNDING.sub(n));
      FloatVector p = E5.fma(a, E4).fma(a, E3).fma(a, E2).fma(a, E1).fma(a, ONE);
      n = n.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      p.mul(n).intoArray(powers, i);
    }
  }

  /** ln(1 + e^(−|x|)) of as many whole vectors as there are, whose elements it counts. */
  int softplusTail(byte[] array, int at, int count, double[] out, int first) {
    int whole = count - count % COUNT;
    exponentials(array, at, whole);
    for (int i = 0; i < whole; i += COUNT) {
      FloatVector u = FloatVector.fromArray(FLOATS, powers, i);
      FloatVector square = u.mul(u);
      FloatVector low = P3.fma(u, P2).fma(square, P1.fma(u, P0));
      FloatVector high = P7.fma(u, P6).fma(square, P5.fma(u, P4));
      high.fma(square.mul(square), low).fma(square, u).intoArray(losses, i);
    }
    widenLosses(whole, out, first);
    return whole;
  }

  /**
   * The losses of as many whole vectors as there are, whose elements it counts.
   *
   * @return 0 if a result is not finite
   */
  int elements(byte[] logits, int xAt, byte[] labels, int yAt, int count, double[] out, int first) {
    int whole = count - count % COUNT;
    exponentials(logits, xAt, whole);
    FloatVector bad = FloatVector.zero(FLOATS);
    for (int i = 0; i < whole; i += COUNT) {
      FloatVector x =
          ByteVector.fromArray(BYTES, logits, xAt + i * Float.BYTES).reinterpretAsFloats();
      FloatVector y =
          ByteVector.fromArray(BYTES, labels, yAt + i * Float.BYTES).reinterpretAsFloats();
      FloatVector step = ZERO.blend(ONE, x.compare(VectorOperators.GE, ZERO)).sub(y);
      FloatVector u = FloatVector.fromArray(FLOATS, powers, i);
      FloatVector square = u.mul(u);
      FloatVector low = P3.fma(u, P2).fma(square, P1.fma(u, P0));
      FloatVector high = P7.fma(u, P6).fma(square, P5.fma(u, P4));
      FloatVector loss = step.fma(x, high.fma(square.mul(square), low).fma(square, u));
      bad = loss.fma(ZERO, bad);
      loss.intoArray(losses, i);
    }
    bad.intoArray(lanes, 0);
    if (!areZero()) {
      return 0;
    }
    widenLosses(whole, out, first);
    return whole;
  }

  private boolean areZero() {
    float sum = 0;
    for (float lane : lanes) {
      sum += lane;
    }
    return sum == 0;
  }

  private void widenLosses(int whole, double[] out, int first) {
    for (int i = 0; i < whole; i += HALF_COUNT) {
      FloatVector loss = FloatVector.fromArray(FLOATS, losses, i);
      ((DoubleVector) loss.convertShape(VectorOperators.F2D, DOUBLES, 0)).intoArray(out, first + i);
    }
  }

  /**
   * The means of {@code rows} rows into {@code out} from {@code r}: Σ ln(1 + u) of a row is ln Π (1
   * + u), one logarithm a row.
   *
   * @param rows times {@code row} is at least one vector and at most {@link #BLOCK}; a row has at
   *     most {@link #MAX_ROW} elements
   */
  void means(
      byte[] logits, int xAt, byte[] labels, int yAt, int rows, int row, double[] out, int r) {
    slopesAndPowers(logits, xAt, labels, yAt, rows * row);
    for (int i = 0; i < rows; i++) {
      out[r + i] = lossOfRow(i * row, row) / row;
    }
  }

  /** x·([x >= 0] − y) into the losses, e^(−|x|) into the powers; the last vector may overlap. */
  private void slopesAndPowers(byte[] logits, int xAt, byte[] labels, int yAt, int count) {
    for (int i = 0; i < count; i += COUNT) {
      int at = Math.min(i, count - COUNT);
      FloatVector x =
          ByteVector.fromArray(BYTES, logits, xAt + at * Float.BYTES).reinterpretAsFloats();
      FloatVector y =
          ByteVector.fromArray(BYTES, labels, yAt + at * Float.BYTES).reinterpretAsFloats();
      FloatVector step = ZERO.blend(ONE, x.compare(VectorOperators.GE, ZERO)).sub(y);
      step.mul(x).intoArray(losses, at);
      FloatVector a = x.abs().reinterpretAsInts().min(FARTHEST).reinterpretAsFloats();
      FloatVector n = a.fma(MINUS_LOG2_E, ROUNDING);
      a = a.fma(MINUS_LOG2_E, ROUNDING.sub(n));
      FloatVector p = E5.fma(a, E4).fma(a, E3).fma(a, E2).fma(a, E1).fma(a, ONE);
      n = n.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      p.mul(n).intoArray(powers, at);
    }
  }

  /** Two sums and two products: one of each would wait for itself. */
  private double lossOfRow(int from, int row) {
    DoubleVector evenSum = DoubleVector.zero(DOUBLES);
    DoubleVector oddSum = DoubleVector.zero(DOUBLES);
    DoubleVector evenProduct = DoubleVector.broadcast(DOUBLES, 1);
    DoubleVector oddProduct = DoubleVector.broadcast(DOUBLES, 1);
    int whole = from + row - row % COUNT;
    for (int i = from; i < whole; i += COUNT) {
      FloatVector slope = FloatVector.fromArray(FLOATS, losses, i);
      FloatVector power = FloatVector.fromArray(FLOATS, powers, i);
      DoubleVector wide = (DoubleVector) slope.convertShape(VectorOperators.F2D, DOUBLES, 0);
      DoubleVector u = (DoubleVector) power.convertShape(VectorOperators.F2D, DOUBLES, 0);
      evenSum = wide.add(evenSum);
      evenProduct = u.fma(evenProduct, evenProduct);
      slope = FloatVector.fromArray(FLOATS, losses, i + HALF_COUNT);
      power = FloatVector.fromArray(FLOATS, powers, i + HALF_COUNT);
      wide = (DoubleVector) slope.convertShape(VectorOperators.F2D, DOUBLES, 0);
      u = (DoubleVector) power.convertShape(VectorOperators.F2D, DOUBLES, 0);
      oddSum = wide.add(oddSum);
      oddProduct = u.fma(oddProduct, oddProduct);
    }
    evenSum.add(oddSum).intoArray(sums, 0);
    evenProduct.mul(oddProduct).intoArray(products, 0);
    double slopes = 0;
    double factors = 1;
    for (int i = 0; i < HALF_COUNT; i++) {
      slopes += sums[i];
      factors *= products[i];
    }
    for (int i = whole; i < from + row; i++) {
      slopes += losses[i];
      factors += factors * powers[i];
    }
    return slopes + Math.log(factors);
  }
}
