package io.losswatch.stream;

import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.RollingLoss;
import io.losswatch.schemas.codec.RecordCodec;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.publish.PublishSettings;
import io.losswatch.stream.publish.TransactionUnit;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What committed transactions leave behind: logs, compacted state, offsets, outputs. */
final class SimulatedBroker {
  static final String PREDICTIONS = "predictions";
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

  private final Map<SourcePartition, List<Logged>> logs = new HashMap<>();
  private final Map<SourcePartition, Map<String, byte[]>> states = new HashMap<>();
  private final Map<SourcePartition, Long> offsets = new HashMap<>();
  private final List<RollingLoss> outputs = new ArrayList<>();
  private int deadLetters;

  /**
   * A record in a log.
   *
   * @param value its bytes
   * @param timestamp Kafka's
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares records
  record Logged(byte[] value, long timestamp) {}

  List<Logged> log(SourcePartition partition) {
    return logs.computeIfAbsent(partition, none -> new ArrayList<>());
  }

  Map<String, byte[]> state(SourcePartition partition) {
    return states.computeIfAbsent(partition, none -> new LinkedHashMap<>());
  }

  long committed(SourcePartition partition) {
    return offsets.getOrDefault(partition, 0L);
  }

  List<RollingLoss> outputs() {
    return outputs;
  }

  int deadLetters() {
    return deadLetters;
  }

  /** The partial batches of a partition. */
  List<PartialBatch> partials(int partition) {
    return log(new SourcePartition(PARTIALS, partition)).stream()
        .map(logged -> BATCHES.decode(logged.value(), 0, logged.value().length))
        .toList();
  }

  void commit(TransactionUnit unit) {
    SourcePartition source = unit.lane().source();
    for (ProducerRecord<byte[], byte[]> record : unit.records()) {
      if (record.topic().equals(SETTINGS.stateTopic().get(source.topic()))) {
        keep(source, record);
      } else if (record.topic().equals(PARTIALS)) {
        log(new SourcePartition(PARTIALS, record.partition())).add(new Logged(record.value(), 0));
      } else if (record.topic().equals(OUTPUT)) {
        outputs.add(LOSSES.decode(record.value(), 0, record.value().length));
      } else {
        deadLetters++;
      }
    }
    offsets.put(source, unit.nextOffset());
  }

  private void keep(SourcePartition source, ProducerRecord<byte[], byte[]> record) {
    String key = new String(record.key(), StandardCharsets.UTF_8);
    if (record.value() == null) {
      state(source).remove(key);
    } else {
      state(source).put(key, record.value());
    }
  }
}
