package io.losswatch.stream.fold;

import java.util.Comparator;
import java.util.List;

/** Predictions as a naive join has seen them. Mutable; owned by the join. */
final class NaiveBatch {
  static final Comparator<NaiveBatch> BY_PLACE =
      Comparator.<NaiveBatch>comparingLong(each -> each.event.timeMillis())
          .thenComparingLong(each -> each.offset);

  final LateEvents.Prediction event;
  final boolean[] labelled;
  final boolean waits;
  final boolean repeated;
  final long offset;
  final long valueBytes;
  boolean alive = true;

  NaiveBatch(LateEvents.Prediction event, boolean repeated, long offset) {
    this.event = event;
    this.offset = offset;
    this.valueBytes = event.value().length;
    this.labelled = new boolean[event.values().length];
    this.waits = event.labels() == null;
    this.repeated = repeated;
  }

  boolean waits(int row) {
    return waits && !labelled[row];
  }

  boolean isOf(String version) {
    return version.isEmpty() || version.equals(event.version());
  }

  /** As much as it holds in memory. */
  long bytes() {
    long bytes = 400 + (left() > 0 ? valueBytes : 0);
    for (String id : waits ? event.ids() : List.<String>of()) {
      bytes += 150 + 2L * id.length();
    }
    return bytes;
  }

  int left() {
    int left = 0;
    for (int row = 0; row < labelled.length; row++) {
      left += waits(row) ? 1 : 0;
    }
    return left;
  }
}
