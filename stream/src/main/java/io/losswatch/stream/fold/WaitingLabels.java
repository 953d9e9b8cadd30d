package io.losswatch.stream.fold;

import io.losswatch.core.batch.LateLabels;
import io.losswatch.stream.consume.SourceRecord;
import java.util.BitSet;

/** Labels that came before their predictions. Mutable; owned by the lane's thread. */
final class WaitingLabels {
  private static final int OBJECTS_BYTES = 600;
  private static final int ID_BYTES = 150;

  private final SourceRecord source;
  private final LateLabels labels;
  private BitSet used = new BitSet();

  /**
   * Labels.
   *
   * @param source as they came, with bytes of its own
   * @param labels what these say
   */
  WaitingLabels(SourceRecord source, LateLabels labels) {
    this.source = source;
    this.labels = labels;
  }

  Place place() {
    return new Place(labels.labelTimeMillis(), source.offset());
  }

  SourceRecord source() {
    return source;
  }

  LateLabels labels() {
    return labels;
  }

  LateLabels.Target target() {
    return labels.target();
  }

  /** Number of rows that can find their predictions one by one; 1 if all at once. */
  int rows() {
    return target().batchId() == null ? target().sampleIds().size() : 1;
  }

  boolean isOf(String version) {
    return target().version().isEmpty() || target().version().equals(version);
  }

  boolean isUsed(int row) {
    return used.get(row);
  }

  void use(int row) {
    used.set(row);
  }

  boolean isUsedUp() {
    return used.cardinality() == rows();
  }

  /** Rows that have not found their predictions. */
  int rowsLeft() {
    return rows() - used.cardinality();
  }

  byte[] usedRows() {
    return used.toByteArray();
  }

  boolean hasUsedRows() {
    return !used.isEmpty();
  }

  void restoreUsedRows(byte[] restored) {
    used = BitSet.valueOf(restored);
  }

  /** About what they hold in memory. */
  long sizeBytes() {
    long size = OBJECTS_BYTES + source.sizeBytes();
    for (String id : target().sampleIds()) {
      size += ID_BYTES + 2L * id.length();
    }
    return size;
  }

  /** A row of labels. */
  record Row(WaitingLabels labels, int row) {}
}
