package io.losswatch.stream.publish;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Kafka's mock of a producer that fails where the test says, once each. */
final class ScriptedProducer extends MockProducer<byte[], byte[]> {
  private final Map<Step, Deque<Runnable>> scripts = new EnumMap<>(Step.class);
  private final List<Step> steps = new ArrayList<>();
  private final List<ConsumerGroupMetadata> groups = new ArrayList<>();
  private final List<List<ProducerRecord<byte[], byte[]>>> attempts = new ArrayList<>();
  private Predicate<ProducerRecord<byte[], byte[]>> tooLarge = record -> false;
  private Predicate<ProducerRecord<byte[], byte[]>> undeliverable = record -> false;
  private @Nullable RuntimeException failedSend;

  /** What a transaction consists of. */
  enum Step {
    BEGIN,
    FLUSH,
    OFFSETS,
    COMMIT,
    ABORT
  }

  ScriptedProducer() {
    super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    initTransactions();
  }

  /** The next such step that has no script yet fails. */
  void fail(Step step, RuntimeException failure) {
    run(
        step,
        () -> {
          throw failure;
        });
  }

  /** Something happens just before the next such step that has no script yet. */
  void run(Step step, Runnable script) {
    scripts.computeIfAbsent(step, none -> new ArrayDeque<>()).add(script);
  }

  /** Brokers refuse these, as often as they are sent. */
  void refuseAsTooLarge(Predicate<ProducerRecord<byte[], byte[]>> records) {
    tooLarge = records;
  }

  /** Nobody takes these: the producer gives them up. */
  void giveUp(Predicate<ProducerRecord<byte[], byte[]>> records) {
    undeliverable = records;
  }

  List<Step> steps() {
    return steps;
  }

  /** Members with which offsets were sent, in order. */
  List<ConsumerGroupMetadata> groups() {
    return groups;
  }

  /** What was sent in each transaction, aborted ones too. */
  List<List<ProducerRecord<byte[], byte[]>>> attempts() {
    return attempts;
  }

  @Override
  public void beginTransaction() {
    step(Step.BEGIN);
    attempts.add(new ArrayList<>());
    super.beginTransaction();
  }

  @Override
  public synchronized Future<RecordMetadata> send(
      ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
    attempts.get(attempts.size() - 1).add(record);
    if (tooLarge.test(record)) {
      failedSend = new RecordTooLargeException("The message is larger than the broker takes");
    } else if (undeliverable.test(record)) {
      failedSend = new TimeoutException("Topic " + record.topic() + " not present in metadata");
    } else {
      return super.send(record, callback);
    }
    Future<RecordMetadata> sent = super.send(record, null);
    if (callback != null) {
      callback.onCompletion(null, failedSend);
    }
    return sent;
  }

  @Override
  public synchronized void flush() {
    // commitTransaction of the mock flushes too
    if (steps.get(steps.size() - 1) == Step.BEGIN) {
      step(Step.FLUSH);
    }
    super.flush();
  }

  @Override
  public void sendOffsetsToTransaction(
      Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
    step(Step.OFFSETS);
    groups.add(group);
    if (failedSend != null) {
      // as the real one wraps it
      throw new KafkaException("the transaction is in an error state", failedSend);
    }
    super.sendOffsetsToTransaction(offsets, group);
  }

  @Override
  public void commitTransaction() {
    step(Step.COMMIT);
    super.commitTransaction();
  }

  @Override
  public void abortTransaction() {
    step(Step.ABORT);
    failedSend = null;
    super.abortTransaction();
  }

  private void step(Step step) {
    steps.add(step);
    Deque<Runnable> waiting = scripts.get(step);
    if (waiting != null && !waiting.isEmpty()) {
      waiting.remove().run();
    }
  }
}
