package io.losswatch.core.loss;

import java.util.Locale;

/** A companion of a loss, and how many sums it is read from. In the order of the names. */
enum Metric {
  ACCURACY(1),
  /** Σ of the rows' scores, and how many are finite. */
  BRIER(2),
  /** Σ (1 if right − confidence) of each bin. */
  ECE(Metric.BINS),
  /** Σ −ln p, and of how many rows it is finite. */
  PERPLEXITY(2),
  TOP_K(1);

  /** Of equal width over the confidences (0, 1]. */
  static final int BINS = 15;

  private final int sums;

  Metric(int sums) {
    this.sums = sums;
  }

  /** The field's name, such as {@code top_k}. */
  String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  int sums() {
    return sums;
  }

  /** From its sums, the first of which is at {@code at}; NaN if no row counts. */
  double value(double rows, double[] sums, int at) {
    return switch (this) {
      case ACCURACY, TOP_K -> sums[at] / rows;
      case BRIER -> sums[at] / sums[at + 1];
      case PERPLEXITY -> Math.exp(sums[at] / sums[at + 1]);
      case ECE -> {
        double error = 0;
        for (int bin = 0; bin < BINS; bin++) {
          error += Math.abs(sums[at + bin]);
        }
        yield error / rows;
      }
    };
  }
}
