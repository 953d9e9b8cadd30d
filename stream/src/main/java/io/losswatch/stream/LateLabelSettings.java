package io.losswatch.stream;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How labels that come later find their predictions, and how long what was seen is remembered.
 *
 * @param topic where they come; null: labels come inside the predictions only
 * @param horizon how long, in event time, predictions wait for labels and labels for predictions,
 *     and ids of batches are remembered; above 0
 * @param maxPendingBytes that a partition may hold of what waits; the oldest goes when there is
 *     more
 */
public record LateLabelSettings(@Nullable String topic, Duration horizon, long maxPendingBytes) {
  private static final Duration DEFAULT_HORIZON = Duration.ofHours(1);
  private static final long DEFAULT_PENDING_BYTES = 64L << 20;

  public LateLabelSettings {
    if (horizon.isNegative() || horizon.isZero()) {
      throw new IllegalArgumentException("label-horizon is above 0, but it is " + horizon);
    }
  }

  /** No labels come later; ids are remembered for 1 h, in 64 MiB a partition. */
  public static LateLabelSettings none() {
    return new LateLabelSettings(null, DEFAULT_HORIZON, DEFAULT_PENDING_BYTES);
  }

  /** Labels come in this topic within 1 h, and 64 MiB a partition may wait for them. */
  public static LateLabelSettings in(String topic) {
    return new LateLabelSettings(topic, DEFAULT_HORIZON, DEFAULT_PENDING_BYTES);
  }
}
