package io.losswatch.core.window;

import java.util.ArrayList;
import java.util.List;

/**
 * The windows of one specification that the watermark has passed and that are not final, ordered by
 * end. Mutable; owned by the series.
 */
final class Ledger {
  private final Window window;
  private final ChangedTimes changes;
  private final ArrayList<Entry> entries = new ArrayList<>(0);

  /** How far a window's publication is; the fields are those of {@link WindowPart.Publication}. */
  static final class Entry {
    final long endMillis;
    int revision;
    boolean dirty;
    long notBeforeMillis;

    private Entry(long endMillis, int revision, boolean dirty, long notBeforeMillis) {
      this.endMillis = endMillis;
      this.revision = revision;
      this.dirty = dirty;
      this.notBeforeMillis = notBeforeMillis;
    }
  }

  Ledger(Window window, boolean recording) {
    this.window = window;
    this.changes = new ChangedTimes(recording);
  }

  List<Entry> entries() {
    return entries;
  }

  /** Notes that a window was published, for the first time, and may be so again. */
  void published(long endMillis, long notBeforeMillis) {
    entries.add(indexFrom(endMillis), new Entry(endMillis, 0, false, notBeforeMillis));
    changes.add(endMillis);
  }

  /** Notes one more revision of a window. */
  void revised(Entry entry, long notBeforeMillis) {
    entry.revision++;
    entry.dirty = false;
    entry.notBeforeMillis = notBeforeMillis;
    changes.add(entry.endMillis);
  }

  /**
   * Notes that something late concerns a window.
   *
   * @param isChanged false if the window only has to be published if it was not yet
   * @param nextCrossingMillis watermark before which it is not published again
   * @return watermark from which it may be published, unless it is final before
   */
  long concern(long endMillis, boolean isChanged, long nextCrossingMillis) {
    int index = indexFrom(endMillis);
    if (index == entries.size() || entries.get(index).endMillis != endMillis) {
      entries.add(index, new Entry(endMillis, -1, true, nextCrossingMillis));
      changes.add(endMillis);
      return nextCrossingMillis;
    }
    Entry entry = entries.get(index);
    if (isChanged && !entry.dirty) {
      entry.dirty = true;
      entry.notBeforeMillis = Math.max(entry.notBeforeMillis, nextCrossingMillis);
      changes.add(endMillis);
    }
    return entry.dirty ? entry.notBeforeMillis : Long.MAX_VALUE;
  }

  /** Forgets the first windows: they are final. */
  void dropFirst(int count) {
    List<Entry> dropped = entries.subList(0, count);
    dropped.forEach(entry -> changes.add(entry.endMillis));
    dropped.clear();
    if (entries.isEmpty()) {
      entries.trimToSize();
    }
  }

  /** Puts back a window's publication that was kept elsewhere. */
  void restore(WindowPart.Publication part) {
    int index = indexFrom(part.endMillis());
    if (index < entries.size() && entries.get(index).endMillis == part.endMillis()) {
      entries.remove(index);
    }
    entries.add(
        index, new Entry(part.endMillis(), part.revision(), part.dirty(), part.notBeforeMillis()));
  }

  void drainChanges(List<WindowPart> kept, List<String> removed) {
    changes.drain(endMillis -> {
      int index = indexFrom(endMillis);
      if (index < entries.size() && entries.get(index).endMillis == endMillis) {
        Entry entry = entries.get(index);
        kept.add(
            new WindowPart.Publication(
                window, endMillis, entry.revision, entry.dirty, entry.notBeforeMillis));
      } else {
        removed.add(WindowPart.Publication.key(window, endMillis));
      }
    });
  }

  private int indexFrom(long endMillis) {
    int low = 0;
    int high = entries.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (entries.get(middle).endMillis < endMillis) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
