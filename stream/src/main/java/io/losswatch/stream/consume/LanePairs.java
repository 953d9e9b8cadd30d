package io.losswatch.stream.consume;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Which partitions make a lane together: with labels that come later those of the same number of
 * both topics. The range assignor gives them to the same member if both topics have as many
 * partitions; nothing but this check would tell if it did not.
 */
final class LanePairs {
  private final ConsumeSettings.Inputs inputs;

  LanePairs(ConsumeSettings.Inputs inputs) {
    this.inputs = inputs;
  }

  /** Pairs of predictions and labels that are both among these. */
  Map<TopicPartition, TopicPartition> complete(Collection<TopicPartition> partitions) {
    Map<TopicPartition, TopicPartition> pairs = new LinkedHashMap<>();
    for (TopicPartition partition : partitions) {
      TopicPartition other = other(partition);
      if (!partition.topic().equals(inputs.labels()) && partitions.contains(other)) {
        pairs.put(partition, other);
      }
    }
    return pairs;
  }

  /**
   * Checks what is assigned.
   *
   * @throws KafkaException if a partition is there without the other of its number
   */
  void check(Collection<TopicPartition> assignment) {
    if (inputs.labels() == null) {
      return;
    }
    TreeSet<String> alone = new TreeSet<>();
    for (TopicPartition partition : assignment) {
      if (!assignment.contains(other(partition))) {
        alone.add(partition.toString());
      }
    }
    if (!alone.isEmpty()) {
      throw new KafkaException(
          "partitions of %s and %s of the same number belong together, but %s came alone: both topics need equal partition counts, and every member of the group the range assignor"
              .formatted(inputs.topics().get(0), inputs.labels(), alone));
    }
  }

  private TopicPartition other(TopicPartition partition) {
    boolean isLabels = partition.topic().equals(inputs.labels());
    return new TopicPartition(
        isLabels ? inputs.topics().get(0) : String.valueOf(inputs.labels()), partition.partition());
  }
}
