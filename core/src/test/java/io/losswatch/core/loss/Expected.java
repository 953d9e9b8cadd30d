package io.losswatch.core.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.losswatch.core.tensor.Datatype;
import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * What a {@link LossBuffer} has to hold after a batch, by an oracle. Mutable arrays, filled by the
 * oracle that makes it.
 *
 * @param shape of the entries
 * @param samples shape of the per-sample losses, which {@code shape} starts with
 * @param losses numerators
 * @param bounds how far each numerator may be off
 * @param weights denominators
 * @param ignored entries that are no sample
 */
record Expected(
    Shape shape,
    Shape samples,
    double[] losses,
    double[] bounds,
    double[] weights,
    boolean[] ignored) {

  /** Entries that are yet to be put, with denominator 1. */
  static Expected of(Shape shape, Shape samples) {
    int count = shape.elementCount();
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return new Expected(
        shape, samples, new double[count], new double[count], ones, new boolean[count]);
  }

  void put(int i, Exact loss, Datatype datatype) {
    losses[i] = loss.value();
    bounds[i] = Bounds.of(loss, datatype);
  }

  void ignore(int i) {
    losses[i] = 0;
    bounds[i] = 0;
    weights[i] = 0;
    ignored[i] = true;
  }

  int size() {
    return losses.length;
  }

  /** One entry a sample: the mean of its elements. */
  Expected averaged() {
    Expected means = of(samples, samples);
    int row = means.size() == 0 ? 1 : size() / means.size();
    for (int s = 0; s < means.size(); s++) {
      means.losses[s] = mean(losses, s * row, row);
      means.bounds[s] = mean(bounds, s * row, row);
      means.weights[s] = mean(weights, s * row, row);
      means.ignored[s] = areAllIgnored(s * row, row);
    }
    return means;
  }

  private boolean areAllIgnored(int from, int count) {
    for (int i = from; i < from + count; i++) {
      if (!ignored[i]) {
        return false;
      }
    }
    return true;
  }

  private static double mean(double[] values, int from, int count) {
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += values[i];
    }
    return sum / count;
  }

  /** Numerators and denominators times a batch's weights, of which each serves a run of entries. */
  Expected weighed(Tensor batchWeights) {
    Expected weighed = of(shape, samples);
    int run = size() / Math.max(1, batchWeights.shape().elementCount());
    for (int i = 0; i < size(); i++) {
      double weight = batchWeights.doubleAt(i / run);
      weighed.losses[i] = ignored[i] ? 0 : losses[i] * weight;
      weighed.bounds[i] = bounds[i] * weight;
      weighed.weights[i] = weights[i] * weight;
      weighed.ignored[i] = ignored[i];
    }
    return weighed;
  }

  /** Fails unless the buffer holds this; {@code place} is asked for only then. */
  void assertHeldBy(LossBuffer buffer, Supplier<String> place) {
    if (!buffer.shape().equals(shape)) {
      fail("%s: shape %s instead of %s", place.get(), buffer.shape(), shape);
    }
    assertEntries(buffer, 0, place);
  }

  /** As above of the entries from {@code first}, all that a buffer of a part of the batch has. */
  void assertEntries(LossBuffer buffer, int first, Supplier<String> place) {
    for (int i = 0; i < buffer.size(); i++) {
      int e = first + i;
      if (!Bounds.isClose(buffer.losses()[i], losses[e], bounds[e])) {
        fail(
            "%s: loss %d is %s instead of %s, beyond %s",
            place.get(), e, buffer.losses()[i], losses[e], bounds[e]);
      }
      if (!Bounds.isClose(buffer.weights()[i], weights[e], 1e-15 * weights[e])) {
        fail(
            "%s: denominator %d is %s instead of %s",
            place.get(), e, buffer.weights()[i], weights[e]);
      }
      if (buffer.isIgnored(i) != ignored[e]) {
        fail("%s: entry %d is ignored: %s", place.get(), e, buffer.isIgnored(i));
      }
    }
  }

  /** Fails unless the buffer's sum, mean and batch mean are those of the entries. */
  void assertReduced(LossBuffer buffer, long batchSize, Supplier<String> place) {
    double sum = total(losses);
    double bound = total(bounds) + 1e-15 * Arrays.stream(losses).map(Math::abs).sum();
    double weight = total(weights);
    assertNumber(buffer.reduce(Reduction.SUM), sum, bound, "sum", place);
    assertNumber(buffer.reduce(Reduction.MEAN), sum / weight, bound / weight, "mean", place);
    assertNumber(
        buffer.reduce(Reduction.BATCHMEAN), sum / batchSize, bound / batchSize, "batchmean", place);
  }

  private static double total(double[] values) {
    double total = 0;
    for (double value : values) {
      total += value;
    }
    return total;
  }

  private static void assertNumber(
      double actual, double expected, double bound, String name, Supplier<String> place) {
    assertThat(Bounds.isClose(actual, expected, bound))
        .as(() -> "%s: %s is %s instead of %s".formatted(place.get(), name, actual, expected))
        .isTrue();
  }
}
