package io.losswatch.core.loss;

import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.kernel.Kernel;
import io.losswatch.core.tensor.Datatype;
import io.losswatch.core.tensor.Tensor;

/**
 * Companion metrics of rows of classes that {@link Surprisal} has made ready, while they are in the
 * cache. Mutable scratch; owned by one {@link Workspace}.
 */
final class ClassCompanions {
  /** From here on a call for each row costs less than a block for several. */
  private static final int LONG_ROW = 64;

  private final Kernel kernel;
  private final Surprisal surprisal;
  private final LabelRanks ranks;
  private final double[] p = new double[Workspace.BLOCK];
  private final double[] t = new double[Workspace.BLOCK];

  private MetricSums sums = new MetricSums();
  private boolean active;
  private int classes = 1;

  ClassCompanions(Kernel kernel, Surprisal surprisal, LabelRanks ranks) {
    this.kernel = kernel;
    this.surprisal = surprisal;
    this.ranks = ranks;
  }

  /**
   * Turns to the next batch, which the surprisals have read.
   *
   * @param counts false: nothing is asked for
   */
  void begin(MetricSums batchSums, boolean counts, int classCount) {
    sums = batchSums;
    active = counts;
    classes = classCount;
  }

  /** False if nothing is asked for: then nothing else is to be called. */
  boolean isActive() {
    return active;
  }

  /**
   * Counts rows {@code [first, first + count)}, none of which is ignored.
   *
   * @param labels a class for each row of the batch
   * @param losses of the rows of the batch; those with NaN do not count
   */
  void addIndexTargets(int first, int count, int[] labels, double[] losses) {
    for (int r = first; r < first + count; r++) {
      if (!Double.isNaN(losses[r]) && addLabel(r, labels[r])) {
        sums.addSurprise(surprisal.of(r, labels[r]));
      }
    }
    if (sums.takesScores() && hasLongRows()) {
      addScoresOfLongRows(first, count, labels, losses);
    } else if (sums.takesScores()) {
      addScores(first, count, labels, losses);
    }
  }

  /**
   * Counts one row with probability targets.
   *
   * @param targets of the batch, rows together
   * @param surprise −Σ t·ln p of the row
   */
  void addProbabilityTargets(int row, Tensor targets, double surprise) {
    if (addLabel(row, indexOfLargest(targets, row))) {
      sums.addSurprise(surprise);
      if (sums.takesScores()) {
        sums.addScore(score(row, targets));
      }
    }
  }

  private int indexOfLargest(Tensor targets, int row) {
    int largest = 0;
    double max = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < classes; c += Workspace.BLOCK) {
      int n = Math.min(Workspace.BLOCK, classes - c);
      targets.copyTo(row * classes + c, n, t, 0);
      for (int i = 0; i < n; i++) {
        if (t[i] > max) {
          max = t[i];
          largest = c + i;
        }
      }
    }
    return largest;
  }

  /** Counts what the label's rank and the confidence say; false if a prediction is NaN. */
  private boolean addLabel(int row, int label) {
    int start = row * classes;
    boolean logits = surprisal.kind() == OutputKind.LOGITS;
    double largest = logits ? surprisal.max(row) : ranks.largest(surprisal.rows(), start, classes);
    if (Double.isNaN(largest)) {
      return false;
    }
    boolean right = ranks.add(sums, surprisal.rows(), start, classes, label, largest);
    if (sums.takesConfidences()) {
      sums.addConfidence(Math.min(1, surprisal.probability(row, largest)), right);
    }
    return true;
  }

  private boolean hasLongRows() {
    return surprisal.kind() == OutputKind.LOGITS
        && surprisal.rows().datatype() == Datatype.FP32
        && classes >= LONG_ROW;
  }

  /** As {@link #addScores}, straight from the record's floats. */
  private void addScoresOfLongRows(int first, int count, int[] labels, double[] losses) {
    Tensor rows = surprisal.rows();
    for (int r = first; r < first + count; r++) {
      if (!Double.isNaN(losses[r])) {
        double squares =
            kernel.squaredExps(rows, r * classes, classes, labels[r], surprisal.max(r));
        double doubt = surprisal.doubt(r, labels[r]);
        sums.addScore(squares * Math.exp(-2 * surprisal.logSum(r)) + doubt * doubt);
      }
    }
  }

  /**
   * Σ_{c≠y} p_c² + (1 − p_y)² of each row, block by block, whether a block holds many rows or a row
   * many blocks. With 1 − p_y from −ln p_y, nothing cancels where p_y is close to 1.
   */
  private void addScores(int first, int count, int[] labels, double[] losses) {
    int end = (first + count) * classes;
    double score = 0;
    for (int start = first * classes; start < end; start += Workspace.BLOCK) {
      int n = Math.min(Workspace.BLOCK, end - start);
      probabilities(start, n);
      for (int i = 0; i < n; ) {
        int row = (start + i) / classes;
        int rowStart = row * classes - start;
        int rowEnd = Math.min(n, rowStart + classes);
        int label = rowStart + labels[row];
        if (label >= i && label < rowEnd) {
          p[label] = surprisal.doubt(row, labels[row]);
        }
        score = (rowStart == i ? 0 : score) + sumOfSquares(i, rowEnd);
        if (rowEnd == rowStart + classes && !Double.isNaN(losses[row])) {
          sums.addScore(score);
        }
        i = rowEnd;
      }
    }
  }

  private double sumOfSquares(int from, int to) {
    double even = 0;
    double odd = 0;
    int i = from;
    for (; i < to - 1; i += 2) {
      even += p[i] * p[i];
      odd += p[i + 1] * p[i + 1];
    }
    return i < to ? even + odd + p[i] * p[i] : even + odd;
  }

  /** Σ (p_c − t_c)². */
  private double score(int row, Tensor targets) {
    double score = 0;
    for (int c = 0; c < classes; c += Workspace.BLOCK) {
      int n = Math.min(Workspace.BLOCK, classes - c);
      probabilities(row * classes + c, n);
      targets.copyTo(row * classes + c, n, t, 0);
      for (int i = 0; i < n; i++) {
        p[i] -= t[i];
      }
      score += sumOfSquares(0, n);
    }
    return score;
  }

  /** Fills the block {@code p} from an element on. */
  private void probabilities(int start, int count) {
    Tensor rows = surprisal.rows();
    rows.copyTo(start, count, p, 0);
    if (surprisal.kind() == OutputKind.PROBS) {
      return;
    }
    for (int i = 0; i < count; ) {
      int row = (start + i) / classes;
      int rowEnd = Math.min(count, (row + 1) * classes - start);
      double max = surprisal.max(row);
      double logSum = surprisal.logSum(row);
      for (; i < rowEnd; i++) {
        p[i] = (p[i] - max) - logSum;
      }
    }
    kernel.exp(rows.datatype(), p, count);
  }
}
