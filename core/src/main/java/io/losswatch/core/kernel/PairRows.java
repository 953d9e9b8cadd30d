package io.losswatch.core.kernel;

import static io.losswatch.core.kernel.Lanes.COUNT;
import static io.losswatch.core.kernel.Lanes.LONGS;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Log-sum-exp of rows of two little-endian floats a and b: the maximum and ln(1 + e^(−|a − b|)).
 * Lanes are rows. Mutable scratch: one thread owns it.
 */
final class PairRows {
  private static final int BLOCK = 512;
  private static final int ROW = 2 * Float.BYTES;
  private static final int VECTOR = COUNT * Float.BYTES;
  private static final LongVector LOWER = LongVector.broadcast(LONGS, 0xffffffffL);
  private static final LongVector UPPER = LongVector.broadcast(LONGS, 0xffffffff00000000L);

  private final float[] tops = new float[BLOCK];
  private final float[] tails = new float[BLOCK];

  /**
   * As {@link Kernel#logSumExp} of rows from {@code r}, the first of which is at {@code at}.
   *
   * @return how many rows were done: a multiple of the lanes
   */
  int logSumExp(byte[] array, int at, int r, int rows, double[] maxima, double[] logSums) {
    int whole = rows - rows % COUNT;
    for (int done = 0; done < whole; done += BLOCK) {
      int count = Math.min(BLOCK, whole - done);
      compute(array, at + done * ROW, count);
      for (int i = 0; i < count; i += COUNT) {
        put(i, r + done + i, maxima, logSums);
      }
    }
    return whole;
  }

  /**
   * Two vectors of pairs become one of a and one of b, in which the rows of the second vector stand
   * between those of the first. top − top is NaN where the maximum is infinite.
   */
  private void compute(byte[] array, int at, int count) {
    for (int i = 0; i < count; i += COUNT) {
      LongVector x = ByteVector.fromArray(Lanes.BYTES, array, at + i * ROW).reinterpretAsLongs();
      LongVector y =
          ByteVector.fromArray(Lanes.BYTES, array, at + i * ROW + VECTOR).reinterpretAsLongs();
      FloatVector a = x.and(LOWER).or(y.lanewise(VectorOperators.LSHL, 32)).reinterpretAsFloats();
      FloatVector b = x.lanewise(VectorOperators.LSHR, 32).or(y.and(UPPER)).reinterpretAsFloats();
      FloatVector top = a.blend(b, b.compare(VectorOperators.GT, a));
      top.intoArray(tops, i);
      FloatVector power = Lanes.exp(a.sub(b).abs().neg());
      BinaryEntropy.log1p(power).add(top.sub(top)).intoArray(tails, i);
    }
  }

  private void put(int i, int r, double[] maxima, double[] logSums) {
    for (int lane = 0; lane < COUNT / 2; lane++) {
      maxima[r + lane] = tops[i + 2 * lane];
      logSums[r + lane] = tails[i + 2 * lane];
      maxima[r + lane + COUNT / 2] = tops[i + 2 * lane + 1];
      logSums[r + lane + COUNT / 2] = tails[i + 2 * lane + 1];
    }
  }
}
