package io.losswatch.core.window;

import io.losswatch.core.loss.LossBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The samples of one batch in their order, for a {@link Last}. Immutable.
 *
 * <p>A sample is a numerator and a denominator, as in {@link LossSummary}.
 */
public final class SampleRun {
  private final double[] numerators;
  private final double @Nullable [] weights;
  private final int elements;

  private SampleRun(double[] numerators, double @Nullable [] weights, int elements) {
    this.numerators = numerators;
    this.weights = weights;
    this.elements = elements;
  }

  /**
   * A run of these samples, which it keeps.
   *
   * @param numerators one a sample
   * @param weights one a sample; empty: all are 1
   * @param elements what a numerator times this is the negative log-likelihood of; 0: the loss is
   *     none
   * @throws IllegalArgumentException if the numbers of both differ, or {@code elements} is negative
   */
  public static SampleRun of(double[] numerators, double[] weights, int elements) {
    if (elements < 0 || (weights.length > 0 && weights.length != numerators.length)) {
      throw new IllegalArgumentException(
          "a run has a weight for each sample and elements >= 0, but it has %d samples, %d weights"
                  .formatted(numerators.length, weights.length)
              + " and "
              + elements
              + " elements");
    }
    return new SampleRun(numerators, weights.length == 0 ? null : weights, elements);
  }

  /**
   * The samples of a batch, without the ignored ones.
   *
   * @param batch after {@code Loss.samples}; may be used again afterwards
   * @param isLikelihood whether the loss is one; a weighted batch never is
   */
  public static SampleRun of(LossBuffer batch, boolean isLikelihood) {
    double[] numerators = new double[batch.size()];
    double[] weights = new double[batch.size()];
    int size = 0;
    boolean isPlain = true;
    for (int i = 0; i < batch.size(); i++) {
      if (!batch.isIgnored(i)) {
        numerators[size] = batch.losses()[i];
        weights[size] = batch.weights()[i];
        isPlain &= weights[size] == 1;
        size++;
      }
    }
    return new SampleRun(
        Arrays.copyOf(numerators, size),
        isPlain ? null : Arrays.copyOf(weights, size),
        isLikelihood && !batch.isWeighted() ? batch.elementsPerSample() : 0);
  }

  /** Number of samples. */
  public int size() {
    return numerators.length;
  }

  /** The numerator of a sample. */
  public double numerator(int i) {
    return numerators[i];
  }

  /** The denominator of a sample. */
  public double weight(int i) {
    return weights == null ? 1 : weights[i];
  }

  /** True if some denominator is not 1. */
  public boolean isWeighted() {
    return weights != null;
  }

  /** What its numbers hold of memory. */
  public long sizeBytes() {
    return (weights == null ? 8L : 16L) * size();
  }

  /** What a numerator times this is the negative log-likelihood of; 0: the loss is none. */
  public int elements() {
    return elements;
  }
}
