package io.losswatch.core.window;

import io.losswatch.core.loss.LossBuffer;
import io.losswatch.core.loss.Metrics;
import io.losswatch.core.window.LossSummary.CompensatedSum;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sums of companion metrics in one array, high and low part of each beside each other; null:
 * there are none yet. An array and no object of its own, since a stream holds millions.
 */
final class CompanionSums {
  private CompanionSums() {}

  /** Those of a batch; null if no row of it counts. */
  static double @Nullable [] of(LossBuffer batch) {
    int count = batch.requested().sumCount();
    double[] sums = new double[2 * count];
    boolean isNothing = true;
    for (int i = 0; i < count; i++) {
      double sum = batch.metricSum(i);
      double rest = Double.isFinite(sum) ? batch.metricSumRest(i) : 0;
      sums[2 * i] = DoubleDouble.high(sum, 0, rest, 0);
      sums[2 * i + 1] = DoubleDouble.low(sum, 0, rest, 0);
      isNothing &= sum == 0;
    }
    return isNothing ? null : sums;
  }

  /**
   * Adds {@code more} to {@code sums}.
   *
   * @return {@code sums}, or a copy of {@code more} if there were none
   * @throws IllegalArgumentException if they are sums of other metrics
   */
  static double @Nullable [] merged(double @Nullable [] sums, double @Nullable [] more) {
    if (sums == null || more == null) {
      return more == null ? sums : more.clone();
    }
    if (sums.length != more.length) {
      throw new IllegalArgumentException(
          "sums are merged with those of the same metrics, but there are %d and %d"
              .formatted(sums.length / 2, more.length / 2));
    }
    for (int i = 0; i < sums.length; i += 2) {
      double high = sums[i];
      sums[i] = DoubleDouble.high(high, sums[i + 1], more[i], more[i + 1]);
      sums[i + 1] = DoubleDouble.low(high, sums[i + 1], more[i], more[i + 1]);
    }
    return sums;
  }

  /** As a value; empty if there are none. */
  static List<CompensatedSum> list(double @Nullable [] sums) {
    List<CompensatedSum> list = new ArrayList<>();
    for (int i = 0; sums != null && i < sums.length; i += 2) {
      list.add(new CompensatedSum(sums[i], sums[i + 1]));
    }
    return List.copyOf(list);
  }

  /** What {@link #list} was made of. */
  static double @Nullable [] of(List<CompensatedSum> list) {
    if (list.isEmpty()) {
      return null;
    }
    double[] sums = new double[2 * list.size()];
    for (int i = 0; i < list.size(); i++) {
      sums[2 * i] = list.get(i).high();
      sums[2 * i + 1] = list.get(i).low();
    }
    return sums;
  }

  /** The sums as {@link Metrics#values} reads them; all 0 if there are none. */
  static double[] highs(double @Nullable [] sums, int count) {
    double[] highs = new double[sums == null ? count : sums.length / 2];
    for (int i = 0; sums != null && i < highs.length; i++) {
      highs[i] = sums[2 * i];
    }
    return highs;
  }
}
