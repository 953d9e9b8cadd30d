package io.losswatch.deploy.demo;

import java.util.function.DoubleUnaryOperator;

/**
 * A linear score of scaled measurements: bias + weights·row. As a logistic model the score is the
 * logit of class 1, as a regression it is the value itself; the gradient of both losses is (answer
 * − target)·row, so that they differ only in the link.
 */
final class LinearModel {
  private static final int STEPS = 400;
  private static final double DECAY = 1e-2;

  private final Scaling scaling;
  private final double[] weights;
  private double bias;

  private LinearModel(Scaling scaling) {
    this.scaling = scaling;
    this.weights = new double[scaling.columns()];
  }

  /** Learns targets in {0, 1}; the score is a logit. */
  static LinearModel logistic(Dataset training) {
    return trained(training, score -> 1 / (1 + Math.exp(-score)), 0.5);
  }

  /** Learns numbers; the score is the prediction. */
  static LinearModel regression(Dataset training) {
    return trained(training, DoubleUnaryOperator.identity(), 0.1);
  }

  /** The score of a row of raw measurements. */
  double score(double[] row) {
    return scaledScore(scaling.apply(row));
  }

  private static LinearModel trained(Dataset training, DoubleUnaryOperator link, double rate) {
    LinearModel model = new LinearModel(Scaling.of(training));
    Dataset scaled = training.scaled(model.scaling);
    for (int step = 0; step < STEPS; step++) {
      model.descend(scaled, link, rate);
    }
    return model;
  }

  /** One step of full-batch gradient descent. */
  private void descend(Dataset scaled, DoubleUnaryOperator link, double rate) {
    double[] gradient = new double[weights.length];
    double biasGradient = 0;
    for (int i = 0; i < scaled.size(); i++) {
      double[] row = scaled.row(i);
      double error = link.applyAsDouble(scaledScore(row)) - scaled.target(i);
      biasGradient += error;
      for (int column = 0; column < row.length; column++) {
        gradient[column] += error * row[column];
      }
    }
    bias -= rate * biasGradient / scaled.size();
    for (int column = 0; column < weights.length; column++) {
      weights[column] -= rate * (gradient[column] / scaled.size() + DECAY * weights[column]);
    }
  }

  private double scaledScore(double[] row) {
    double score = bias;
    for (int column = 0; column < row.length; column++) {
      score += weights[column] * row[column];
    }
    return score;
  }
}
