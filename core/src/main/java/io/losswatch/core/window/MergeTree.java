package io.losswatch.core.window;

import java.util.HashMap;
import java.util.Map;

/**
 * Sums of many panes from few merges: those of dyadic ranges {@code [i·2^k, (i+1)·2^k)}, counted in
 * panes from the epoch, are kept until one of their panes changes. A window of n panes is put
 * together from 2·log n ranges at most, and one more pane costs two merges on average. Mutable;
 * owned by the panes.
 *
 * <p>What is merged with what depends on the panes that are there and on nothing else: neither on
 * what was asked for before, nor on what is kept. So a series that was restored gives the same
 * numbers bit by bit.
 */
final class MergeTree {
  /** Ranges that hold so many panes, or fewer, are merged anew each time: it costs less memory. */
  private static final int FEW_PANES = 8;

  /** The smallest ranges with more panes than that are 2^4 long. */
  private static final int LOWEST_LEVEL = 4;

  private final Panes panes;
  private final long widthMillis;

  /** By the middle of the range, which no two have in common. */
  private final Map<Long, LossSummary> kept = new HashMap<>();

  private int highestLevel;
  private long keptEnd = Long.MIN_VALUE;

  MergeTree(Panes panes) {
    this.panes = panes;
    this.widthMillis = panes.widthMillis();
  }

  /** Sums of all panes in {@code [fromMillis, toMillis)}, both multiples of the width. */
  LossSummary merged(long fromMillis, long toMillis) {
    LossSummary merged = new LossSummary();
    long pane = Math.floorDiv(fromMillis, widthMillis);
    long end = Math.floorDiv(toMillis, widthMillis);
    while (pane < end) {
      int largest = Long.SIZE - 1 - Long.numberOfLeadingZeros(end - pane);
      int level = Math.min(Long.numberOfTrailingZeros(pane), largest);
      addTo(merged, pane, level);
      pane += 1L << level;
    }
    return merged;
  }

  private void addTo(LossSummary merged, long firstPane, int level) {
    int from = panes.indexFrom(firstPane * widthMillis);
    int to = panes.indexFrom((firstPane + (1L << level)) * widthMillis);
    if (to - from <= FEW_PANES) {
      panes.addTo(merged, from, to);
    } else {
      merged.merge(range(firstPane, level));
    }
  }

  private LossSummary range(long firstPane, int level) {
    long middle = middle(firstPane, level);
    LossSummary sums = kept.get(middle);
    if (sums == null) {
      sums = new LossSummary();
      addTo(sums, firstPane, level - 1);
      addTo(sums, middle, level - 1);
      kept.put(middle, sums);
      highestLevel = Math.max(highestLevel, level);
      keptEnd = Math.max(keptEnd, firstPane + (1L << level));
    }
    return sums;
  }

  private static long middle(long pane, int level) {
    return ((pane >> level) << level) + (1L << (level - 1));
  }

  /** The pane has changed, come or gone: forgets the ranges that hold it. */
  void forget(long paneStartMillis) {
    long pane = Math.floorDiv(paneStartMillis, widthMillis);
    if (pane >= keptEnd) {
      return;
    }
    for (int level = LOWEST_LEVEL; level <= highestLevel; level++) {
      kept.remove(middle(pane, level));
    }
  }

  /** Number of ranges whose sums are kept. */
  int size() {
    return kept.size();
  }
}
