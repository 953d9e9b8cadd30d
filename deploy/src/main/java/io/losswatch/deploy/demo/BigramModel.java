package io.losswatch.deploy.demo;

/** Tells the next character from the one before, by how often they followed in its training. */
final class BigramModel {
  private static final double PSEUDO_COUNT = 0.05;

  private final double[][] logits;

  private BigramModel(double[][] logits) {
    this.logits = logits;
  }

  /** Learns from a text of character numbers 0..size−1. */
  static BigramModel trained(int[] text, int size) {
    double[][] counts = new double[size][size];
    for (int i = 1; i < text.length; i++) {
      counts[text[i - 1]][text[i]]++;
    }
    for (double[] row : counts) {
      for (int next = 0; next < size; next++) {
        row[next] = Math.log(row[next] + PSEUDO_COUNT);
      }
    }
    return new BigramModel(counts);
  }

  /** One logit for each character that may follow; nobody writes into it. */
  double[] logits(int character) {
    return logits[character];
  }
}
