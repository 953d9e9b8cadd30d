package io.losswatch.stream;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A transactional producer of a simulated broker. Of Kafka's mock it takes only the methods that
 * nobody calls. Something may happen before and after each of its steps.
 */
final class SimulatedProducer extends MockProducer<byte[], byte[]> {
  private final SimulatedBroker broker;
  private final String id;
  private final long epoch;
  private final Interruption interruption;
  private @Nullable SimulatedTransaction transaction;

  /** The places of a transaction where something may happen. */
  enum Place {
    SENDING,
    OFFSETS,
    BEFORE_COMMIT,
    AFTER_COMMIT,
    ABORTED
  }

  /** What happens there; may throw what a producer throws. */
  @FunctionalInterface
  interface Interruption {
    void at(Place place);
  }

  SimulatedProducer(SimulatedBroker broker, String id, Interruption interruption) {
    super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    this.broker = broker;
    this.id = id;
    this.interruption = interruption;
    this.epoch = broker.open(id);
  }

  @Override
  public void beginTransaction() {
    transaction = broker.begin(id, epoch);
  }

  @Override
  public Future<RecordMetadata> send(
      ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
    broker.send(current(), record);
    return CompletableFuture.completedFuture(null);
  }

  private SimulatedTransaction current() {
    return Objects.requireNonNull(transaction);
  }

  @Override
  public void flush() {
    interruption.at(Place.SENDING);
  }

  @Override
  public void sendOffsetsToTransaction(
      Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
    broker.sendOffsets(current(), offsets, group);
    interruption.at(Place.OFFSETS);
  }

  @Override
  public void commitTransaction() {
    if (!current().isCommitted()) {
      interruption.at(Place.BEFORE_COMMIT);
    }
    broker.commit(current());
    interruption.at(Place.AFTER_COMMIT);
  }

  @Override
  public void abortTransaction() {
    broker.abort(current());
    interruption.at(Place.ABORTED);
  }
}
