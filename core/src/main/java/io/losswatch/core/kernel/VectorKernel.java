package io.losswatch.core.kernel;

import io.losswatch.core.tensor.Datatype;
import io.losswatch.core.tensor.Tensor;
import jdk.incubator.vector.FloatVector;

/**
 * Kernels on the lanes of {@code jdk.incubator.vector}, for FP32 straight from the record's bytes.
 * What they do not cover goes to the scalar kernel. Loaded only if {@link Kernels} found the
 * module.
 */
final class VectorKernel implements Kernel {
  private final ScalarKernel scalar = new ScalarKernel();
  private final LongRows longRows = new LongRows();
  private final PairRows pairRows = new PairRows();
  private final Expectation expectation = new Expectation();
  private final ShortRows shortRows = new ShortRows();
  private final BinaryEntropy binaryEntropy = new BinaryEntropy();
  private final Pointwise pointwise = new Pointwise();
  private final Widening widening = new Widening();
  private final Ranking ranking = new Ranking();
  private final Exponentials exponentials = new Exponentials();
  private final SquaredExps squaredExps = new SquaredExps();

  /** True if vectors hold at least four floats: with fewer, the scalar code is as good. */
  static boolean hasUsableLanes() {
    return FloatVector.SPECIES_PREFERRED.length() >= 4 && keepsSignsOfNan(0);
  }

  /** By its sign {@link Lanes#FARTHEST} spares a NaN; RISC-V, for one, gives all NaN the same. */
  private static boolean keepsSignsOfNan(float zero) {
    return Float.floatToRawIntBits(zero - Float.intBitsToFloat(0xffc00000)) < 0;
  }

  @Override
  public String description() {
    return "vector, %d bits, %d floats at a time"
        .formatted(Lanes.FLOATS.vectorBitSize(), Lanes.COUNT);
  }

  @Override
  public void logSumExp(
      Tensor logits, int firstRow, int rows, int classes, double[] max, double[] logSum) {
    Datatype datatype = logits.datatype();
    int at = logits.offset() + firstRow * classes * datatype.sizeBytes();
    if (datatype == Datatype.FP32) {
      logSumExp(logits.array(), at, firstRow, rows, classes, max, logSum);
    } else if (classes > ShortRows.MAX_CLASSES && LongRows.reads(datatype)) {
      longRows(datatype, logits.array(), at, firstRow, rows, classes, max, logSum);
    } else if (Widening.isExact(datatype)) {
      int rowsAtOnce = Math.max(1, Widening.BLOCK / Math.max(1, classes));
      for (int done = 0; done < rows; done += rowsAtOnce) {
        int r = firstRow + done;
        int count = Math.min(rowsAtOnce, rows - done);
        byte[] floats = widening.floats(logits, r * classes, count * classes);
        logSumExp(floats, 0, r, count, classes, max, logSum);
      }
    } else {
      scalar.logSumExp(logits, firstRow, rows, classes, max, logSum);
    }
  }

  /** Of floats. */
  private void logSumExp(
      byte[] array, int at, int r, int rows, int classes, double[] max, double[] logSum) {
    if (classes == 2) {
      int done = pairRows.logSumExp(array, at, r, rows, max, logSum);
      int rest = at + done * 2 * Float.BYTES;
      shortRows.logSumExp(array, rest, r + done, rows - done, classes, max, logSum);
    } else if (classes <= ShortRows.MAX_CLASSES) {
      shortRows.logSumExp(array, at, r, rows, classes, max, logSum);
    } else {
      longRows(Datatype.FP32, array, at, r, rows, classes, max, logSum);
    }
  }

  private void longRows(
      Datatype datatype,
      byte[] array,
      int at,
      int r,
      int rows,
      int classes,
      double[] max,
      double[] logSum) {
    int rowBytes = classes * datatype.sizeBytes();
    for (int i = 0; i < rows; i++) {
      longRows.logSumExp(datatype, array, at + i * rowBytes, classes, r + i, max, logSum);
    }
  }

  @Override
  public double totalSurprisal(Tensor logits, int start, int count, double max, double logSum) {
    if (logits.datatype() != Datatype.FP32) {
      return scalar.totalSurprisal(logits, start, count, max, logSum);
    }
    int at = logits.offset() + start * Float.BYTES;
    int whole = Lanes.wholeWide(logits.array().length, at, count);
    double sum = expectation.gaps(logits.array(), at, whole, max) + whole * logSum;
    sum += scalar.totalSurprisal(logits, start + whole, count - whole, max, logSum);
    return Double.isNaN(sum) ? scalar.totalSurprisal(logits, start, count, max, logSum) : sum;
  }

  /** Sums that are not finite may be others than that of the products: the scalar code knows. */
  @Override
  public double expectedSurprisal(
      Tensor logits,
      Tensor targets,
      int start,
      int count,
      double max,
      double logSum,
      double scale,
      double offset) {
    double sum = Double.NaN;
    if (areFloats(logits, targets)) {
      sum = scale == 0 ? 0 : scale * weightedSurprisal(logits, targets, start, count, max, logSum);
      sum += offset == 0 ? 0 : offset * totalSurprisal(logits, start, count, max, logSum);
    }
    return Double.isFinite(sum)
        ? sum
        : scalar.expectedSurprisal(logits, targets, start, count, max, logSum, scale, offset);
  }

  private double weightedSurprisal(
      Tensor logits, Tensor targets, int start, int count, double max, double logSum) {
    byte[] x = logits.array();
    byte[] t = targets.array();
    int xAt = logits.offset() + start * Float.BYTES;
    int tAt = targets.offset() + start * Float.BYTES;
    int whole = count - count % Lanes.COUNT;
    return expectation.weighted(x, xAt, t, tAt, whole, max, logSum)
        + scalar.expectedSurprisal(
            logits, targets, start + whole, count - whole, max, logSum, 1, 0);
  }

  @Override
  public void meanSquaredErrors(Tensor x, Tensor y, int rows, int row, double[] out) {
    if (areFloats(x, y)) {
      pointwise.meanSquaredErrors(x.array(), x.offset(), y.array(), y.offset(), rows, row, out);
    } else {
      scalar.meanSquaredErrors(x, y, rows, row, out);
    }
  }

  @Override
  public void squaredError(Tensor x, Tensor y, int start, int count, double[] out, int first) {
    int done = 0;
    if (areFloats(x, y)) {
      int skipped = start * Float.BYTES;
      done =
          Pointwise.squaredError(
              x.array(), x.offset() + skipped, y.array(), y.offset() + skipped, count, out, first);
    }
    scalar.squaredError(x, y, start + done, count - done, out, first + done);
  }

  @Override
  public void binaryCrossEntropy(
      Tensor logits, Tensor labels, int start, int count, double[] out, int first) {
    boolean floats = areFloats(logits, labels);
    int done = 0;
    while (floats && count - done >= Lanes.COUNT) {
      int n = Math.min(BinaryEntropy.BLOCK, count - done);
      int skipped = (start + done) * Float.BYTES;
      int whole =
          binaryEntropy.elements(
              logits.array(),
              logits.offset() + skipped,
              labels.array(),
              labels.offset() + skipped,
              n,
              out,
              first + done);
      if (whole == 0) {
        scalar.binaryCrossEntropy(logits, labels, start + done, n, out, first + done);
        whole = n;
      }
      done += whole;
    }
    scalar.binaryCrossEntropy(logits, labels, start + done, count - done, out, first + done);
  }

  @Override
  public void meanBinaryCrossEntropies(
      Tensor logits, Tensor labels, int rows, int row, double[] out) {
    boolean floats = areFloats(logits, labels);
    int done = 0;
    int rowsAtOnce = row > BinaryEntropy.MAX_ROW ? 0 : BinaryEntropy.BLOCK / row;
    while (floats && Math.min(rowsAtOnce, rows - done) * row >= Lanes.COUNT) {
      int n = Math.min(rowsAtOnce, rows - done);
      int skipped = done * row * Float.BYTES;
      binaryEntropy.means(
          logits.array(),
          logits.offset() + skipped,
          labels.array(),
          labels.offset() + skipped,
          n,
          row,
          out,
          done);
      done += n;
    }
    for (int r = 0; r < rows; r++) {
      if (r >= done || !Double.isFinite(out[r])) {
        out[r] = scalar.meanBinaryCrossEntropy(logits, labels, r * row, row);
      }
    }
  }

  @Override
  public void softplusTail(Tensor logits, int start, int count, double[] out, int first) {
    int done = 0;
    while (logits.datatype() == Datatype.FP32 && count - done >= Lanes.COUNT) {
      int n = Math.min(BinaryEntropy.BLOCK, count - done);
      int at = logits.offset() + (start + done) * Float.BYTES;
      done += binaryEntropy.softplusTail(logits.array(), at, n, out, first + done);
    }
    scalar.softplusTail(logits, start + done, count - done, out, first + done);
  }

  @Override
  public int rank(Tensor values, int start, int count, int at) {
    if (values.datatype() != Datatype.FP32) {
      return scalar.rank(values, start, count, at);
    }
    return ranking.rank(values.array(), values.offset() + start * Float.BYTES, count, at);
  }

  @Override
  public double squaredExps(Tensor values, int start, int count, int except, double max) {
    if (values.datatype() != Datatype.FP32) {
      return scalar.squaredExps(values, start, count, except, max);
    }
    int at = values.offset() + start * Float.BYTES;
    return squaredExps.sum(values.array(), at, count, except, (float) max);
  }

  @Override
  public void exp(Datatype datatype, double[] exponents, int count) {
    if (!Widening.isExact(datatype) || !exponentials.replace(exponents, count)) {
      scalar.exp(datatype, exponents, count);
    }
  }

  private static boolean areFloats(Tensor a, Tensor b) {
    return a.datatype() == Datatype.FP32 && b.datatype() == Datatype.FP32;
  }
}
