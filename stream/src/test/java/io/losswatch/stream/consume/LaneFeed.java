package io.losswatch.stream.consume;

import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;

/** A lane and what the poll thread would do to it, for the tests of later stages. */
public final class LaneFeed {
  private final Lane lane;

  public LaneFeed(String topic, int partition) {
    this(new Lane(new SourcePartition(topic, partition), 1));
  }

  public LaneFeed(Lane lane) {
    this.lane = lane;
  }

  public Lane lane() {
    return lane;
  }

  /** Where reading begins by what the group and the memory say, in a log that begins at 0. */
  public long startOffset(OptionalLong committed, OptionalLong remembered) {
    SourcePartition source = lane.source();
    return LaneRestoring.startOffset(
        new TopicPartition(source.topic(), source.partition()), committed, remembered, () -> 0);
  }

  public void offer(Portion portion) {
    lane.offer(portion);
  }

  public void revoke() {
    lane.revoke();
  }

  /** True if the poll thread reads nothing more of it. */
  public boolean isHeld() {
    return lane.isHeld();
  }

  /** True if every portion that was offered has been released. */
  public boolean isReleased() {
    return lane.isDrained() && lane.bytesInFlight() == 0;
  }

  public long bytesInFlight() {
    return lane.bytesInFlight();
  }
}
