package io.losswatch.deploy.demo;

import java.util.Random;

/** Multinomial logistic regression: one linear score a class, trained by stochastic descent. */
final class SoftmaxModel {
  private static final int EPOCHS = 30;
  private static final double RATE = 0.2;

  private final double[][] weights;
  private final double[] biases;

  private SoftmaxModel(int classes, int columns) {
    this.weights = new double[classes][columns];
    this.biases = new double[classes];
  }

  /** Learns targets 0..classes−1 of rows whose numbers lie about in [0, 1]. */
  static SoftmaxModel trained(Dataset training, int classes, long seed) {
    SoftmaxModel model = new SoftmaxModel(classes, training.columns());
    Random random = new Random(seed);
    for (int step = 0; step < EPOCHS * training.size(); step++) {
      int i = random.nextInt(training.size());
      model.descend(training.row(i), (int) training.target(i));
    }
    return model;
  }

  /** One logit a class. */
  double[] logits(double[] row) {
    double[] logits = biases.clone();
    for (int c = 0; c < logits.length; c++) {
      for (int column = 0; column < row.length; column++) {
        logits[c] += weights[c][column] * row[column];
      }
    }
    return logits;
  }

  private void descend(double[] row, int target) {
    double[] logits = logits(row);
    double highest = Double.NEGATIVE_INFINITY;
    for (double logit : logits) {
      highest = Math.max(highest, logit);
    }
    double total = 0;
    for (int c = 0; c < logits.length; c++) {
      logits[c] = Math.exp(logits[c] - highest);
      total += logits[c];
    }
    for (int c = 0; c < logits.length; c++) {
      double step = RATE * (logits[c] / total - (c == target ? 1 : 0));
      biases[c] -= step;
      for (int column = 0; column < row.length; column++) {
        weights[c][column] -= step * row[column];
      }
    }
  }
}
