package io.losswatch.stream.fold;

import io.losswatch.schemas.SeenState;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * A batch that a lane has seen; while it has its value, rows of it wait for labels. Mutable; owned
 * by the lane's thread.
 */
final class WaitingBatch {
  /** Of no cut that is still open. */
  static final long RESTORED = -1;

  private static final int OBJECTS_BYTES = 400;
  private static final int ID_BYTES = 150;

  private final Place place;
  private final SeenState identity;
  private final long cut;
  private BitSet labelled = new BitSet();
  private byte @Nullable [] value;

  /**
   * A batch.
   *
   * @param place event time and offset
   * @param identity under which it is known
   * @param value as it came; null: no row waits
   * @param cut the cut in which it was read
   */
  WaitingBatch(Place place, SeenState identity, byte @Nullable [] value, long cut) {
    this.place = place;
    this.identity = identity;
    this.value = value;
    this.cut = cut;
  }

  Place place() {
    return place;
  }

  SeenState identity() {
    return identity;
  }

  long cut() {
    return cut;
  }

  byte @Nullable [] value() {
    return value;
  }

  /** Keeps what says who it was; no row waits any longer. */
  void dropValue() {
    value = null;
  }

  boolean isOf(String version) {
    return version.isEmpty() || version.equals(identity.getVersion());
  }

  /** Number of rows that labels can be told for one by one; 1 if only all at once. */
  int rows() {
    return Math.max(1, identity.getSampleIds().size());
  }

  boolean isLabelled(int row) {
    return labelled.get(row);
  }

  boolean waits(int row) {
    return value != null && !labelled.get(row);
  }

  /** True if every row has got its label. */
  boolean isDone() {
    return labelled.cardinality() == rows();
  }

  /** Samples without a label. */
  long samplesLeft() {
    return identity.getSampleIds().isEmpty()
        ? labelled.isEmpty() ? identity.getSamples() : 0
        : (long) rows() - labelled.cardinality();
  }

  void label(int row) {
    labelled.set(row);
  }

  byte[] labelledRows() {
    return labelled.toByteArray();
  }

  boolean hasLabels() {
    return !labelled.isEmpty();
  }

  void restoreLabelledRows(byte[] restored) {
    labelled = BitSet.valueOf(restored);
  }

  /** About what it holds in memory. */
  long sizeBytes() {
    long size = OBJECTS_BYTES;
    size += value == null ? 0 : value.length;
    for (String id : identity.getSampleIds()) {
      size += ID_BYTES + 2L * id.length();
    }
    return size;
  }

  /** A row of a batch. */
  record Row(WaitingBatch batch, int row) {
    boolean waits() {
      return batch.waits(row);
    }
  }
}
