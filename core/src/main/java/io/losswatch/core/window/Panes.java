package io.losswatch.core.window;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The panes of one width that hold samples of a series, ordered by start. Mutable; owned by the
 * series. Two parallel arrays: a stream holds millions of panes. Windows of one width share them,
 * but for an {@link Ewma}, whose panes take late samples of others.
 */
final class Panes {
  private static final int SMALLEST_CAPACITY = 4;

  private final long widthMillis;
  private final @Nullable Ewma average;
  private final ChangedTimes changes;
  private long[] starts = new long[SMALLEST_CAPACITY];
  private LossSummary[] sums = new LossSummary[SMALLEST_CAPACITY];
  private int size;

  private Panes(long widthMillis, @Nullable Ewma average, boolean recording) {
    this.widthMillis = widthMillis;
    this.average = average;
    this.changes = new ChangedTimes(recording);
  }

  /** Without samples, for all windows of that width. */
  static Panes shared(long widthMillis, boolean recording) {
    return new Panes(widthMillis, null, recording);
  }

  /** Without samples, for this one alone. */
  static Panes of(Ewma average, boolean recording) {
    return new Panes(average.paneMillis(), average, recording);
  }

  /** Whose they are; null: they are shared. */
  @Nullable Ewma average() {
    return average;
  }

  boolean isSharedOf(long widthMillis) {
    return average == null && this.widthMillis == widthMillis;
  }

  long widthMillis() {
    return widthMillis;
  }

  int size() {
    return size;
  }

  long startMillis(int index) {
    return starts[index];
  }

  /** First instant after the pane that holds the time. */
  long endMillis(long timeMillis) {
    return Grid.floor(timeMillis, widthMillis) + widthMillis;
  }

  /** Index of the first pane that starts at the time or later. */
  int indexFrom(long timeMillis) {
    int index = Arrays.binarySearch(starts, 0, size, timeMillis);
    return index >= 0 ? index : -index - 1;
  }

  /**
   * Merges the delta into the pane that holds the time. A pane whose counts all come to 0 is
   * removed.
   *
   * @return whether a pane was removed
   */
  boolean fold(long timeMillis, LossSummary delta) {
    long startMillis = Grid.floor(timeMillis, widthMillis);
    int index = indexFrom(startMillis);
    changes.add(startMillis);
    if (index == size || starts[index] != startMillis) {
      insert(index, startMillis, delta.copy());
      return false;
    }
    sums[index].merge(delta);
    if (!sums[index].isEmpty()) {
      return false;
    }
    remove(index, index + 1);
    return true;
  }

  /** Sums of all panes in {@code [fromMillis, toMillis)}, merged in the order of time. */
  LossSummary merged(long fromMillis, long toMillis) {
    LossSummary merged = new LossSummary();
    for (int i = indexFrom(fromMillis); i < size && starts[i] < toMillis; i++) {
      merged.merge(sums[i]);
    }
    return merged;
  }

  /** Drops the first panes. */
  void dropFirst(int count) {
    for (int i = 0; i < count; i++) {
      changes.add(starts[i]);
    }
    remove(0, count);
  }

  /** Puts back a pane that was kept elsewhere. */
  void restore(long startMillis, LossSummary summary) {
    int index = indexFrom(startMillis);
    if (index < size && starts[index] == startMillis) {
      sums[index] = summary;
    } else {
      insert(index, startMillis, summary);
    }
  }

  void drainChanges(List<WindowPart> kept, List<String> removed) {
    changes.drain(startMillis -> {
      int index = indexFrom(startMillis);
      if (index < size && starts[index] == startMillis) {
        kept.add(part(startMillis, sums[index].state()));
      } else {
        removed.add(key(startMillis));
      }
    });
  }

  private WindowPart part(long startMillis, LossSummary.State state) {
    return average == null
        ? new WindowPart.Pane(widthMillis, startMillis, state)
        : new WindowPart.Decayed(average, startMillis + widthMillis, false, state);
  }

  private String key(long startMillis) {
    return average == null
        ? WindowPart.Pane.key(widthMillis, startMillis)
        : WindowPart.Decayed.key(average, startMillis + widthMillis);
  }

  private void insert(int index, long startMillis, LossSummary summary) {
    if (size == starts.length) {
      resize(size + (size >> 1) + 1);
    }
    System.arraycopy(starts, index, starts, index + 1, size - index);
    System.arraycopy(sums, index, sums, index + 1, size - index);
    starts[index] = startMillis;
    sums[index] = summary;
    size++;
  }

  private void remove(int from, int to) {
    System.arraycopy(starts, to, starts, from, size - to);
    System.arraycopy(sums, to, sums, from, size - to);
    int newSize = size - (to - from);
    Arrays.fill(sums, newSize, size, null);
    size = newSize;
    if (starts.length > SMALLEST_CAPACITY && size < starts.length / 4) {
      resize(Math.max(SMALLEST_CAPACITY, size * 2));
    }
  }

  private void resize(int capacity) {
    starts = Arrays.copyOf(starts, capacity);
    sums = Arrays.copyOf(sums, capacity);
  }
}
