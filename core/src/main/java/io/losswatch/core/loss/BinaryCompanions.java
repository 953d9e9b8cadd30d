package io.losswatch.core.loss;

import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.kernel.Kernel;
import io.losswatch.core.tensor.Datatype;
import io.losswatch.core.tensor.Tensor;

/**
 * Companion metrics of rows of binary labels, from blocks that have just been read. A prediction is
 * a logit unless it is a probability. Mutable scratch; owned by one {@link Workspace}.
 */
final class BinaryCompanions {
  private final Kernel kernel;
  private final double[] x = new double[Workspace.BLOCK];
  private final double[] y = new double[Workspace.BLOCK];
  private final double[] distance = new double[Workspace.BLOCK];

  private MetricSums sums = new MetricSums();
  private boolean active;
  private boolean areProbabilities;
  private int width = 1;
  private boolean right = true;
  private double score;

  BinaryCompanions(Kernel kernel) {
    this.kernel = kernel;
  }

  /** Turns to a batch of which nothing is asked: {@link #add} has nothing to do. */
  void rest() {
    active = false;
  }

  /**
   * Turns to the next batch.
   *
   * @param kind of the predictions
   * @param rowWidth labels of a row
   */
  void begin(MetricSums batchSums, OutputKind kind, int rowWidth) {
    active = true;
    sums = batchSums;
    areProbabilities = kind == OutputKind.PROBS;
    width = rowWidth;
    right = true;
    score = 0;
  }

  /**
   * Takes {@code count} elements from {@code start}, which follow those taken before.
   *
   * @param losses of the batch's rows, as far as they end here; those with NaN do not count
   */
  void add(Tensor predictions, Tensor labels, int start, int count, double[] losses) {
    if (!active) {
      return;
    }
    predictions.copyTo(start, count, x, 0);
    labels.copyTo(start, count, y, 0);
    boolean scored = sums.takesScores();
    if (scored) {
      distances(predictions.datatype(), count);
    }
    for (int i = 0; i < count; ) {
      int row = (start + i) / width;
      int end = Math.min(count, (row + 1) * width - start);
      right &= areRight(i, end);
      score += scored ? sumOfSquares(i, end) : 0;
      if (start + end == (row + 1) * width) {
        end(losses[row]);
      }
      i = end;
    }
  }

  private boolean areRight(int from, int to) {
    double middle = areProbabilities ? 0.5 : 0;
    long wrong = 0;
    for (int i = from; i < to; i++) {
      wrong |= below(x[i], middle) ^ below(y[i], 0.5);
    }
    return wrong == 0;
  }

  /**
   * 1 if the value is below the bound, else 0, without a branch, which would be foretold wrongly
   * for every other label. The 0 that is added makes −0 a 0.
   */
  private static long below(double value, double bound) {
    return Double.doubleToRawLongBits((value - bound) + 0.0) >>> (Long.SIZE - 1);
  }

  private double sumOfSquares(int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += distance[i] * distance[i];
    }
    return sum;
  }

  private void end(double loss) {
    if (!Double.isNaN(loss)) {
      sums.addRow(right);
      sums.addScore(score);
    }
    right = true;
    score = 0;
  }

  /** p − y, where 1 − p is e^(−|x|)/(1 + e^(−|x|)) of a logit x >= 0, and p is it below. */
  private void distances(Datatype datatype, int count) {
    if (areProbabilities) {
      for (int i = 0; i < count; i++) {
        distance[i] = x[i] - y[i];
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      distance[i] = -Math.abs(x[i]);
    }
    kernel.exp(datatype, distance, count);
    for (int i = 0; i < count; i++) {
      long negative = below(x[i], 0);
      double rest = distance[i] / (1 + distance[i]);
      distance[i] = (1 - negative - y[i]) + (2 * negative - 1) * rest;
    }
  }
}
