package io.losswatch.core.loss;

import io.losswatch.core.kernel.Kernel;
import io.losswatch.core.tensor.Tensor;

/**
 * Counts rows of classes by the rank of their label: how many classes come before it when they are
 * ordered from the largest prediction to the smallest, equal ones by index. Mutable scratch; owned
 * by one {@link Workspace}.
 */
final class LabelRanks {
  private final Kernel kernel;
  private final double[] x = new double[Workspace.BLOCK];

  LabelRanks(Kernel kernel) {
    this.kernel = kernel;
  }

  /** The largest of {@code classes} numbers from {@code start}; NaN if one of them is. */
  double largest(Tensor rows, int start, int classes) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < classes; c += Workspace.BLOCK) {
      int n = Math.min(Workspace.BLOCK, classes - c);
      rows.copyTo(start + c, n, x, 0);
      for (int i = 0; i < n; i++) {
        largest = Math.max(largest, x[i]);
      }
    }
    return largest;
  }

  /**
   * Counts the row whose {@code classes} numbers start at {@code start}.
   *
   * @param largest of them, which is a number
   * @return whether it is right, if anything asked for needs to know
   */
  boolean add(MetricSums sums, Tensor rows, int start, int classes, int label, double largest) {
    boolean right = false;
    if (sums.takesRanks()) {
      int rank = kernel.rank(rows, start, classes, label);
      sums.addRank(rank);
      right = rank == 0;
    } else if (sums.takesRight()) {
      // an equal one before it is looked for only where the label has the largest prediction
      right =
          rows.doubleAt(start + label) == largest
              && kernel.rank(rows, start, label + 1, label) == 0;
    }
    sums.addRow(right);
    return right;
  }
}
