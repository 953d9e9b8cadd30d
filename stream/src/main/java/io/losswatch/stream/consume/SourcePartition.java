package io.losswatch.stream.consume;

/**
 * A partition of a topic that is read.
 *
 * @param topic name of the topic
 * @param partition from 0
 */
public record SourcePartition(String topic, int partition) {
  /** Such as {@code predictions-3}. */
  @Override
  public String toString() {
    return topic + "-" + partition;
  }
}
