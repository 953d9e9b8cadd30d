package io.losswatch.stream.consume;

import io.losswatch.core.batch.RefusedException;
import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.codec.RecordCodec;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that reads what all sources say of their watermarks: partition 0 of the partials
 * topic, where each of them is told whenever it moves, and again and again when it does not. It
 * owns a consumer of no group, begins a little before now, and begins anew when that fails; until
 * it has caught up nobody waits for anybody.
 */
final class WatermarkFollowing implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(WatermarkFollowing.class);
  private static final RecordCodec<PartialBatch> CODEC = RecordCodec.of(PartialBatch.class);
  private static final Duration POLL_TIMEOUT = Duration.ofMillis(100);
  private static final long BACK_OFF_NANOS = 1_000_000_000L;

  /** Twice the time after which hop 1 says again where a source stands, and a transaction. */
  private static final long LOOK_BACK_MILLIS = 150_000;

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final TopicPartition partition;
  private final SourceWatermarks watermarks;
  private final Clock clock;
  private final Runnable backOff;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private volatile boolean closed;

  /**
   * A follower.
   *
   * @param consumers makes a consumer that reads what is committed; closed here
   * @param topic partials
   * @param watermarks is told
   * @param clock from how long ago to read
   * @param backOff waits a little after a failure
   */
  WatermarkFollowing(
      Supplier<Consumer<byte[], byte[]>> consumers,
      String topic,
      SourceWatermarks watermarks,
      Clock clock,
      Runnable backOff) {
    this.consumers = consumers;
    this.partition = new TopicPartition(topic, 0);
    this.watermarks = watermarks;
    this.clock = clock;
    this.backOff = backOff;
  }

  /** A second. */
  static void backOff() {
    LockSupport.parkNanos(BACK_OFF_NANOS);
  }

  /** Any thread: completes when the consumer is closed. */
  CompletableFuture<Void> close() {
    closed = true;
    return ended;
  }

  @Override
  public void run() {
    try {
      while (!closed) {
        follow();
      }
    } finally {
      watermarks.fallSilent();
      ended.complete(null);
    }
  }

  /** Until it is closed or something fails. */
  private void follow() {
    try (Consumer<byte[], byte[]> consumer = consumers.get()) {
      long endOffset = begin(consumer);
      while (!closed) {
        turn(consumer, endOffset);
      }
    } catch (RuntimeException e) {
      watermarks.fallSilent();
      if (!closed) {
        log.warn("{} cannot be followed, so max-skew does not hold: {}", partition, e.toString());
        backOff.run();
      }
    }
  }

  /** Returns the end of what was there when it began. */
  long begin(Consumer<byte[], byte[]> consumer) {
    List<TopicPartition> only = List.of(partition);
    consumer.assign(only);
    Map<TopicPartition, OffsetAndTimestamp> first =
        consumer.offsetsForTimes(Map.of(partition, clock.millis() - LOOK_BACK_MILLIS));
    OffsetAndTimestamp from = first.get(partition);
    long endOffset = consumer.endOffsets(only).getOrDefault(partition, 0L);
    consumer.seek(partition, from == null ? endOffset : from.offset());
    return endOffset;
  }

  void turn(Consumer<byte[], byte[]> consumer, long endOffset) {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL_TIMEOUT)) {
      hear(record.value());
    }
    if (consumer.position(partition) >= endOffset) {
      watermarks.publish();
    }
  }

  private void hear(byte @Nullable [] value) {
    try {
      PartialBatch batch = CODEC.decode(value, 0, value == null ? 0 : value.length);
      batch
          .getSources()
          .forEach(topic -> watermarks.expect(topic.getTopic(), topic.getPartitions()));
      watermarks.hear(
          new SourcePartition(batch.getSourceTopic(), batch.getSourcePartition()),
          batch.getWatermark().toEpochMilli());
    } catch (RefusedException e) {
      // hop 2 reads it too, and says so
      log.debug("{}: no partial batch: {}", partition, e.getMessage());
    }
  }
}
