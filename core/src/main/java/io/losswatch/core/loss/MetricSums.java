package io.losswatch.core.loss;

import java.util.Arrays;

/**
 * The sums of one batch that companion metrics are read from, each with what rounding lost of it
 * (A. Neumaier, 1974). Mutable; owned by one {@link LossBuffer}.
 */
final class MetricSums {
  private Metrics metrics = Metrics.NONE;
  private double[] sums = new double[0];
  private double[] rests = new double[0];

  /** Makes room for these metrics, with every sum 0. */
  void turnTo(Metrics requested) {
    metrics = requested;
    if (sums.length < requested.sumCount()) {
      sums = new double[requested.sumCount()];
      rests = new double[requested.sumCount()];
    }
    clear();
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

  /** Counts a row that no metric leaves out altogether. */
  void addRow() {
    sums[Metrics.ROWS]++;
  }

  /** Counts a row as right, if that is asked for. */
  void addRight(Metric metric) {
    if (metrics.has(metric)) {
      sums[metrics.place(metric)]++;
    }
  }

  /** Adds a row to a mean over rows; one that is not finite is left out. */
  void addToMean(Metric metric, double value) {
    if (Double.isFinite(value)) {
      int place = metrics.place(metric);
      add(place, value);
      sums[place + 1]++;
    }
  }

  /** Adds a row to its bin of confidence. */
  void addToBin(double confidence, boolean right) {
    int bin = (int) Math.ceil(confidence * Metric.BINS) - 1;
    int place = metrics.place(Metric.ECE) + Math.min(Math.max(bin, 0), Metric.BINS - 1);
    add(place, (right ? 1 : 0) - confidence);
  }

  private void add(int place, double value) {
    double sum = sums[place];
    double next = sum + value;
    double virtual = next - sum;
    rests[place] += (sum - (next - virtual)) + (value - virtual);
    sums[place] = next;
  }
}
