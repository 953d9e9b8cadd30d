package io.losswatch.stream;

import io.losswatch.stream.consume.SourcePartition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What its coordinator and its partitions know of a transaction. Mutable; owned by the broker. */
final class SimulatedTransaction {
  private final String producer;
  private final long epoch;
  private final Set<SimulatedLog> logs = new LinkedHashSet<>();
  private final Map<SourcePartition, Long> offsets = new LinkedHashMap<>();
  private final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
  private Fate fate = Fate.OPEN;

  /** What was decided. */
  private enum Fate {
    OPEN,
    COMMITTED,
    ABORTED
  }

  SimulatedTransaction(String producer, long epoch) {
    this.producer = producer;
    this.epoch = epoch;
  }

  String producer() {
    return producer;
  }

  long epoch() {
    return epoch;
  }

  /** Partitions that wait for its marker. */
  Set<SimulatedLog> logs() {
    return logs;
  }

  Map<SourcePartition, Long> offsets() {
    return offsets;
  }

  List<ProducerRecord<byte[], byte[]>> records() {
    return records;
  }

  boolean isOpen() {
    return fate == Fate.OPEN;
  }

  boolean isCommitted() {
    return fate == Fate.COMMITTED;
  }

  void commit() {
    fate = Fate.COMMITTED;
  }

  void abort() {
    fate = Fate.ABORTED;
  }
}
