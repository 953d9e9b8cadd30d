package io.losswatch.stream;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A partition's log: what transactions send lies in it at once, is read once their marker is there,
 * and holds back all that lies behind it until then. Markers take offsets too.
 */
final class SimulatedLog {
  private static final Entry MARKER = new Entry(null, null, 0, null);

  private final List<Entry> entries = new ArrayList<>();
  private final Set<SimulatedTransaction> marked = new HashSet<>();
  private int stableEnd;

  /**
   * A record in a log.
   *
   * @param key its key
   * @param value its bytes
   * @param timestamp Kafka's
   * @param transaction that sent it; null if none did
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares records
  record Entry(
      byte @Nullable [] key,
      byte @Nullable [] value,
      long timestamp,
      @Nullable SimulatedTransaction transaction) {}

  void add(Entry entry) {
    entries.add(entry);
  }

  /** The fate of a transaction arrives. */
  void mark(SimulatedTransaction transaction) {
    marked.add(transaction);
    entries.add(MARKER);
  }

  boolean isMarked(SimulatedTransaction transaction) {
    return marked.contains(transaction);
  }

  /** One behind the last, pending ones included. */
  int end() {
    return entries.size();
  }

  /** One behind the last that a read_committed reader may read. */
  int stableEnd() {
    while (stableEnd < entries.size() && isSettled(entries.get(stableEnd))) {
      stableEnd++;
    }
    return stableEnd;
  }

  private boolean isSettled(Entry entry) {
    return entry.transaction() == null || marked.contains(entry.transaction());
  }

  /** What a read_committed reader finds at an offset; null: a hole. */
  @Nullable Entry read(int offset) {
    Entry entry = entries.get(offset);
    SimulatedTransaction transaction = entry.transaction();
    boolean isHole = entry == MARKER || (transaction != null && !transaction.isCommitted());
    return isHole ? null : entry;
  }
}
