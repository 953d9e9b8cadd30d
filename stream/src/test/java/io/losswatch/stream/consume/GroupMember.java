package io.losswatch.stream.consume;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Kafka's mock of a consumer, and what the loop must not do to it is remembered. */
final class GroupMember extends MockConsumer<byte[], ByteBuffer> {
  private int polls;
  private int wakeups;
  private int commits;
  private int generation = 1;
  private @Nullable KafkaException closingFailure;

  GroupMember() {
    super("none");
  }

  void add(TopicPartition partition, long offset, int sizeBytes) {
    addRecord(
        new ConsumerRecord<>(
            partition.topic(),
            partition.partition(),
            offset,
            null,
            ByteBuffer.allocate(sizeBytes)));
  }

  void joinGeneration(int next) {
    generation = next;
  }

  void failToClose(KafkaException failure) {
    closingFailure = failure;
  }

  int polls() {
    return polls;
  }

  int wakeups() {
    return wakeups;
  }

  int commits() {
    return commits;
  }

  @Override
  public synchronized ConsumerRecords<byte[], ByteBuffer> poll(Duration timeout) {
    polls++;
    return super.poll(timeout);
  }

  @Override
  public synchronized void wakeup() {
    wakeups++;
    super.wakeup();
  }

  @Override
  public synchronized void commitAsync(
      Map<TopicPartition, OffsetAndMetadata> offsets, @Nullable OffsetCommitCallback callback) {
    commits++;
    super.commitAsync(offsets, callback);
  }

  @Override
  public ConsumerGroupMetadata groupMetadata() {
    return OwnedLanes.membership(generation);
  }

  @Override
  public void close(CloseOptions options) {
    super.close(options);
    if (closingFailure != null) {
      throw closingFailure;
    }
  }
}
