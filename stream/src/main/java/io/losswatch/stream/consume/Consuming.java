package io.losswatch.stream.consume;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The running first stage of a hop: consumer, its thread, and an admin client for questions beside
 * the flow.
 */
public final class Consuming {
  private final PollLoop loop;
  private final Admin admin;
  private final LaneRestoring restoring;

  Consuming(PollLoop loop, Admin admin, LaneRestoring restoring) {
    this.loop = loop;
    this.admin = admin;
    this.restoring = restoring;
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
      PollLoop loop = new PollLoop(consumer, settings, ownership, probe, clock);
      Thread thread = new Thread(loop, "losswatch-poll-" + settings.groupId());
      thread.setDaemon(true);
      thread.start();
      return new Consuming(loop, admin, new LaneRestoring(admin, settings));
    } catch (RuntimeException e) {
      admin.close();
      throw e;
    }
  }

  static Map<String, Object> consumerProperties(ConsumeSettings settings) {
    Map<String, Object> properties = new HashMap<>(settings.clients().consumer());
    properties.put("group.id", settings.groupId());
    properties.put("enable.auto.commit", "false");
    properties.put("isolation.level", "read_committed");
    // positions are set by the restored lanes; an offset that is gone must be heard of, not skipped
    properties.put("auto.offset.reset", "none");
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
      Lane lane, String stateTopic, LaneMemory memory, Scheduler blocking) {
    // not interrupted when the hop is cancelled: a revoked lane gives up by itself, and Kafka's
    // clients close badly on interrupts
    return Mono.fromFuture(
            () ->
                CompletableFuture.supplyAsync(
                    () -> restoring.restore(lane, stateTopic, memory), blocking::schedule),
            true)
        .flatMap(Mono::justOrEmpty);
  }

  /** Stops fetching and lets what is in flight finish; then {@link #lanes} completes. */
  public void drain() {
    loop.drain();
  }

  /** Closes the clients; completes when the consumer has left its group. */
  public Mono<Void> close() {
    return Mono.fromFuture(loop::close).doFinally(signal -> admin.close());
  }
}
