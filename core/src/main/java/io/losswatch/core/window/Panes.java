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

  /** Windows of more panes than that are put together from ranges of panes that are kept. */
  static final int MANY_PANES = 32;

  private final long widthMillis;
  private final @Nullable Ewma average;
  private final ChangedTimes changes;
  private long[] starts = new long[SMALLEST_CAPACITY];
  private LossSummary[] sums = new LossSummary[SMALLEST_CAPACITY];

  /** Where they begin in the arrays: those behind a long window are dropped without a move. */
  private int first;

  private int size;
  private @Nullable MergeTree tree;

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
    return starts[first + index];
  }

  /** First instant after the pane that holds the time. */
  long endMillis(long timeMillis) {
    return Grid.floor(timeMillis, widthMillis) + widthMillis;
  }

  /** Index of the first pane that starts at the time or later. */
  int indexFrom(long timeMillis) {
    int index = Arrays.binarySearch(starts, first, first + size, timeMillis);
    return (index >= 0 ? index : -index - 1) - first;
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
    change(startMillis);
    if (!isAt(index, startMillis)) {
      insert(index, startMillis, delta.copy());
      return false;
    }
    LossSummary pane = sums[first + index];
    pane.merge(delta);
    if (!pane.isEmpty()) {
      return false;
    }
    remove(index, index + 1);
    return true;
  }

  private void change(long startMillis) {
    changes.add(startMillis);
    if (tree != null) {
      tree.forget(startMillis);
    }
  }

  private boolean isAt(int index, long startMillis) {
    return index < size && starts[first + index] == startMillis;
  }

  /**
   * Sums of all panes in {@code [fromMillis, toMillis)}, both multiples of the width: merged in the
   * order of time, or those of many panes as a {@link MergeTree} does.
   */
  LossSummary merged(long fromMillis, long toMillis) {
    if (toMillis - fromMillis > MANY_PANES * widthMillis) {
      if (tree == null) {
        tree = new MergeTree(this);
      }
      return tree.merged(fromMillis, toMillis);
    }
    LossSummary merged = new LossSummary();
    addTo(merged, indexFrom(fromMillis), indexFrom(toMillis));
    return merged;
  }

  /** Merges the panes from an index to before another one into the sums. */
  void addTo(LossSummary merged, int from, int to) {
    for (int i = first + from; i < first + to; i++) {
      merged.merge(sums[i]);
    }
  }

  /** Drops the first panes. */
  void dropFirst(int count) {
    for (int i = 0; i < count; i++) {
      change(startMillis(i));
    }
    remove(0, count);
  }

  /** Puts back a pane that was kept elsewhere. */
  void restore(long startMillis, LossSummary summary) {
    int index = indexFrom(startMillis);
    if (tree != null) {
      tree.forget(startMillis);
    }
    if (isAt(index, startMillis)) {
      sums[first + index] = summary;
    } else {
      insert(index, startMillis, summary);
    }
  }

  void drainChanges(List<WindowPart> kept, List<String> removed) {
    changes.drain(startMillis -> {
      int index = indexFrom(startMillis);
      if (isAt(index, startMillis)) {
        kept.add(part(startMillis, sums[first + index].state()));
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
    if (first + size == starts.length) {
      // a quarter is free in front: so a move is due once for many panes
      resize(first >= starts.length / 4 ? starts.length : size + (size >> 1) + 1);
    }
    int at = first + index;
    System.arraycopy(starts, at, starts, at + 1, size - index);
    System.arraycopy(sums, at, sums, at + 1, size - index);
    starts[at] = startMillis;
    sums[at] = summary;
    size++;
  }

  private void remove(int from, int to) {
    int newSize = size - (to - from);
    if (from == 0) {
      Arrays.fill(sums, first, first + to, null);
      first += to;
    } else {
      System.arraycopy(starts, first + to, starts, first + from, size - to);
      System.arraycopy(sums, first + to, sums, first + from, size - to);
      Arrays.fill(sums, first + newSize, first + size, null);
    }
    size = newSize;
    if (starts.length > SMALLEST_CAPACITY && size < starts.length / 4) {
      resize(Math.max(SMALLEST_CAPACITY, size * 2));
    }
  }

  private void resize(int capacity) {
    long[] newStarts = new long[capacity];
    LossSummary[] newSums = new LossSummary[capacity];
    System.arraycopy(starts, first, newStarts, 0, size);
    System.arraycopy(sums, first, newSums, 0, size);
    starts = newStarts;
    sums = newSums;
    first = 0;
  }
}
