package io.losswatch.stream;

import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.RollingLoss;
import io.losswatch.schemas.codec.RecordCodec;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.publish.PublishSettings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Random;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.jspecify.annotations.Nullable;

/**
 * Logs, offsets, groups and transactions as brokers keep them. A decided transaction's markers
 * reach its partitions one by one; a commit is refused for a producer's old epoch and for a group's
 * old generation, and for nothing else: not for partitions that the member does not own.
 */
final class SimulatedBroker {
  static final String PREDICTIONS = "predictions";
  static final String LABELS = "labels";
  static final String PARTIALS = "partials";
  static final String OUTPUT = "rolling-loss";
  static final PublishSettings SETTINGS =
      new PublishSettings(
          Map.of(),
          "two-hops",
          Map.of(PREDICTIONS, "state-of-predictions", PARTIALS, "state-of-partials"),
          "dead-letter",
          64 << 20);
  private static final RecordCodec<PartialBatch> BATCHES = RecordCodec.of(PartialBatch.class);
  private static final RecordCodec<RollingLoss> LOSSES = RecordCodec.of(RollingLoss.class);

  private final Map<SourcePartition, SimulatedLog> logs = new HashMap<>();
  private final Map<String, SimulatedGroup> groups = new HashMap<>();
  private final Map<SourcePartition, Long> offsets = new HashMap<>();
  private final Map<SourcePartition, Long> reached = new HashMap<>();
  private final SimulatedLog offsetsLog = new SimulatedLog();
  private final Map<String, Long> producerEpochs = new HashMap<>();
  private final List<SimulatedTransaction> unsettled = new ArrayList<>();
  private final Map<ProducerRecord<byte[], byte[]>, Runnable> witnesses = new IdentityHashMap<>();
  private final List<RollingLoss> outputs = new ArrayList<>();
  private final List<String> deadLetters = new ArrayList<>();

  SimulatedLog log(SourcePartition partition) {
    return logs.computeIfAbsent(partition, none -> new SimulatedLog());
  }

  /** The partition where a lane's memory is kept. */
  SimulatedLog state(SourcePartition source) {
    String topic = Objects.requireNonNull(SETTINGS.stateTopic().get(source.topic()));
    return log(new SourcePartition(topic, source.partition()));
  }

  void join(SimulatedGroup group) {
    groups.put(group.name(), group);
  }

  /** True if no transaction on the committed offset of a partition is pending. */
  boolean isStable(SourcePartition source) {
    return unsettled.stream()
        .noneMatch(each -> each.offsets().containsKey(source) && each.logs().contains(offsetsLog));
  }

  OptionalLong committed(SourcePartition source) {
    Long offset = offsets.get(source);
    return offset == null ? OptionalLong.empty() : OptionalLong.of(offset);
  }

  /** The offset that was committed last, expired or not. */
  long reached(SourcePartition source) {
    return reached.getOrDefault(source, 0L);
  }

  /** Committed offsets expire. */
  void forgetOffset(SourcePartition source) {
    offsets.remove(source);
  }

  /** Somebody deletes what a lane remembers. */
  void forgetState(SourcePartition source) {
    String topic = Objects.requireNonNull(SETTINGS.stateTopic().get(source.topic()));
    logs.remove(new SourcePartition(topic, source.partition()));
    reached.remove(source);
  }

  /** Is told when this record is committed, whoever knows of it. */
  void witness(ProducerRecord<byte[], byte[]> record, Runnable committed) {
    witnesses.put(record, committed);
  }

  List<RollingLoss> outputs() {
    return outputs;
  }

  /** Such as {@code too-late predictions-0@17}, in the order of commits. */
  List<String> deadLetters() {
    return deadLetters;
  }

  /** The committed partial batches of a partition. */
  List<PartialBatch> partials(int partition) {
    SimulatedLog log = log(new SourcePartition(PARTIALS, partition));
    List<PartialBatch> batches = new ArrayList<>();
    for (int offset = 0; offset < log.stableEnd(); offset++) {
      SimulatedLog.Entry entry = log.read(offset);
      if (entry != null && entry.value() != null) {
        batches.add(BATCHES.decode(entry.value(), 0, entry.value().length));
      }
    }
    return batches;
  }

  /** A producer begins anew: older ones of its id are fenced, their open transaction is aborted. */
  long open(String producer) {
    fence(producer);
    return producerEpochs.merge(producer, 1L, Long::sum);
  }

  private void fence(String producer) {
    for (SimulatedTransaction each : List.copyOf(unsettled)) {
      if (each.producer().equals(producer)) {
        if (each.isOpen()) {
          each.abort();
        }
        settle(each);
      }
    }
  }

  SimulatedTransaction begin(String producer, long epoch) {
    SimulatedTransaction transaction = new SimulatedTransaction(producer, epoch);
    check(transaction);
    // a coordinator takes no new transaction of a producer while markers of its last are under way
    fence(producer);
    unsettled.add(transaction);
    return transaction;
  }

  private void check(SimulatedTransaction transaction) {
    if (producerEpochs.getOrDefault(transaction.producer(), 0L) != transaction.epoch()) {
      throw new ProducerFencedException(transaction.producer() + " has a younger self");
    }
  }

  void send(SimulatedTransaction transaction, ProducerRecord<byte[], byte[]> record) {
    check(transaction);
    int partition = record.partition() == null ? 0 : record.partition();
    SimulatedLog log = log(new SourcePartition(record.topic(), partition));
    log.add(new SimulatedLog.Entry(record.key(), record.value(), 0, transaction));
    transaction.logs().add(log);
    transaction.records().add(record);
  }

  void sendOffsets(
      SimulatedTransaction transaction,
      Map<TopicPartition, OffsetAndMetadata> sent,
      ConsumerGroupMetadata member) {
    check(transaction);
    if (!Objects.requireNonNull(groups.get(member.groupId())).accepts(member)) {
      throw new CommitFailedException(member + " is of an old generation");
    }
    sent.forEach((partition, offset) ->
        transaction
            .offsets()
            .put(new SourcePartition(partition.topic(), partition.partition()), offset.offset()));
    transaction.logs().add(offsetsLog);
  }

  void commit(SimulatedTransaction transaction) {
    check(transaction);
    if (transaction.isOpen()) {
      transaction.commit();
      transaction.records().forEach(this::publish);
    }
  }

  private void publish(ProducerRecord<byte[], byte[]> record) {
    if (record.topic().equals(OUTPUT)) {
      outputs.add(LOSSES.decode(record.value(), 0, record.value().length));
    } else if (record.topic().equals(SETTINGS.deadLetterTopic())) {
      deadLetters.add(
          header(record, "losswatch-reason") + " " + header(record, "losswatch-source"));
    }
    Runnable witness = witnesses.get(record);
    if (witness != null) {
      witness.run();
    }
  }

  private static String header(ProducerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  void abort(SimulatedTransaction transaction) {
    check(transaction);
    transaction.abort();
  }

  /** An open transaction took too long: it is aborted, and its producer is fenced. */
  @Nullable String expire(Random random) {
    List<SimulatedTransaction> open =
        unsettled.stream().filter(SimulatedTransaction::isOpen).toList();
    if (open.isEmpty()) {
      return null;
    }
    SimulatedTransaction late = open.get(random.nextInt(open.size()));
    open(late.producer());
    return late.producer();
  }

  /** A marker of a decided transaction reaches one of its partitions. */
  void mark(Random random) {
    List<SimulatedTransaction> decided =
        unsettled.stream().filter(transaction -> !transaction.isOpen()).toList();
    if (!decided.isEmpty()) {
      SimulatedTransaction transaction = decided.get(random.nextInt(decided.size()));
      List<SimulatedLog> waiting = List.copyOf(transaction.logs());
      if (!waiting.isEmpty()) {
        mark(transaction, waiting.get(random.nextInt(waiting.size())));
      }
      unsettled.removeIf(each -> !each.isOpen() && each.logs().isEmpty());
    }
  }

  /** All that is decided arrives everywhere, and what is open is given up. */
  void settle() {
    List.copyOf(unsettled)
        .forEach(each -> {
          if (each.isOpen()) {
            open(each.producer());
          } else {
            settle(each);
          }
        });
  }

  private void settle(SimulatedTransaction transaction) {
    List.copyOf(transaction.logs()).forEach(log -> mark(transaction, log));
    unsettled.remove(transaction);
  }

  private void mark(SimulatedTransaction transaction, SimulatedLog log) {
    transaction.logs().remove(log);
    log.mark(transaction);
    if (log == offsetsLog && transaction.isCommitted()) {
      offsets.putAll(transaction.offsets());
      reached.putAll(transaction.offsets());
    }
  }
}
