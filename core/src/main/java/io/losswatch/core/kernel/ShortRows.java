package io.losswatch.core.kernel;

import static io.losswatch.core.kernel.Lanes.BYTES;
import static io.losswatch.core.kernel.Lanes.COUNT;
import static io.losswatch.core.kernel.Lanes.E1;
import static io.losswatch.core.kernel.Lanes.E2;
import static io.losswatch.core.kernel.Lanes.E3;
import static io.losswatch.core.kernel.Lanes.E4;
import static io.losswatch.core.kernel.Lanes.E5;
import static io.losswatch.core.kernel.Lanes.FLOATS;
import static io.losswatch.core.kernel.Lanes.LOG2_E;
import static io.losswatch.core.kernel.Lanes.LOWEST;
import static io.losswatch.core.kernel.Lanes.ONE;
import static io.losswatch.core.kernel.Lanes.ROUNDING;
import static io.losswatch.core.kernel.Lanes.constant;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Log-sum-exp of rows with few classes: lanes are rows. A tile of rows is transposed, so that
 * nothing is added across lanes and one logarithm serves as many rows as there are lanes. Each step
 * is a short loop over the whole tile. Infinities and NaN come out right without a branch: where
 * the maximum is infinite or an element NaN, x − max is NaN somewhere. Mutable scratch: one thread
 * owns it.
 */
final class ShortRows {
  /** Above this many classes, rows are long. */
  static final int MAX_CLASSES = 48;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final IntVector SQRT_HALF_BITS = IntVector.broadcast(Lanes.INTS, 0x3f3504f3);
  private static final IntVector BIAS = IntVector.broadcast(Lanes.INTS, 127);
  private static final FloatVector LN_2 = constant(0.693147180560);
  private static final FloatVector MINUS_HALF = constant(-0.5);

  // (ln(1 + r) − r + r²/2) / r³ on [√½ − 1, √2 − 1]: error 4e-8 of the logarithm
  private static final FloatVector L0 = constant(0.3333390951);
  private static final FloatVector L1 = constant(-0.2500133812);
  private static final FloatVector L2 = constant(0.1996306330);
  private static final FloatVector L3 = constant(-0.1657758504);
  private static final FloatVector L4 = constant(0.1491476744);
  private static final FloatVector L5 = constant(-0.1426748782);
  private static final FloatVector L6 = constant(0.0870043856);

  /** Rows at a time: the tile stays in the L1 cache. */
  private static final int ROWS = 64;

  /** Bytes from one class to the next. */
  private static final int STRIDE = ROWS * Float.BYTES;

  private final byte[] tile = new byte[MAX_CLASSES * STRIDE];
  private final float[] max = new float[ROWS];
  private final float[] sum = new float[ROWS];
  private final float[] lost = new float[ROWS];
  private final float[] logSum = new float[ROWS];

  /** As {@link Kernel#logSumExp} of rows from {@code r}, the first of which is at {@code at}. */
  void logSumExp(
      byte[] array, int at, int r, int rows, int classes, double[] maxima, double[] logSums) {
    int rowBytes = classes * Float.BYTES;
    for (int done = 0; done < rows; done += ROWS) {
      int count = Math.min(ROWS, rows - done);
      transpose(array, at + done * rowBytes, count, classes);
      maxima(count, classes);
      sums(count, classes);
      logarithms(count);
      for (int i = 0; i < count; i++) {
        maxima[r + done + i] = max[i];
        logSums[r + done + i] = logSum[i];
      }
    }
  }

  /** Rows beyond {@code rows} keep what they had: nobody reads their result. */
  private void transpose(byte[] array, int at, int rows, int classes) {
    int rowBytes = classes * Float.BYTES;
    int whole = rows - rows % 4;
    int c = 0;
    for (; c < classes - 1; c += 2) {
      transposeTwo(array, at + c * Float.BYTES, rowBytes, whole, c * STRIDE);
    }
    for (; c < classes; c++) {
      copyOne(array, at + c * Float.BYTES, rowBytes, 0, whole, c * STRIDE);
    }
    for (c = 0; whole < rows && c < classes; c++) {
      copyOne(array, at + c * Float.BYTES, rowBytes, whole, rows, c * STRIDE);
    }
  }

  /** Two classes of four rows at a time: two numbers a load, two a store. */
  private void transposeTwo(byte[] array, int at, int rowBytes, int rows, int to) {
    int from = at;
    for (int r = 0; r < rows; r += 4) {
      long a = (long) LONG.get(array, from);
      long b = (long) LONG.get(array, from + rowBytes);
      long c = (long) LONG.get(array, from + 2 * rowBytes);
      long d = (long) LONG.get(array, from + 3 * rowBytes);
      int lane = to + r * Float.BYTES;
      LONG.set(tile, lane, (a & 0xffffffffL) | b << 32);
      LONG.set(tile, lane + 8, (c & 0xffffffffL) | d << 32);
      LONG.set(tile, lane + STRIDE, a >>> 32 | (b & 0xffffffff00000000L));
      LONG.set(tile, lane + STRIDE + 8, c >>> 32 | (d & 0xffffffff00000000L));
      from += 4 * rowBytes;
    }
  }

  private void copyOne(byte[] array, int at, int rowBytes, int first, int end, int to) {
    for (int r = first; r < end; r++) {
      INT.set(tile, to + r * Float.BYTES, (int) INT.get(array, at + r * rowBytes));
    }
  }

  private void maxima(int rows, int classes) {
    for (int row = 0; row < rows; row += COUNT) {
      int end = classes * STRIDE;
      FloatVector top = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
      for (int i = row * Float.BYTES; i < end; i += STRIDE) {
        FloatVector x = ByteVector.fromArray(BYTES, tile, i).reinterpretAsFloats();
        top = top.blend(x, x.compare(VectorOperators.GT, top));
      }
      top.intoArray(max, row);
    }
  }

  private void sums(int rows, int classes) {
    for (int row = 0; row < rows; row += COUNT) {
      int end = classes * STRIDE;
      FloatVector top = FloatVector.fromArray(FLOATS, max, row);
      // from 1, so that no term is larger than its total: then Dekker's error is exact
      FloatVector total = FloatVector.broadcast(FLOATS, 1);
      FloatVector rest = FloatVector.zero(FLOATS);
      for (int i = row * Float.BYTES; i < end; i += STRIDE) {
        FloatVector a = ByteVector.fromArray(BYTES, tile, i).reinterpretAsFloats().sub(top);
        a = a.blend(LOWEST, a.compare(VectorOperators.LT, LOWEST));
        FloatVector n = a.fma(LOG2_E, ROUNDING);
        a = a.fma(LOG2_E, ROUNDING.sub(n));
        FloatVector p = E5.fma(a, E4).fma(a, E3).fma(a, E2).fma(a, E1).fma(a, ONE);
        n = n.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
        FloatVector term = p.mul(n);
        FloatVector next = term.add(total);
        rest = term.sub(next.sub(total)).add(rest);
        total = next;
      }
      total.intoArray(sum, row);
      rest.intoArray(lost, row);
    }
  }

  /**
   * ln(sum + lost) of sum >= 1: sum = 2^k·z with z in [√½, √2), r = z − 1 + lost·2^−k, and the
   * logarithm is k·ln 2 + ln(1 + r). A NaN sum has a NaN lost.
   */
  private void logarithms(int rows) {
    for (int row = 0; row < rows; row += COUNT) {
      IntVector bits = FloatVector.fromArray(FLOATS, sum, row).sub(ONE).reinterpretAsInts();
      IntVector k = bits.sub(SQRT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
      FloatVector z = bits.sub(k.lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats();
      FloatVector scale = BIAS.sub(k).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector r = FloatVector.fromArray(FLOATS, lost, row).fma(scale, z.sub(ONE));
      FloatVector q = L6.fma(r, L5).fma(r, L4).fma(r, L3).fma(r, L2).fma(r, L1).fma(r, L0);
      FloatVector log = q.mul(r).add(MINUS_HALF).fma(r.mul(r), r);
      FloatVector exponent = (FloatVector) k.convert(VectorOperators.I2F, 0);
      exponent.fma(LN_2, log).intoArray(logSum, row);
    }
  }
}
