package io.losswatch.stream.fold;

import java.util.Comparator;

/** Labels that wait in a naive join. Mutable; owned by the join. */
final class NaiveLabels {
  static final Comparator<NaiveLabels> BY_PLACE =
      Comparator.<NaiveLabels>comparingLong(each -> each.event.timeMillis())
          .thenComparingLong(each -> each.offset);

  final LateEvents.Label event;
  final boolean[] used;
  final long offset;
  final long valueBytes;

  NaiveLabels(LateEvents.Label event, long offset) {
    this.event = event;
    this.offset = offset;
    this.valueBytes = event.value().length;
    this.used = new boolean[event.batchId() == null ? event.values().length : 1];
  }

  /** As much as they hold in memory. */
  long bytes() {
    long bytes = 800 + valueBytes;
    for (String id : event.ids()) {
      bytes += 150 + 2L * id.length();
    }
    return bytes;
  }

  int left() {
    int left = 0;
    for (boolean each : used) {
      left += each ? 0 : 1;
    }
    return left;
  }
}
