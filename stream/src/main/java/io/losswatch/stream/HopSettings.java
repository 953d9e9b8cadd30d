package io.losswatch.stream;

import io.losswatch.stream.consume.CommitGrid;
import io.losswatch.stream.consume.ConsumeSettings;
import io.losswatch.stream.consume.Consuming;
import io.losswatch.stream.consume.Effort;
import io.losswatch.stream.consume.Ownership;
import io.losswatch.stream.consume.StateTopic;
import io.losswatch.stream.publish.PublishSettings;
import io.losswatch.stream.publish.Publishing;
import io.losswatch.stream.publish.TopicCreation;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What both hops derive from the settings of the stream: names, properties, time constants. */
final class HopSettings {
  /** Portions on their way to a lane's thread; what waits is bounded in bytes where it is read. */
  static final int LANE_PREFETCH = 2;

  /** Far below any max.poll.interval, long enough for a commit. */
  static final Duration REVOCATION = Duration.ofSeconds(10);

  private static final Duration MAX_GATHERING = Duration.ofMillis(50);

  private final StreamSettings settings;
  private final String name;
  private final StreamClients clients;
  private final Effort effort;

  HopSettings(StreamSettings settings, String name, Effort effort) {
    this.effort = effort;
    this.settings = settings;
    this.name = name;
    this.clients =
        new StreamClients(settings.kafka(), id() + "-" + settings.identity().instanceId());
  }

  StreamClients clients() {
    return clients;
  }

  private String id() {
    return settings.identity().applicationId() + "-" + name;
  }

  /** State of an input, which may get more partitions at any time. */
  StateTopic growingState(String topic) {
    return new StateTopic(stateTopic(topic), true);
  }

  /** State of the topic between the hops, whose partitions say where a series is. */
  StateTopic fixedState(String topic) {
    return new StateTopic(stateTopic(topic), false);
  }

  private String stateTopic(String topic) {
    return TopicCreation.stateTopic(settings.identity().applicationId(), topic);
  }

  /** When lanes of hop 1 cut. */
  CommitGrid commits() {
    return CommitGrid.of(settings.policy().commitInterval());
  }

  /** How long a unit waits for those of other lanes, which come a little later. */
  private Duration gathering() {
    Duration share = settings.policy().commitInterval().dividedBy(8);
    return share.compareTo(MAX_GATHERING) > 0 ? MAX_GATHERING : share;
  }

  /**
   * How a hop reads.
   *
   * @param inputs what it reads
   * @param pace time constants
   * @param skew between its sources; null: they do not wait for each other
   */
  ConsumeSettings consume(
      ConsumeSettings.Inputs inputs,
      ConsumeSettings.Pace pace,
      ConsumeSettings.@Nullable Skew skew) {
    return new ConsumeSettings(
        new ConsumeSettings.Clients(clients.consumer(), clients.admin()),
        id(),
        inputs,
        pace,
        new ConsumeSettings.Bounds(settings.policy().limits().maxInFlightBytes(), skew));
  }

  PublishSettings publish(List<String> topics) {
    Map<String, String> stateTopics =
        topics.stream().collect(Collectors.toMap(Function.identity(), this::stateTopic));
    return new PublishSettings(
        clients.producer(),
        id() + "-" + settings.identity().instanceId(),
        stateTopics,
        settings.topics().deadLetter(),
        TopicCreation.maxRequestBytes(settings));
  }

  /** The producer first: it fences an older self before anything is read. */
  Hop.Clients open(
      ConsumeSettings consume, PublishSettings publish, Clock clock, Hop.Pipeline pipeline) {
    Ownership ownership = new Ownership();
    Publishing publishing =
        Publishing.open(publish, ownership, new Publishing.Terms(gathering(), effort));
    try {
      return new Hop.Clients(Consuming.open(consume, ownership, clock), publishing, pipeline);
    } catch (RuntimeException e) {
      publishing.close().subscribe();
      throw e;
    }
  }
}
