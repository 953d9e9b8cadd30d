package io.losswatch.core.window;

import io.losswatch.core.window.WindowResult.Bounds;
import java.util.List;

/**
 * One specification of a series: which of its windows are due when. Mutable; owned by the series.
 *
 * <p>A window with a sample is published, and the first one after it without (which closes the
 * series). Both have a pane that holds samples in {@code [start - every, end)}. Those that the
 * watermark has not passed when it was last looked at are found from the panes alone, so that a
 * jump of the watermark costs nothing where there are no panes; the others stand in the ledger.
 */
final class WindowTrack {
  private final WindowPlan plan;
  private final Window window;
  private final Grid grid;
  private final Panes panes;
  private final Ledger ledger;

  WindowTrack(WindowPlan plan, int window, Panes panes, boolean recording) {
    this.plan = plan;
    this.window = plan.windows().get(window);
    this.grid = plan.grid(window);
    this.panes = panes;
    this.ledger = new Ledger(this.window, recording);
  }

  Window window() {
    return window;
  }

  Panes panes() {
    return panes;
  }

  Ledger ledger() {
    return ledger;
  }

  /** Watermark at which all windows that read the pane, and the closing one, are final. */
  long doneMillis(long paneStartMillis) {
    return grid.closingEndOf(paneStartMillis) + plan.lateness().allowedMillis();
  }

  /**
   * Notes that a pane changed.
   *
   * @return the smallest watermark at which a window is due because of that
   */
  long concern(long paneStartMillis, long watermarkMillis) {
    long dueMillis = Long.MAX_VALUE;
    long closingEndMillis = grid.closingEndOf(paneStartMillis);
    long endMillis = grid.firstEndAfter(paneStartMillis);
    if (endMillis <= watermarkMillis) {
      long allowedMillis = plan.lateness().allowedMillis();
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
      boolean isFinal = plan.isFinal(entry.endMillis, watermarkMillis);
      if (isFinal || (entry.dirty && watermarkMillis >= entry.notBeforeMillis)) {
        ledger.revised(entry, notBefore(watermarkMillis));
        results.add(result(entry.endMillis, entry.revision, isFinal));
      }
      finals += isFinal ? 1 : 0;
    }
    ledger.dropFirst(finals);
  }

  private void publish(long endMillis, long watermarkMillis, List<WindowResult> results) {
    boolean isFinal = plan.isFinal(endMillis, watermarkMillis);
    if (!isFinal) {
      ledger.published(endMillis, notBefore(watermarkMillis));
    }
    results.add(result(endMillis, 0, isFinal));
  }

  private long notBefore(long watermarkMillis) {
    return watermarkMillis + plan.lateness().reviseEveryMillis();
  }

  private WindowResult result(long endMillis, int revision, boolean isFinal) {
    long startMillis = endMillis - grid.sizeMillis();
    return new WindowResult(
        window,
        new Bounds(startMillis, endMillis),
        panes.merged(startMillis, endMillis),
        revision,
        isFinal);
  }

  /** The smallest watermark at which a window is due; Long.MAX_VALUE: none. */
  long dueMillis(long markMillis) {
    int first = firstPaneAfter(markMillis);
    long dueMillis =
        first < panes.size() ? firstEnd(panes.startMillis(first), markMillis) : Long.MAX_VALUE;
    for (Ledger.Entry entry : ledger.entries()) {
      long finalMillis = entry.endMillis + plan.lateness().allowedMillis();
      dueMillis =
          Math.min(
              dueMillis, entry.dirty ? Math.min(entry.notBeforeMillis, finalMillis) : finalMillis);
    }
    return dueMillis;
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
}
