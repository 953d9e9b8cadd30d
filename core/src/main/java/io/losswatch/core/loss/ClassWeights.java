package io.losswatch.core.loss;

import io.losswatch.core.batch.Predictions;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import org.jspecify.annotations.Nullable;

/** A parameter with one number a class, or none. Immutable. */
final class ClassWeights {
  private final String key;
  private final double @Nullable [] values;

  private ClassWeights(String key, double @Nullable [] values) {
    this.key = key;
    this.values = values;
  }

  static ClassWeights of(LossParameters parameters, String key) {
    return new ClassWeights(
        key, parameters.numbers(key, w -> w >= 0 && Double.isFinite(w), "finite and >= 0"));
  }

  boolean isPresent() {
    return values != null;
  }

  /** The numbers, not to be written to; null: none, as if all were 1. */
  double @Nullable [] values() {
    return values;
  }

  /** The number of a class; a single one is that of every class. */
  double of(int c) {
    if (values == null) {
      return 1;
    }
    return values.length == 1 ? values[0] : values[c];
  }

  /** Refuses a batch with another number of classes. */
  void requireCount(long classes) {
    if (values != null && values.length != classes) {
      throw new RefusedException(
          Reason.BAD_PARAMETER,
          "%s has one number a class, but has %d and the class axis has %d"
              .formatted(key, values.length, classes));
    }
  }

  /** Refuses a batch with another number of labels, unless one number serves them all. */
  void requireFit(Predictions predictions) {
    if (values == null || values.length == 1) {
      return;
    }
    long labels = LabelAxis.labels(predictions.layout(), predictions.values().shape());
    if (values.length != labels) {
      throw new RefusedException(
          Reason.BAD_PARAMETER,
          "%s has one number a label or a single one, but has %d and the label axis has %d"
              .formatted(key, values.length, labels));
    }
  }

  /** Multiplies the losses of elements from {@code start} by the numbers of their labels. */
  void multiply(double[] losses, int first, Predictions predictions, int start, int count) {
    if (values == null) {
      return;
    }
    long labels = LabelAxis.labels(predictions.layout(), predictions.values().shape());
    int inner = LabelAxis.inner(predictions.layout(), predictions.values().shape());
    for (int i = 0; i < count; i++) {
      losses[first + i] *= of((int) ((start + i) / inner % labels));
    }
  }
}
