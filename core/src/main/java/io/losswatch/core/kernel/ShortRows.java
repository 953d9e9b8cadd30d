package io.losswatch.core.kernel;

import static io.losswatch.core.kernel.Lanes.COUNT;
import static io.losswatch.core.kernel.Lanes.FLOATS;
import static io.losswatch.core.kernel.Lanes.constant;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Log-sum-exp of rows with few classes: lanes are rows. As many rows as there are lanes are
 * transposed into a tile, so that nothing is added across lanes and one logarithm serves them all.
 * Infinities and NaN come out right without a branch: where the maximum is infinite or an element
 * NaN, x − max is NaN somewhere. Mutable scratch: one thread owns it.
 */
final class ShortRows {
  /** Above this many classes, rows are long. */
  static final int MAX_CLASSES = 48;

  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
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

  private final float[] tile = new float[MAX_CLASSES * COUNT];
  private final float[] max = new float[COUNT];
  private final float[] logSum = new float[COUNT];

  /** As {@link Kernel#logSumExp} of rows from {@code r}, the first of which is at {@code at}. */
  void logSumExp(
      byte[] array, int at, int r, int rows, int classes, double[] maxima, double[] logSums) {
    int rowBytes = classes * Float.BYTES;
    for (int done = 0; done < rows; done += COUNT) {
      int count = Math.min(COUNT, rows - done);
      transpose(array, at + done * rowBytes, count, classes);
      logSumExpOfTile(classes);
      for (int i = 0; i < count; i++) {
        maxima[r + done + i] = max[i];
        logSums[r + done + i] = logSum[i];
      }
    }
  }

  /** Lanes beyond {@code rows} keep what they had: nobody reads their result. */
  private void transpose(byte[] array, int at, int rows, int classes) {
    for (int lane = 0; lane < rows; lane++) {
      int from = at + lane * classes * Float.BYTES;
      for (int c = 0; c < classes; c++) {
        tile[c * COUNT + lane] = (float) FLOAT.get(array, from + c * Float.BYTES);
      }
    }
  }

  private void logSumExpOfTile(int classes) {
    int end = classes * COUNT;
    FloatVector top = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < end; i += COUNT) {
      FloatVector x = FloatVector.fromArray(FLOATS, tile, i);
      top = top.blend(x, x.compare(VectorOperators.GT, top));
    }
    FloatVector total = FloatVector.zero(FLOATS);
    FloatVector lost = total;
    for (int i = 0; i < end; i += COUNT) {
      FloatVector term = Lanes.exp(FloatVector.fromArray(FLOATS, tile, i).sub(top));
      FloatVector next = total.add(term);
      lost = lost.add(term.sub(next.sub(total)));
      total = next;
    }
    top.intoArray(max, 0);
    log(total, lost).intoArray(logSum, 0);
  }

  /**
   * ln(sum + lost) of sum >= 1: sum = 2^k·z with z in [√½, √2), r = z − 1 + lost·2^−k, and the
   * logarithm is k·ln 2 + ln(1 + r). A NaN sum has a NaN lost.
   */
  private static FloatVector log(FloatVector sum, FloatVector lost) {
    IntVector bits = sum.reinterpretAsInts();
    IntVector k = bits.sub(SQRT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
    FloatVector z = bits.sub(k.lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats();
    FloatVector scale = BIAS.sub(k).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
    FloatVector r = lost.fma(scale, z.sub(Lanes.ONE));
    FloatVector q = L6.fma(r, L5).fma(r, L4).fma(r, L3).fma(r, L2).fma(r, L1).fma(r, L0);
    FloatVector square = r.mul(r);
    FloatVector log = q.mul(r).add(MINUS_HALF).fma(square, r);
    FloatVector exponent = (FloatVector) k.convert(VectorOperators.I2F, 0);
    return exponent.fma(LN_2, log);
  }
}
