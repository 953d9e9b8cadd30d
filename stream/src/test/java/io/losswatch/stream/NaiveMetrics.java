package io.losswatch.stream;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** Companion metrics of a window, from every row that is in it. */
final class NaiveMetrics {
  private static final int BINS = 15;

  private final List<Row> rows = new ArrayList<>();

  /**
   * A row of logits with its label.
   *
   * @param rank how many classes are more likely than the label
   * @param score Σ (p − y)²
   * @param surprise −ln p of the label
   * @param confidence the largest p
   */
  record Row(int rank, double score, double surprise, double confidence) {
    static Row of(double[] logits, int label) {
      double sum = 0;
      for (double logit : logits) {
        sum += Math.exp(logit);
      }
      int rank = 0;
      double score = 0;
      double confidence = 0;
      for (int c = 0; c < logits.length; c++) {
        double p = Math.exp(logits[c]) / sum;
        rank += logits[c] > logits[label] ? 1 : 0;
        score += Math.pow(p - (c == label ? 1 : 0), 2);
        confidence = Math.max(confidence, p);
      }
      return new Row(rank, score, Math.log(sum) - logits[label], confidence);
    }
  }

  /** The rows of a batch of logits {@code [N, C]} that are not ignored. */
  static List<Row> rows(Batch batch) {
    Tensor logits = batch.predictions().values();
    Tensor labels = Objects.requireNonNull(batch.labels());
    int classes = (int) logits.shape().extent(1);
    List<Row> rows = new ArrayList<>();
    for (int r = 0; r < labels.shape().elementCount(); r++) {
      if (labels.longAt(r) >= 0) {
        double[] row = new double[classes];
        logits.copyTo(r * classes, classes, row, 0);
        rows.add(Row.of(row, (int) labels.longAt(r)));
      }
    }
    return rows;
  }

  void add(List<Row> more) {
    rows.addAll(more);
  }

  /** All five, or none without a row. */
  Map<String, Double> values(int k) {
    Map<String, Double> values = new TreeMap<>();
    if (rows.isEmpty()) {
      return values;
    }
    values.put("accuracy", mean(row -> row.rank() == 0 ? 1 : 0));
    values.put("top_k", mean(row -> row.rank() < k ? 1 : 0));
    values.put("brier", mean(Row::score));
    values.put("perplexity", Math.exp(mean(Row::surprise)));
    double error = 0;
    for (int bin = 0; bin < BINS; bin++) {
      double from = bin / (double) BINS;
      double to = (bin + 1) / (double) BINS;
      error +=
          Math.abs(
              mean(row ->
                  row.confidence() > from && row.confidence() <= to
                      ? (row.rank() == 0 ? 1 : 0) - row.confidence()
                      : 0));
    }
    values.put("ece", error);
    return values;
  }

  /** Share of rows that a rounding of their confidence may move from one bin to the next. */
  double shareNearAnEdge() {
    return mean(row -> {
      double place = row.confidence() * BINS;
      return Math.abs(place - Math.rint(place)) < 1e-5 ? 1 : 0;
    });
  }

  private double mean(ToDoubleFunction<Row> of) {
    return rows.stream().mapToDouble(of).sum() / rows.size();
  }
}
