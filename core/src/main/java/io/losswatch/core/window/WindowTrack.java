package io.losswatch.core.window;

import io.losswatch.core.window.WindowResult.Bounds;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One specification of a series: which of its windows are due when. Mutable; owned by the series.
 *
 * <p>A window with a sample is published, and the first one after it without (which closes the
 * series). Both have a pane that holds samples in {@code [start - every, end)}. Those that the
 * watermark has not passed when it was last looked at are found from the panes alone, so that a
 * jump of the watermark costs nothing where there are no panes; the others stand in the ledger.
 */
final class WindowTrack {
  /** An average takes late samples into a later pane. */
  private static final Lateness NEVER_REVISED = new Lateness(0, 0);

  private final WindowPlan plan;
  private final Window window;
  private final Grid grid;
  private final Panes panes;
  private final Ledger ledger;
  private final Lateness lateness;
  private final @Nullable Average average;

  WindowTrack(WindowPlan plan, int window, Panes panes, boolean recording) {
    this.plan = plan;
    this.window = plan.timed().get(window);
    this.grid = plan.grid(window);
    this.panes = panes;
    this.ledger = new Ledger(this.window, recording);
    Ewma ewma = panes.average();
    this.average = ewma == null ? null : new Average(ewma, recording);
    this.lateness = ewma == null ? plan.lateness() : NEVER_REVISED;
  }

  Panes panes() {
    return panes;
  }

  /** True if nothing remains but panes. */
  boolean isSettled() {
    return ledger.entries().isEmpty() && (average == null || average.isEmpty());
  }

  /** Watermark at which all windows that read the pane, and the closing one, are final. */
  long doneMillis(long paneStartMillis) {
    return grid.closingEndOf(paneStartMillis) + lateness.allowedMillis();
  }

  /**
   * Notes that a pane changed, unless it is an average's and over.
   *
   * @return the smallest watermark at which a window is due because of that
   */
  long concern(long paneStartMillis, long watermarkMillis) {
    long dueMillis = Long.MAX_VALUE;
    long closingEndMillis = grid.closingEndOf(paneStartMillis);
    long endMillis = grid.firstEndAfter(paneStartMillis);
    if (average != null && endMillis <= watermarkMillis) {
      return Long.MAX_VALUE;
    }
    if (endMillis <= watermarkMillis) {
      long allowedMillis = lateness.allowedMillis();
      endMillis = Math.max(endMillis, grid.firstEndAfter(watermarkMillis - allowedMillis));
      long crossingMillis = plan.paneStartMillis(watermarkMillis) + plan.paneMillis();
      long last = Math.min(closingEndMillis, watermarkMillis);
      for (; endMillis <= last; endMillis += grid.everyMillis()) {
        boolean isChanged = endMillis < closingEndMillis;
        long fromMillis = ledger.concern(endMillis, isChanged, crossingMillis);
        dueMillis = Math.min(dueMillis, Math.min(fromMillis, endMillis + allowedMillis));
      }
    }
    return endMillis <= closingEndMillis ? Math.min(dueMillis, endMillis) : dueMillis;
  }

  /**
   * Adds what is due to the results, by end.
   *
   * @param markMillis watermark up to which the ledger is complete
   */
  void advance(long watermarkMillis, long markMillis, List<WindowResult> results) {
    revise(watermarkMillis, results);
    long endMillis = Long.MIN_VALUE;
    for (int i = firstPaneAfter(markMillis); i < panes.size(); i++) {
      long paneStartMillis = panes.startMillis(i);
      endMillis = Math.max(endMillis, firstEnd(paneStartMillis, markMillis));
      long last = Math.min(grid.closingEndOf(paneStartMillis), watermarkMillis);
      for (; endMillis <= last; endMillis += grid.everyMillis()) {
        publish(endMillis, watermarkMillis, results);
      }
      if (endMillis > watermarkMillis) {
        return;
      }
    }
  }

  private void revise(long watermarkMillis, List<WindowResult> results) {
    int finals = 0;
    for (Ledger.Entry entry : ledger.entries()) {
      boolean isFinal = isFinal(entry.endMillis, watermarkMillis);
      if (isFinal || (entry.dirty && watermarkMillis >= entry.notBeforeMillis)) {
        ledger.revised(entry, notBefore(watermarkMillis));
        results.add(result(entry.endMillis, entry.revision, isFinal));
      }
      finals += isFinal ? 1 : 0;
    }
    ledger.dropFirst(finals);
  }

  private void publish(long endMillis, long watermarkMillis, List<WindowResult> results) {
    boolean isFinal = isFinal(endMillis, watermarkMillis);
    if (!isFinal) {
      ledger.published(endMillis, notBefore(watermarkMillis));
    }
    results.add(result(endMillis, 0, isFinal));
  }

  private boolean isFinal(long endMillis, long watermarkMillis) {
    return watermarkMillis >= endMillis + lateness.allowedMillis();
  }

  private long notBefore(long watermarkMillis) {
    return watermarkMillis + lateness.reviseEveryMillis();
  }

  private WindowResult result(long endMillis, int revision, boolean isFinal) {
    long startMillis = endMillis - grid.sizeMillis();
    LossSummary merged = panes.merged(startMillis, endMillis);
    LossSummary summary = average == null ? merged : average.published(endMillis, merged);
    return new WindowResult(window, new Bounds(startMillis, endMillis), summary, revision, isFinal);
  }

  /** Drops what no window needs at the watermark, but for panes. */
  void dropDone(long watermarkMillis) {
    if (average != null) {
      average.dropDone(watermarkMillis);
    }
  }

  /** The smallest watermark at which a window is due; Long.MAX_VALUE: none. */
  long dueMillis(long markMillis) {
    int first = firstPaneAfter(markMillis);
    long dueMillis =
        first < panes.size() ? firstEnd(panes.startMillis(first), markMillis) : Long.MAX_VALUE;
    for (Ledger.Entry entry : ledger.entries()) {
      long finalMillis = entry.endMillis + lateness.allowedMillis();
      dueMillis =
          Math.min(
              dueMillis, entry.dirty ? Math.min(entry.notBeforeMillis, finalMillis) : finalMillis);
    }
    return average == null ? dueMillis : Math.min(dueMillis, average.doneMillis());
  }

  /** Index of the first pane that is in a window ending after the mark, or closed by one. */
  private int firstPaneAfter(long markMillis) {
    if (markMillis == Long.MIN_VALUE) {
      return 0;
    }
    long endMillis = grid.firstEndAfter(markMillis);
    return panes.indexFrom(endMillis - grid.sizeMillis() - grid.everyMillis());
  }

  private long firstEnd(long paneStartMillis, long markMillis) {
    long endMillis = grid.firstEndAfter(paneStartMillis);
    return markMillis == Long.MIN_VALUE
        ? endMillis
        : Math.max(endMillis, grid.firstEndAfter(markMillis));
  }

  void drainChanges(List<WindowPart> kept, List<String> removed) {
    ledger.drainChanges(kept, removed);
    if (average != null) {
      average.drainChanges(kept, removed);
    }
  }

  /** Puts back a window's publication, unless it is another window's. */
  boolean restore(WindowPart.Publication part) {
    if (!window.equals(part.window())) {
      return false;
    }
    ledger.restore(part);
    return true;
  }

  /** Puts back sums of an average, unless it is another one's. */
  boolean restore(WindowPart.Decayed part) {
    if (average == null || !window.equals(part.window())) {
      return false;
    }
    if (part.published()) {
      average.restore(part);
    } else {
      panes.restore(part.endMillis() - panes.widthMillis(), LossSummary.of(part.sums()));
    }
    return true;
  }
}
