package io.losswatch.stream.consume;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a hop reads and how.
 *
 * @param clients properties of its clients
 * @param groupId consumer group
 * @param inputs what is read
 * @param pace time constants
 * @param bounds what holds lanes back
 */
public record ConsumeSettings(
    Clients clients, String groupId, Inputs inputs, Pace pace, Bounds bounds) {
  /** Of topics each of whose partitions is a lane, and which do not wait for each other. */
  public ConsumeSettings(
      Clients clients, String groupId, List<String> topics, Pace pace, long maxInFlightBytes) {
    this(clients, groupId, new Inputs(topics, null), pace, new Bounds(maxInFlightBytes, null));
  }

  /** All topics that are subscribed to. */
  List<String> topics() {
    List<String> all = new ArrayList<>(inputs.topics());
    if (inputs.labels() != null) {
      all.add(inputs.labels());
    }
    return all;
  }

  /**
   * What is read.
   *
   * @param topics each of whose partitions is a lane
   * @param labels whose partitions accompany those of the same number of the one topic; null: none
   */
  public record Inputs(List<String> topics, @Nullable String labels) {
    public Inputs {
      topics = List.copyOf(topics);
      if (labels != null && topics.size() != 1) {
        throw new IllegalArgumentException(
            "labels accompany one topic of predictions, but there are " + topics);
      }
    }
  }

  long maxInFlightBytes() {
    return bounds.inFlightBytes();
  }

  /**
   * What holds lanes back.
   *
   * @param inFlightBytes payload read and not yet released, over all lanes
   * @param skew between sources; null: they do not wait for each other
   */
  public record Bounds(long inFlightBytes, @Nullable Skew skew) {}

  /**
   * How far a source may run ahead of the slowest.
   *
   * @param partials topic whose partition 0 tells where all stand
   * @param roster all sources: numbers of partitions by topic
   * @param max of event time
   */
  public record Skew(String partials, Map<String, Integer> roster, Duration max) {
    public Skew {
      roster = Map.copyOf(roster);
    }
  }

  /**
   * Properties of the clients.
   *
   * @param consumer of consumers
   * @param admin of admin clients
   */
  public record Clients(Map<String, Object> consumer, Map<String, Object> admin) {
    @Override
    public String toString() {
      return "Clients[not shown]";
    }
  }

  /**
   * Time constants.
   *
   * @param commits a lane that got nothing is told so once a cell
   * @param idleAfter silence after which a partition at its end is idle; null-like zero: never
   *     looked at
   * @param revocation how long a revocation waits for what is in flight
   */
  public record Pace(CommitGrid commits, Duration idleAfter, Duration revocation) {}
}
