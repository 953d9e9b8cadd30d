package io.losswatch.stream.consume;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The running first stage of a hop: consumer, its thread, and an admin client for questions beside
 * the flow.
 */
public final class Consuming {
  /** How long a new partition of an input may go unseen. */
  private static final int METADATA_AGE_MILLIS = 5_000;

  private final PollLoop loop;
  private final Admin admin;
  private final InputTopics topics;
  private final LaneRestoring restoring;
  private final Brake brake;
  private final @Nullable WatermarkFollowing following;

  /**
   * How often lanes were held back.
   *
   * @param backPressure since they had too much in flight
   * @param skew since they ran ahead of the slowest source
   */
  public record Pauses(long backPressure, long skew) {
    /** These and those. */
    public Pauses plus(Pauses other) {
      return new Pauses(backPressure + other.backPressure, skew + other.skew);
    }
  }

  Consuming(
      PollLoop loop,
      PollLoop.Questions questions,
      Admin admin,
      LaneRestoring restoring,
      @Nullable WatermarkFollowing following) {
    this.loop = loop;
    this.admin = admin;
    this.topics = questions.topics();
    this.restoring = restoring;
    this.brake = questions.brake();
    this.following = following;
  }

  /** Starts polling on a thread of its own. */
  public static Consuming open(ConsumeSettings settings, Ownership ownership, Clock clock) {
    Admin admin = Admin.create(settings.clients().admin());
    try {
      Consumer<byte[], ByteBuffer> consumer =
          new KafkaConsumer<>(
              consumerProperties(settings),
              new ByteArrayDeserializer(),
              new ByteBufferDeserializer());
      IdleProbe probe = new IdleProbe(admin, settings.pace().idleAfter());
      InputTopics topics = new InputTopics(admin, settings.topics(), metadataAge(settings));
      ConsumeSettings.Skew skew = settings.bounds().skew();
      SourceWatermarks watermarks = new SourceWatermarks(skew == null ? Map.of() : skew.roster());
      Brake brake = new Brake(watermarks, skew == null ? Brake.UNBOUNDED : skew.max().toMillis());
      PollLoop.Questions questions = new PollLoop.Questions(probe, topics, brake);
      PollLoop loop =
          new PollLoop(consumer, settings, ownership, questions, () -> Moment.now(clock));
      start(loop, "losswatch-poll-" + settings.groupId());
      WatermarkFollowing following = skew == null ? null : following(settings, watermarks, clock);
      LaneRestoring restoring = new LaneRestoring(admin, settings, topics);
      return new Consuming(loop, questions, admin, restoring, following);
    } catch (RuntimeException e) {
      admin.close();
      throw e;
    }
  }

  private static Duration metadataAge(ConsumeSettings settings) {
    Object millis = consumerProperties(settings).get("metadata.max.age.ms");
    return Duration.ofMillis(Long.parseLong(String.valueOf(millis)));
  }

  private static void start(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private static WatermarkFollowing following(
      ConsumeSettings settings, SourceWatermarks watermarks, Clock clock) {
    ConsumeSettings.Skew skew = Objects.requireNonNull(settings.bounds().skew());
    WatermarkFollowing following =
        new WatermarkFollowing(
            () ->
                new KafkaConsumer<>(
                    followerProperties(settings),
                    new ByteArrayDeserializer(),
                    new ByteArrayDeserializer()),
            skew.partials(),
            watermarks,
            clock,
            WatermarkFollowing::backOff);
    start(following, "losswatch-watermarks-" + settings.groupId());
    return following;
  }

  static Map<String, Object> followerProperties(ConsumeSettings settings) {
    Map<String, Object> properties = new HashMap<>(settings.clients().consumer());
    properties
        .keySet()
        .removeAll(
            List.of("group.id", "group.instance.id", "group.protocol", "group.remote.assignor"));
    properties.put("client.id", properties.get("client.id") + "-watermarks");
    properties.put("enable.auto.commit", "false");
    properties.put("isolation.level", "read_committed");
    properties.put("auto.offset.reset", "earliest");
    return properties;
  }

  static Map<String, Object> consumerProperties(ConsumeSettings settings) {
    Map<String, Object> properties = new HashMap<>(settings.clients().consumer());
    properties.put("group.id", settings.groupId());
    properties.put("enable.auto.commit", "false");
    properties.put("isolation.level", "read_committed");
    // positions are set by the restored lanes; an offset that is gone must be heard of, not skipped
    properties.put("auto.offset.reset", "none");
    // a new partition holds up every window until somebody reads it
    properties.putIfAbsent("metadata.max.age.ms", METADATA_AGE_MILLIS);
    // labels need the partitions of the same number on the same instance
    if ("consumer".equalsIgnoreCase(String.valueOf(properties.get("group.protocol")))) {
      properties.put("group.remote.assignor", "range");
    } else {
      properties.put(
          "partition.assignment.strategy", "org.apache.kafka.clients.consumer.RangeAssignor");
    }
    return properties;
  }

  /**
   * The lanes of this instance, as partitions are assigned to it; completes after {@link #drain}.
   */
  public Flux<Lane> lanes() {
    return loop.lanes();
  }

  /**
   * Brings a lane's memory back to the committed moment and emits where to read; empty if the lane
   * is revoked meanwhile.
   *
   * @param blocking where it may block
   */
  public Mono<LaneStart> restore(
      Lane lane, StateTopic stateTopic, LaneMemory memory, Scheduler blocking) {
    // a revoked lane gives up by itself; all lanes of a topic may fail for the same reason
    return Uninterrupted.call(
            () -> restoring.restore(lane, stateTopic, memory), blocking, unseen -> {})
        .flatMap(Mono::justOrEmpty);
  }

  /** Numbers of partitions by input topic as far as they have been heard; they only grow. */
  public SortedMap<String, Integer> partitions() {
    return topics.partitions();
  }

  /** Stops fetching and lets what is in flight finish; then {@link #lanes} completes. */
  public void drain() {
    loop.drain();
  }

  /** How often lanes were held back so far. Any thread. */
  public Pauses pauses() {
    return brake.pauses();
  }

  /** How it stood when it polled last. Any thread. */
  public Pulse pulse() {
    return loop.pulse();
  }

  /** Closes the clients; completes when the consumer has left its group. */
  public Mono<Void> close() {
    return Mono.fromFuture(() -> CompletableFuture.allOf(loop.close(), closeFollowing()))
        .doFinally(signal -> admin.close());
  }

  private CompletableFuture<Void> closeFollowing() {
    return following == null ? CompletableFuture.completedFuture(null) : following.close();
  }
}
