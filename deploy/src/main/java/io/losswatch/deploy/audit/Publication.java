package io.losswatch.deploy.audit;

import io.losswatch.core.window.LossSummary;
import io.losswatch.core.window.Window;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A rolling loss as it was published.
 *
 * @param slot the window that it is of
 * @param numbers what it says
 * @param revision how often it was published before
 * @param isFinal no further revision follows
 * @param told when and where
 */
record Publication(Slot slot, Numbers numbers, int revision, boolean isFinal, Told told) {
  /**
   * A window of a series.
   *
   * @param text its specification
   * @param window the same; null if it is of a kind that is not known here
   * @param startMillis first instant
   * @param endMillis first instant after it
   */
  record Slot(String text, @Nullable Window window, long startMillis, long endMillis) {
    /** From the first instant to the last. */
    String times() {
      return Instant.ofEpochMilli(startMillis) + " to " + Instant.ofEpochMilli(endMillis - 1);
    }

    @Override
    public String toString() {
      return text + " ending " + Instant.ofEpochMilli(endMillis);
    }
  }

  /**
   * When and where it was published.
   *
   * @param watermarkMillis that made it due
   * @param position in the output topic
   */
  record Told(long watermarkMillis, String position) {}

  /**
   * What is compared.
   *
   * @param sums mean, sum and weight
   * @param counts how many samples met which fate
   * @param min smallest loss
   * @param max largest loss
   */
  record Numbers(Sums sums, LossSummary.Counts counts, double min, double max) {
    /** The first one that is not the summary's. */
    Optional<String> difference(LossSummary recounted) {
      double scale =
          Math.max(
              Math.max(Math.abs(recounted.min()), Math.abs(recounted.max())),
              Math.abs(recounted.mean()));
      return countDifference(recounted.state().counts())
          .or(() -> sumDifference(recounted, scale))
          .or(() -> Disagreement.ofNumber("min", min, recounted.min(), 0))
          .or(() -> Disagreement.ofNumber("max", max, recounted.max(), 0));
    }

    private Optional<String> sumDifference(LossSummary recounted, double scale) {
      double weight = recounted.weight();
      return Disagreement.ofNumber("weight", sums.weight(), weight, weight)
          .or(() -> Disagreement.ofNumber("mean", sums.mean(), recounted.mean(), scale))
          .or(() ->
              Disagreement.ofNumber(
                  "sum",
                  sums.sum(),
                  recounted.sum(),
                  Math.max(scale * weight, Math.abs(recounted.sum()))));
    }

    private Optional<String> countDifference(LossSummary.Counts recounted) {
      return counts.equals(recounted)
          ? Optional.empty()
          : Optional.of("%s, but it must be %s".formatted(text(counts), text(recounted)));
    }

    private static String text(LossSummary.Counts counts) {
      return "count %d, ignored %d, nan %d, inf %d, late %d, unlabeled %d"
          .formatted(
              counts.samples(),
              counts.ignored(),
              counts.nan(),
              counts.inf(),
              counts.late(),
              counts.unlabeled());
    }
  }

  /**
   * The weighted mean.
   *
   * @param mean quotient
   * @param sum numerator
   * @param weight denominator
   */
  record Sums(double mean, double sum, double weight) {}
}
