package io.losswatch.deploy.audit;

import io.losswatch.core.window.LossSummary;
import java.util.Optional;

/** In what two sums of the same samples differ. */
final class Disagreement {
  /**
   * Of the sum of the losses' magnitudes: sums that are made in another order, or by kernels of
   * another width, differ by a few units of the last place.
   */
  static final double TOLERANCE = 1e-12;

  private Disagreement() {}

  /**
   * The first difference in counts or sums.
   *
   * @param told what is written down
   * @param recounted what it must be
   */
  static Optional<String> of(LossSummary told, LossSummary recounted) {
    return ofCounts(told, recounted).or(() -> ofSums(told, recounted));
  }

  private static Optional<String> ofCounts(LossSummary told, LossSummary recounted) {
    return ofCount("count", told.count(), recounted.count())
        .or(() -> ofCount("ignored", told.ignored(), recounted.ignored()))
        .or(() -> ofCount("nan_count", told.nanCount(), recounted.nanCount()))
        .or(() -> ofCount("inf_count", told.infCount(), recounted.infCount()))
        .or(() -> ofCount("late_count", told.lateCount(), recounted.lateCount()))
        .or(() -> ofCount("unlabeled_count", told.unlabeledCount(), recounted.unlabeledCount()));
  }

  private static Optional<String> ofCount(String name, long told, long recounted) {
    return told == recounted
        ? Optional.empty()
        : Optional.of("%s is %d, but it must be %d".formatted(name, told, recounted));
  }

  private static Optional<String> ofSums(LossSummary told, LossSummary recounted) {
    double largest = Math.max(magnitude(recounted), magnitude(told));
    return ofNumber("weight", told.weight(), recounted.weight(), recounted.weight())
        .or(() -> ofNumber("sum", told.sum(), recounted.sum(), largest));
  }

  /** At least Σ|n|, as far as it can be known. */
  private static double magnitude(LossSummary sums) {
    double largest = Math.max(Math.abs(sums.min()), Math.abs(sums.max()));
    double bound = Double.isNaN(largest) ? 0 : largest * sums.weight();
    return Math.max(bound, Math.abs(sums.sum()));
  }

  /** A difference beyond the tolerance times the scale; NaN agrees with NaN. */
  static Optional<String> ofNumber(String name, double told, double recounted, double scale) {
    boolean agrees =
        Double.compare(told, recounted) == 0
            || Math.abs(told - recounted) <= TOLERANCE * Math.abs(scale);
    return agrees
        ? Optional.empty()
        : Optional.of("%s is %s, but it must be %s".formatted(name, told, recounted));
  }
}
