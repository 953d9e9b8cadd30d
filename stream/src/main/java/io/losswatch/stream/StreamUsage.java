package io.losswatch.stream;

import io.losswatch.stream.consume.SourcePartition;
import java.util.Map;

/**
 * What a hop has done since the stream was started, committed or not. Immutable.
 *
 * @param stages how long its stages took
 * @param volume what it read
 * @param transactions how they ended
 * @param lag records in the log of each of its partitions that are not fetched yet
 */
public record StreamUsage(
    Stages stages, Volume volume, Transactions transactions, Map<SourcePartition, Long> lag) {
  public StreamUsage {
    lag = Map.copyOf(lag);
  }

  /**
   * Nanoseconds, summed over threads.
   *
   * @param decodeNanos bytes into batches
   * @param evaluateNanos batches into sums of losses; 0 in hop 2
   * @param foldNanos sums into panes, panes into windows
   * @param commitNanos transactions, waiting for the brokers included
   */
  public record Stages(long decodeNanos, long evaluateNanos, long foldNanos, long commitNanos) {}

  /**
   * What was read.
   *
   * @param bytes of payload
   * @param predictions predicted numbers, such as logits; 0 in hop 2
   */
  public record Volume(long bytes, long predictions) {}

  /**
   * Transactions.
   *
   * @param committed ended well
   * @param aborted what they held was sent again, or belongs to another owner
   */
  public record Transactions(long committed, long aborted) {}
}
