package io.losswatch.stream;

import io.losswatch.core.batch.Reason;
import java.util.Map;

/**
 * What a stream has done since it was started. Only what is committed counts.
 *
 * @param input what came in
 * @param refused dead letters by reason
 * @param windows records of rolling losses, every revision
 * @param repeated ranges of offsets that had been counted before and were ignored
 * @param restarts how often a hop had to start anew from the committed state
 */
public record StreamCounts(
    Input input, Map<Reason, Long> refused, long windows, long repeated, long restarts) {
  public StreamCounts {
    refused = Map.copyOf(refused);
  }

  /**
   * What came in.
   *
   * @param records read from the input topics
   * @param samples with a label
   * @param unlabeled samples without one
   * @param late samples that came too late for a monitor, summed over monitors
   * @param skipped records that no monitor wants
   */
  public record Input(long records, long samples, long unlabeled, long late, long skipped) {}
}
