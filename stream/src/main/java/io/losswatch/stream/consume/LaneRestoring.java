package io.losswatch.stream.consume;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a lane back to the committed moment. First the committed offset, a stable one: so no
 * transaction on this partition is pending. Then the state partition's end, uncommitted records
 * included: a marker may reach the offsets before it reaches the state, and a read_committed end
 * would then hide state that is committed. Then the state up to that end, read_committed.
 *
 * <p>Blocks; runs on a thread for blocking work.
 */
final class LaneRestoring {
  private static final Logger log = LoggerFactory.getLogger(LaneRestoring.class);
  private static final Duration STALLED = Duration.ofSeconds(60);
  private static final Duration POLL_TIMEOUT = Duration.ofMillis(100);

  /** What holds a lane up for longer than any transaction may take. */
  private static final String PENDING =
      "a transaction there has neither been committed nor aborted, and if the brokers have been up"
          + " for a minute it never will be: kafka-transactions.sh find-hanging names it";

  private final Admin admin;
  private final ConsumeSettings settings;
  private final InputTopics topics;

  LaneRestoring(Admin admin, ConsumeSettings settings, InputTopics topics) {
    this.admin = admin;
    this.settings = settings;
    this.topics = topics;
  }

  /**
   * Restores.
   *
   * @return where to read; empty if the lane was revoked meanwhile
   * @throws IllegalStateException if what is remembered is of another topic of that name, or if the
   *     state has no partition for the lane and may get none
   */
  Optional<LaneStart> restore(Lane lane, StateTopic stateTopic, LaneMemory memory) {
    TopicPartition input = partition(lane);
    TopicPartition state = new TopicPartition(stateTopic.name(), input.partition());
    Lane companion = lane.companion();
    topics.note(lane.source());
    lane.identify(topics.describe(lane.source().topic()).id());
    new StateGrowth(admin).ensure(lane.source(), stateTopic);
    try (Consumer<byte[], byte[]> consumer = consumer(state)) {
      Set<TopicPartition> inputs =
          companion == null ? Set.of(input) : Set.of(input, partition(companion));
      Map<TopicPartition, OffsetAndMetadata> committed = committed(consumer, inputs);
      long stateEnd = offset(state, OffsetSpec.latest());
      replay(consumer, state, stateEnd, lane, memory);
      lane.checkIdentity();
      if (lane.isRevoked()) {
        return Optional.empty();
      }
      long from = startOffset(input, committed, memory.nextOffset());
      long companionFrom =
          companion == null
              ? 0
              : startOffset(partition(companion), committed, memory.companionOffset());
      return Optional.of(new LaneStart(from, companionFrom));
    }
  }

  private static TopicPartition partition(Lane lane) {
    return new TopicPartition(lane.source().topic(), lane.source().partition());
  }

  private long startOffset(
      TopicPartition input,
      Map<TopicPartition, OffsetAndMetadata> committed,
      OptionalLong remembered) {
    OffsetAndMetadata offset = committed.get(input);
    return startOffset(
        input,
        offset == null ? OptionalLong.empty() : OptionalLong.of(offset.offset()),
        remembered,
        () -> firstOffset(input));
  }

  /**
   * The state is the truth about what is counted: an offset that has expired, or that somebody has
   * set back, changes nothing, since all before the state's end is in the windows. One that was set
   * forward is followed: that is how a backlog is skipped.
   *
   * @param committed by the group
   * @param remembered by the state
   * @param first asked only if there is neither
   */
  static long startOffset(
      TopicPartition input, OptionalLong committed, OptionalLong remembered, LongSupplier first) {
    if (remembered.isEmpty() && committed.isPresent() && committed.getAsLong() > 0) {
      log.warn(
          "{}: nothing is remembered of what came before the committed offset {}: it is in no window that is"
              + " still to come",
          input,
          committed.getAsLong());
    }
    if (remembered.isEmpty()) {
      return committed.orElseGet(first);
    }
    long counted = remembered.getAsLong();
    if (committed.isEmpty() || committed.getAsLong() < counted) {
      log.warn(
          "{}: the committed offset is {}, but all before {} is counted already; reading goes on there."
              + " To count it again take a new application-id",
          input,
          committed.isPresent() ? committed.getAsLong() : "gone",
          counted);
      return counted;
    }
    if (committed.getAsLong() > counted) {
      log.warn(
          "{}: the committed offset was set forward from {} to {}; what lies between is in no window",
          input,
          counted,
          committed.getAsLong());
    }
    return committed.getAsLong();
  }

  private long firstOffset(TopicPartition input) {
    boolean latest = "latest".equals(settings.clients().consumer().get("auto.offset.reset"));
    return offset(input, latest ? OffsetSpec.latest() : OffsetSpec.earliest());
  }

  /**
   * Waits until no transaction on the partition is pending. The admin client would leave a pending
   * offset out instead.
   */
  static Map<TopicPartition, OffsetAndMetadata> committed(
      Consumer<?, ?> consumer, Set<TopicPartition> inputs) {
    try {
      return consumer.committed(inputs);
    } catch (TimeoutException e) {
      throw new TimeoutException(
          "the committed offsets of %s are not settled: %s; %s"
              .formatted(inputs, e.getMessage(), PENDING));
    }
  }

  private long offset(TopicPartition partition, OffsetSpec spec) {
    return InputTopics.await(admin.listOffsets(Map.of(partition, spec)).partitionResult(partition))
        .offset();
  }

  private Consumer<byte[], byte[]> consumer(TopicPartition state) {
    Map<String, Object> properties = new HashMap<>(settings.clients().consumer());
    properties
        .keySet()
        .removeAll(List.of("group.instance.id", "group.protocol", "group.remote.assignor"));
    properties.put("client.id", properties.get("client.id") + "-restore-" + state);
    // asks for the group's offsets, never joins it
    properties.put("group.id", settings.groupId());
    properties.put("isolation.level", "read_committed");
    properties.put("auto.offset.reset", "earliest");
    properties.put("enable.auto.commit", "false");
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Reads up to the end, or until the lane is revoked. */
  static void replay(
      Consumer<byte[], byte[]> consumer,
      TopicPartition state,
      long end,
      Lane lane,
      LaneMemory memory) {
    consumer.assign(List.of(state));
    consumer.seekToBeginning(List.of(state));
    long lastPosition = consumer.position(state);
    long lastProgress = System.nanoTime();
    while (consumer.position(state) < end && !lane.isRevoked()) {
      lane.restoring(end - consumer.position(state));
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL_TIMEOUT)) {
        apply(record, lane, memory);
      }
      if (consumer.position(state) > lastPosition) {
        lastPosition = consumer.position(state);
        lastProgress = System.nanoTime();
      } else if (System.nanoTime() - lastProgress > STALLED.toNanos()) {
        throw new TimeoutException(
            "%s could not be read beyond %d (its end is %d) for %d s; %s"
                .formatted(state, lastPosition, end, STALLED.toSeconds(), PENDING));
      }
    }
    lane.restoring(0);
  }

  private static void apply(ConsumerRecord<byte[], byte[]> record, Lane lane, LaneMemory memory) {
    byte @Nullable [] key = record.key();
    if (key == null) {
      return;
    }
    String name = new String(key, StandardCharsets.UTF_8);
    byte @Nullable [] value = record.value();
    if (!name.equals(Lane.TOPIC)) {
      memory.restore(name, value);
    } else if (value != null) {
      lane.rememberTopic(new String(value, StandardCharsets.UTF_8));
    }
  }
}
