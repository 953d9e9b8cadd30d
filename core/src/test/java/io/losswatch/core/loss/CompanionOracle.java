package io.losswatch.core.loss;

import java.util.Map;
import java.util.TreeMap;

/**
 * Companion metrics as they are defined, over probabilities that are there as a whole, one row at a
 * time. Shares nothing with what counts them.
 */
final class CompanionOracle {
  private static final int BINS = 15;

  private final int k;
  private final long[] binRows = new long[BINS];
  private final long[] binRight = new long[BINS];
  private final double[] binConfidence = new double[BINS];
  private long nearAnEdge;
  private long rows;
  private long right;
  private long amongTheFirst;
  private double score;
  private long scored;
  private double surprise;
  private long surprised;

  CompanionOracle(int k) {
    this.k = k;
  }

  /** Counts a row with a class label; {@code values} are what is compared. */
  void add(double[] values, double[] logProbs, int label, double loss) {
    double[] targets = new double[values.length];
    targets[label] = 1;
    add(values, logProbs, targets, label, -logProbs[label], loss);
  }

  /** Counts a row with probability targets. */
  void add(double[] values, double[] logProbs, double[] targets, double loss) {
    int label = 0;
    double expected = 0;
    for (int c = 0; c < targets.length; c++) {
      label = targets[c] > targets[label] ? c : label;
      expected -= targets[c] * logProbs[c];
    }
    add(values, logProbs, targets, label, expected, loss);
  }

  private void add(
      double[] values, double[] logProbs, double[] targets, int label, double nll, double loss) {
    int before = 0;
    double confidence = 0;
    double squares = 0;
    boolean isNaN = Double.isNaN(loss);
    for (int c = 0; c < values.length; c++) {
      double p = Math.exp(logProbs[c]);
      before += values[c] > values[label] || c < label && values[c] == values[label] ? 1 : 0;
      confidence = Math.max(confidence, p);
      squares += (p - targets[c]) * (p - targets[c]);
      isNaN |= Double.isNaN(values[c]);
    }
    if (isNaN) {
      return;
    }
    addRow(before == 0, before < k, squares);
    if (Double.isFinite(nll)) {
      surprise += nll;
      surprised++;
    }
    double position = confidence * BINS;
    nearAnEdge += Math.abs(position - Math.rint(position)) < 1e-5 && position < BINS - 0.5 ? 1 : 0;
    for (int bin = 0; bin < BINS; bin++) {
      // 0 is no confidence of a distribution; it goes with the smallest
      boolean isAbove = bin == 0 || confidence > bin / (double) BINS;
      if (isAbove && confidence <= (bin + 1) / (double) BINS) {
        binRows[bin]++;
        binRight[bin] += before == 0 ? 1 : 0;
        binConfidence[bin] += confidence;
      }
    }
  }

  private void addRow(boolean isRight, boolean isAmongTheFirst, double squares) {
    rows++;
    right += isRight ? 1 : 0;
    amongTheFirst += isAmongTheFirst ? 1 : 0;
    if (Double.isFinite(squares)) {
      score += squares;
      scored++;
    }
  }

  /** Counts a row of binary labels. */
  void addBinary(double[] probabilities, double[] labels, double loss) {
    boolean isRight = true;
    double squares = 0;
    for (int i = 0; i < labels.length; i++) {
      isRight &= probabilities[i] >= 0.5 == labels[i] >= 0.5;
      squares += Math.pow(probabilities[i] - labels[i], 2);
    }
    if (!Double.isNaN(loss)) {
      addRow(isRight, false, squares);
    }
  }

  long rows() {
    return rows;
  }

  /** Share of rows that a rounding of their confidence may move from one bin to the next. */
  double shareNearAnEdge() {
    return rows == 0 ? 0 : nearAnEdge / (double) rows;
  }

  Map<String, Double> values() {
    Map<String, Double> values = new TreeMap<>();
    if (rows == 0) {
      return values;
    }
    double error = 0;
    for (int bin = 0; bin < BINS; bin++) {
      if (binRows[bin] > 0) {
        double n = binRows[bin];
        error += n / rows * Math.abs(binRight[bin] / n - binConfidence[bin] / n);
      }
    }
    values.put("accuracy", right / (double) rows);
    values.put("top_k", amongTheFirst / (double) rows);
    values.put("ece", error);
    if (scored > 0) {
      values.put("brier", score / scored);
    }
    if (surprised > 0) {
      values.put("perplexity", Math.exp(surprise / surprised));
    }
    return values;
  }
}
