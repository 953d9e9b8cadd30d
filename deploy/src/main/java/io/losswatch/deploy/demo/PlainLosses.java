package io.losswatch.deploy.demo;

/**
 * The losses of the demo's answers by the textbook, in double and one number after another. It
 * shares nothing with the engine that it checks.
 */
final class PlainLosses {
  private PlainLosses() {}

  /** One loss a sample: a row, or a character of a text. */
  static double[] of(Answer answer) {
    Numbers predictions = answer.predictions();
    Numbers labels = answer.labels();
    double[] losses = new double[labels.size()];
    for (int i = 0; i < losses.length; i++) {
      losses[i] =
          switch (answer.task()) {
            case DIGITS, TEXT -> crossEntropy(predictions, i, (int) labels.at(i));
            case CANCER -> binaryCrossEntropy(predictions.at(i), labels.at(i));
            case DIABETES -> square(predictions.at(i) - labels.at(i));
          };
    }
    return losses;
  }

  /** ln Σ exp(x) − x[label], the highest logit taken out of the exponent first. */
  private static double crossEntropy(Numbers logits, int row, int label) {
    int classes = logits.lastExtent();
    double highest = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < classes; c++) {
      highest = Math.max(highest, logits.at(row * classes + c));
    }
    double total = 0;
    for (int c = 0; c < classes; c++) {
      total += Math.exp(logits.at(row * classes + c) - highest);
    }
    return Math.log(total) + (highest - logits.at(row * classes + label));
  }

  /** −ln σ(x) for label 1, −ln(1 − σ(x)) for label 0. */
  private static double binaryCrossEntropy(double logit, double label) {
    return Math.max(logit, 0) - logit * label + Math.log1p(Math.exp(-Math.abs(logit)));
  }

  private static double square(double distance) {
    return distance * distance;
  }
}
