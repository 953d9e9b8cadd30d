package io.losswatch.core.kernel;

import io.losswatch.core.tensor.Datatype;
import io.losswatch.core.tensor.Tensor;

/**
 * Plain Java in double precision: the fallback without the vector module, the path of FP64 inputs,
 * and of the rare blocks whose infinities the vector code leaves alone.
 */
final class ScalarKernel implements Kernel {
  static final int BLOCK = 1024;

  private final double[] x = new double[BLOCK];
  private final double[] y = new double[BLOCK];
  private double max;
  private double rest;

  @Override
  public String description() {
    return "scalar";
  }

  @Override
  public void logSumExp(
      Tensor logits, int firstRow, int rows, int classes, double[] maxOut, double[] logSum) {
    int rowsAtOnce = Math.max(1, BLOCK / classes);
    for (int done = 0; done < rows; done += rowsAtOnce) {
      int count = Math.min(rowsAtOnce, rows - done);
      int first = firstRow + done;
      if (classes <= BLOCK) {
        logits.copyTo(first * classes, count * classes, x, 0);
      }
      for (int i = 0; i < count; i++) {
        max = Double.NEGATIVE_INFINITY;
        rest = 0;
        if (classes <= BLOCK) {
          add(i * classes, (i + 1) * classes);
        } else {
          addLongRow(logits, first * classes, classes);
        }
        maxOut[first + i] = max;
        logSum[first + i] = Double.isInfinite(max) ? Double.NaN : log1p(rest);
      }
    }
  }

  private void addLongRow(Tensor logits, int start, int classes) {
    for (int c = 0; c < classes; c += BLOCK) {
      int count = Math.min(BLOCK, classes - c);
      logits.copyTo(start + c, count, x, 0);
      add(0, count);
    }
  }

  /**
   * Adds numbers {@code [from, to)} of the block to a row. The rest is Σ e^(x − max) over all but
   * one maximal number, whose term is exactly 1: the logarithm of 1 + rest then keeps the relative
   * precision of a loss near 0.
   */
  private void add(int from, int to) {
    int top = indexOfMax(from, to);
    boolean isHigher = x[top] > max;
    if (isHigher) {
      rest = max == Double.NEGATIVE_INFINITY ? rest : (rest + 1) * Math.exp(max - x[top]);
      max = x[top];
    }
    if (max == Double.NEGATIVE_INFINITY) {
      rest += zeroOrNan(from, to);
    } else if (isHigher) {
      rest += sumOfExp(from, top) + sumOfExp(top + 1, to);
    } else {
      rest += sumOfExp(from, to);
    }
  }

  /** The first maximal number; NaN is never one, unless there is nothing else. */
  private int indexOfMax(int from, int to) {
    int top = from;
    double highest = Double.NEGATIVE_INFINITY;
    for (int i = from; i < to; i++) {
      if (x[i] > highest) {
        highest = x[i];
        top = i;
      }
    }
    return top;
  }

  private double sumOfExp(int from, int to) {
    double even = 0;
    double odd = 0;
    int i = from;
    for (; i < to - 1; i += 2) {
      even += Math.exp(x[i] - max);
      odd += Math.exp(x[i + 1] - max);
    }
    return i < to ? even + odd + Math.exp(x[i] - max) : even + odd;
  }

  private double zeroOrNan(int from, int to) {
    for (int i = from; i < to; i++) {
      if (Double.isNaN(x[i])) {
        return Double.NaN;
      }
    }
    return 0;
  }

  /** ln(1 + u) as ln(w)·u/(w − 1) with the rounded w = 1 + u (Kahan): Math.log is an intrinsic. */
  private static double log1p(double u) {
    double w = 1 + u;
    return w == 1 || w == Double.POSITIVE_INFINITY ? u : Math.log(w) * (u / (w - 1));
  }

  @Override
  public double totalSurprisal(Tensor logits, int start, int count, double max, double logSum) {
    double sum = 0;
    for (int done = 0; done < count; done += BLOCK) {
      int n = Math.min(BLOCK, count - done);
      logits.copyTo(start + done, n, x, 0);
      for (int i = 0; i < n; i++) {
        sum += (max - x[i]) + logSum;
      }
    }
    return sum;
  }

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
    double sum = 0;
    for (int done = 0; done < count; done += BLOCK) {
      int n = Math.min(BLOCK, count - done);
      logits.copyTo(start + done, n, x, 0);
      targets.copyTo(start + done, n, y, 0);
      for (int i = 0; i < n; i++) {
        sum += (scale * y[i] + offset) * ((max - x[i]) + logSum);
      }
    }
    return sum;
  }

  @Override
  public void meanSquaredErrors(Tensor a, Tensor b, int rows, int row, double[] out) {
    for (int r = 0; r < rows; r++) {
      double sum = 0;
      for (int done = 0; done < row; done += BLOCK) {
        int n = Math.min(BLOCK, row - done);
        a.copyTo(r * row + done, n, x, 0);
        b.copyTo(r * row + done, n, y, 0);
        sum += sumOfSquares(n);
      }
      out[r] = sum / row;
    }
  }

  /** Σ (x − y)² over the block, in two interleaved sums. */
  private double sumOfSquares(int count) {
    double even = 0;
    double odd = 0;
    int i = 0;
    for (; i < count - 1; i += 2) {
      even += (x[i] - y[i]) * (x[i] - y[i]);
      odd += (x[i + 1] - y[i + 1]) * (x[i + 1] - y[i + 1]);
    }
    return i < count ? even + odd + (x[i] - y[i]) * (x[i] - y[i]) : even + odd;
  }

  @Override
  public void squaredError(Tensor a, Tensor b, int start, int count, double[] out, int first) {
    for (int done = 0; done < count; done += BLOCK) {
      int n = Math.min(BLOCK, count - done);
      a.copyTo(start + done, n, x, 0);
      b.copyTo(start + done, n, y, 0);
      for (int i = 0; i < n; i++) {
        double difference = x[i] - y[i];
        out[first + done + i] = difference * difference;
      }
    }
  }

  @Override
  public void binaryCrossEntropy(
      Tensor logits, Tensor labels, int start, int count, double[] out, int first) {
    for (int done = 0; done < count; done += BLOCK) {
      int n = Math.min(BLOCK, count - done);
      logits.copyTo(start + done, n, x, 0);
      labels.copyTo(start + done, n, y, 0);
      for (int i = 0; i < n; i++) {
        out[first + done + i] = binaryCrossEntropy(x[i], y[i]);
      }
    }
  }

  @Override
  public void meanBinaryCrossEntropies(
      Tensor logits, Tensor labels, int rows, int row, double[] out) {
    for (int r = 0; r < rows; r++) {
      out[r] = meanBinaryCrossEntropy(logits, labels, r * row, row);
    }
  }

  double meanBinaryCrossEntropy(Tensor logits, Tensor labels, int start, int row) {
    double sum = 0;
    for (int done = 0; done < row; done += BLOCK) {
      int n = Math.min(BLOCK, row - done);
      logits.copyTo(start + done, n, x, 0);
      labels.copyTo(start + done, n, y, 0);
      for (int i = 0; i < n; i++) {
        sum += binaryCrossEntropy(x[i], y[i]);
      }
    }
    return sum / row;
  }

  /** max(x, 0) − x·y and the tail cannot cancel, as (1 − y)·x and min(x, 0) can. */
  static double binaryCrossEntropy(double logit, double label) {
    if (logit == Double.NEGATIVE_INFINITY) {
      return Double.NaN;
    }
    return logit * ((logit >= 0 ? 1 : 0) - label) + softplusTail(logit);
  }

  @Override
  public void softplusTail(Tensor logits, int start, int count, double[] out, int first) {
    for (int done = 0; done < count; done += BLOCK) {
      int n = Math.min(BLOCK, count - done);
      logits.copyTo(start + done, n, x, 0);
      for (int i = 0; i < n; i++) {
        out[first + done + i] = softplusTail(x[i]);
      }
    }
  }

  static double softplusTail(double logit) {
    return log1p(Math.exp(-Math.abs(logit)));
  }

  @Override
  public int rank(Tensor values, int start, int count, int at) {
    double value = values.doubleAt(start + at);
    int found = 0;
    for (int done = 0; done < count; done += BLOCK) {
      int n = Math.min(BLOCK, count - done);
      values.copyTo(start + done, n, x, 0);
      for (int i = 0; i < n; i++) {
        found += x[i] > value || (x[i] == value && done + i < at) ? 1 : 0;
      }
    }
    return found;
  }

  @Override
  public double squaredExps(Tensor values, int start, int count, int except, double max) {
    double sum = 0;
    for (int done = 0; done < count; done += BLOCK) {
      int n = Math.min(BLOCK, count - done);
      values.copyTo(start + done, n, x, 0);
      if (except >= done && except < done + n) {
        x[except - done] = Double.NEGATIVE_INFINITY;
      }
      for (int i = 0; i < n; i++) {
        sum += Math.exp(2 * (x[i] - max));
      }
    }
    return sum;
  }

  @Override
  public void exp(Datatype datatype, double[] exponents, int count) {
    for (int i = 0; i < count; i++) {
      exponents[i] = Math.exp(exponents[i]);
    }
  }
}
