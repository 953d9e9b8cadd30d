package io.losswatch.core.kernel;

import static io.losswatch.core.kernel.Lanes.COUNT;

import io.losswatch.core.tensor.Datatype;
import java.util.Arrays;

/**
 * Log-sum-exp of rows with many classes: lanes are classes. A row is read in blocks with a running
 * maximum, so that the second look at a block finds it in the L1 cache; each block's sum goes to a
 * double. Mutable scratch: one thread owns it.
 */
final class LongRows {
  /**
   * Numbers in a block: 8 KB of floats, or 4 where the machine alone fetches ahead. Half or twice
   * as many are slower.
   */
  private static final int BLOCK = ExpSums.READS_AHEAD ? 2048 : 1024;

  private static final int PAIR = 2 * COUNT;

  private final Maxima maxima = new Maxima();
  private final ExpSums sums = new ExpSums();
  private final byte[] tail = new byte[PAIR * Float.BYTES];

  private Datatype datatype = Datatype.FP32;
  private Datatype padding = Datatype.FP64;
  private int padded;
  private byte[] array = tail;
  private double max;
  private double sum;

  /** True if rows of that datatype are read as they are. */
  static boolean reads(Datatype datatype) {
    return datatype == Datatype.FP32 || datatype == Datatype.BF16 || datatype == Datatype.FP16;
  }

  /** As {@link Kernel#logSumExp} of row {@code r}, whose first number is at {@code at}. */
  void logSumExp(
      Datatype type, byte[] row, int at, int classes, int r, double[] maxOut, double[] logSums) {
    datatype = type;
    array = row;
    addRow(at, classes, type.sizeBytes());
    maxOut[r] = max;
    logSums[r] = Double.isInfinite(max) ? Double.NaN : Math.log(sum);
  }

  private void addRow(int at, int classes, int size) {
    max = Double.NEGATIVE_INFINITY;
    sum = 0;
    int c = 0;
    while (c < classes) {
      // the last block takes what is too short for one of its own
      int count = classes - c < BLOCK + PAIR ? classes - c : BLOCK;
      add(at + c * size, count, size);
      c += count;
    }
  }

  private void add(int at, int count, int size) {
    float blockMax = maxOf(at, count);
    if (Float.isNaN(blockMax)) {
      sum = Double.NaN;
      return;
    }
    if (blockMax > max) {
      sum = sum == 0 ? 0 : sum * Math.exp(max - blockMax);
      max = blockMax;
    }
    if (max > Double.NEGATIVE_INFINITY) {
      // two vectors of floats make one of 16 bit
      int step = datatype == Datatype.FP32 ? COUNT : PAIR;
      int whole = count - count % step;
      addExps(array, at, whole);
      if (whole < count) {
        pad(at + whole * size, (count - whole) * size, size);
        addExps(tail, 0, step);
      }
      sum += sums.take();
    } else if (hasNan(at, count)) {
      // where −∞ is all else that there is, e^(x − max) would be NaN without one
      sum = Double.NaN;
    }
  }

  /** Copies the end of a row, which −∞ follows. */
  private void pad(int at, int bytes, int size) {
    if (padding != datatype || padded != bytes) {
      padding = datatype;
      padded = bytes;
      int minusInfinity = datatype == Datatype.FP16 ? 0xfc00 : 0xff80;
      Arrays.fill(tail, (byte) 0);
      for (int i = size; i <= tail.length; i += size) {
        tail[i - 1] = (byte) (minusInfinity >> 8);
        tail[i - 2] = (byte) minusInfinity;
      }
    }
    System.arraycopy(array, at, tail, 0, bytes);
  }

  private float maxOf(int at, int count) {
    return switch (datatype) {
      case FP32 -> maxima.ofFloats(array, at, count);
      case BF16 -> maxima.ofBrains(array, at, count);
      default -> maxima.ofHalves(array, at, count);
    };
  }

  private void addExps(byte[] from, int at, int count) {
    switch (datatype) {
      case FP32 -> sums.addFloats(from, at, count, (float) max);
      case BF16 -> sums.addBrains(from, at, count, (float) max);
      default -> sums.addHalves(from, at, count, (float) max);
    }
  }

  private boolean hasNan(int at, int count) {
    return switch (datatype) {
      case FP32 -> Maxima.hasNan(array, at, count);
      case BF16 -> Maxima.hasBrainNan(array, at, count);
      default -> false;
    };
  }
}
