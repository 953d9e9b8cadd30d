package io.losswatch.stream.consume;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;

/** Lanes and their ownership without a consumer, for the tests of later stages. */
public final class OwnedLanes {
  /** The group whose offsets are committed. */
  public static final String GROUP = "losswatch-evaluate";

  private final Ownership ownership = new Ownership();
  private long lastEpoch;

  /** Who may commit. */
  public Ownership ownership() {
    return ownership;
  }

  /** A lane that is owned from now on. */
  public Lane grant(String topic, int partition) {
    Lane lane = new Lane(new SourcePartition(topic, partition), ++lastEpoch);
    ownership.grant(lane.source(), lane.epoch());
    return lane;
  }

  /** A lane with its companion, both owned from now on. */
  public Lane grantPair(String topic, String labels, int partition) {
    Lane companion = grant(labels, partition);
    Lane lane = new Lane(new SourcePartition(topic, partition), ++lastEpoch, companion);
    ownership.grant(lane.source(), lane.epoch());
    return lane;
  }

  /** A lane of this topic, whose state does not say so yet. */
  public Lane grant(String topic, int partition, String topicId) {
    Lane lane = grant(topic, partition);
    lane.identify(topicId);
    return lane;
  }

  /** The membership after a poll. */
  public ConsumerGroupMetadata join(int generation) {
    ConsumerGroupMetadata group = membership(generation);
    ownership.publish(group);
    return group;
  }

  /** The membership after a poll, of any group. */
  public void join(String group, int generation, String member) {
    ownership.publish(membership(group, generation, member));
  }

  /** True once its last result is committed or dropped. */
  public static boolean isSettled(Lane lane) {
    return lane.settled().isDone();
  }

  static ConsumerGroupMetadata membership(int generation) {
    return membership(GROUP, generation, "member");
  }

  /** A member of this generation; only a consumer can make one in another way. */
  @SuppressWarnings("removal")
  private static ConsumerGroupMetadata membership(String group, int generation, String member) {
    return new ConsumerGroupMetadata(group, generation, member, Optional.empty());
  }

  /**
   * The lane is owned no more, nor its companion; waits for no transaction.
   *
   * @return false if a transaction was open
   */
  public boolean fence(Lane lane) {
    Lane companion = lane.companion();
    List<SourcePartition> sources =
        companion == null ? List.of(lane.source()) : List.of(lane.source(), companion.source());
    return ownership.fence(sources, Duration.ZERO);
  }
}
