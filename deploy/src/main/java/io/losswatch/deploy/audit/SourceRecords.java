package io.losswatch.deploy.audit;

import io.losswatch.stream.consume.SourcePartition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The records of one source partition, evaluated anew, in their order. Mutable; one thread. */
final class SourceRecords {
  private final SourcePartition source;
  private final InputLog log;
  private final RecordReading reading;
  private final Deque<Recounted> ahead = new ArrayDeque<>();
  private long readUntil;

  /** Decodes records of one partition, and evaluates what can be. */
  @FunctionalInterface
  interface RecordReading {
    /** What these records say, in their order. */
    List<Recounted> recount(List<ConsumerRecord<byte[], byte[]>> records);
  }

  SourceRecords(SourcePartition source, InputLog log, RecordReading reading) {
    this.source = source;
    this.log = log;
    this.reading = reading;
  }

  /** The first offset that is still there. */
  long beginning() {
    return log.beginning(source);
  }

  /** The next records, those below this offset. */
  List<Recounted> takeUpTo(long offset) {
    if (readUntil < offset) {
      ahead.addAll(reading.recount(log.readUpTo(source, offset)));
      readUntil = ahead.isEmpty() ? offset : Math.max(offset, ahead.getLast().offset() + 1);
    }
    List<Recounted> taken = new ArrayList<>();
    while (!ahead.isEmpty() && ahead.getFirst().offset() < offset) {
      taken.add(ahead.removeFirst());
    }
    return taken;
  }
}
