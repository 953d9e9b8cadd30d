package io.losswatch.deploy.audit;

import io.losswatch.stream.consume.SourcePartition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The records of one source partition, evaluated anew, in their order. Mutable; one thread. */
final class SourceRecords {
  private final SourcePartition source;
  private final InputLog log;
  private final Recounting recounting;
  private final Deque<Recounted> ahead = new ArrayDeque<>();
  private long readUntil;

  SourceRecords(SourcePartition source, InputLog log, Recounting recounting) {
    this.source = source;
    this.log = log;
    this.recounting = recounting;
  }

  /** The first offset that is still there. */
  long beginning() {
    return log.beginning(source);
  }

  /** The next records, those below this offset. */
  List<Recounted> takeUpTo(long offset) {
    if (readUntil < offset) {
      ahead.addAll(recounting.recount(log.readUpTo(source, offset)));
      readUntil = ahead.isEmpty() ? offset : Math.max(offset, ahead.getLast().offset() + 1);
    }
    List<Recounted> taken = new ArrayList<>();
    while (!ahead.isEmpty() && ahead.getFirst().offset() < offset) {
      taken.add(ahead.removeFirst());
    }
    return taken;
  }
}
