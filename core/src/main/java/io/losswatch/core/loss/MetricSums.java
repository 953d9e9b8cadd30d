package io.losswatch.core.loss;

import java.util.Arrays;

/**
 * The sums of one batch that companion metrics are read from, each with what rounding lost of it
 * (A. Neumaier, 1974). Adding to a metric that is not asked for has no effect. Mutable; owned by
 * one {@link LossBuffer}.
 */
final class MetricSums {
  private static final int ABSENT = -1;

  private Metrics metrics = Metrics.NONE;
  private double[] sums = new double[0];
  private double[] rests = new double[0];
  private int accuracy = ABSENT;
  private int brier = ABSENT;
  private int ece = ABSENT;
  private int perplexity = ABSENT;
  private int topK = ABSENT;

  /** Makes room for these metrics, with every sum 0. */
  void turnTo(Metrics requested) {
    metrics = requested;
    accuracy = place(Metric.ACCURACY);
    brier = place(Metric.BRIER);
    ece = place(Metric.ECE);
    perplexity = place(Metric.PERPLEXITY);
    topK = place(Metric.TOP_K);
    if (sums.length < requested.sumCount()) {
      sums = new double[requested.sumCount()];
      rests = new double[requested.sumCount()];
    }
    clear();
  }

  private int place(Metric metric) {
    return metrics.has(metric) ? metrics.place(metric) : ABSENT;
  }

  void clear() {
    Arrays.fill(sums, 0, metrics.sumCount(), 0);
    Arrays.fill(rests, 0, metrics.sumCount(), 0);
  }

  Metrics metrics() {
    return metrics;
  }

  double sum(int place) {
    return sums[place];
  }

  double rest(int place) {
    return rests[place];
  }

  /** True if a label's rank is asked for, and not just whether it is the first. */
  boolean takesRanks() {
    return topK >= 0;
  }

  /** True if it is asked for whether a row is right. */
  boolean takesRight() {
    return accuracy >= 0 || ece >= 0;
  }

  boolean takesScores() {
    return brier >= 0;
  }

  boolean takesConfidences() {
    return ece >= 0;
  }

  /** Counts a row that no metric leaves out altogether, and whether it is right. */
  void addRow(boolean right) {
    sums[Metrics.ROWS]++;
    if (right && accuracy >= 0) {
      sums[accuracy]++;
    }
  }

  /** Counts how many classes come before the label. */
  void addRank(int rank) {
    if (topK >= 0 && rank < metrics.k()) {
      sums[topK]++;
    }
  }

  /** Adds Σ (p − y)² of a row. */
  void addScore(double score) {
    addToMean(brier, score);
  }

  /** Adds −ln p of a row's label. */
  void addSurprise(double surprise) {
    addToMean(perplexity, surprise);
  }

  /** Adds a row to its bin of confidence. */
  void addConfidence(double confidence, boolean right) {
    if (ece >= 0) {
      int bin = (int) Math.ceil(confidence * Metric.BINS) - 1;
      add(ece + Math.min(Math.max(bin, 0), Metric.BINS - 1), (right ? 1 : 0) - confidence);
    }
  }

  private void addToMean(int place, double value) {
    if (place >= 0 && Double.isFinite(value)) {
      add(place, value);
      sums[place + 1]++;
    }
  }

  private void add(int place, double value) {
    double sum = sums[place];
    double next = sum + value;
    double virtual = next - sum;
    rests[place] += (sum - (next - virtual)) + (value - virtual);
    sums[place] = next;
  }
}
