package io.losswatch.core.loss;

import java.util.SortedMap;

/** x where y = 1, max(0, margin − x) where y = −1; of any other label the sum of both. */
final class HingeEmbedding extends ElementwiseLoss {
  private final double margin;
  private final SortedMap<String, String> parameters;

  HingeEmbedding(LossParameters given) {
    super("hinge_embedding");
    this.margin = given.number("margin", 1, Double::isFinite, "a finite number");
    this.parameters = given.canonical();
  }

  @Override
  protected double loss(double prediction, double label) {
    double similar = label == -1 ? 0 : prediction;
    double dissimilar = label == 1 ? 0 : Math.max(0, margin - prediction);
    return dissimilar + similar;
  }

  @Override
  public SortedMap<String, String> parameters() {
    return parameters;
  }
}
