package io.losswatch.core.window;

import java.util.List;

/**
 * The windows of a monitor and how late samples may be. Immutable; one plan serves all series of
 * the monitor, on any thread.
 */
public final class WindowPlan {
  private final List<Window> windows;
  private final Lateness lateness;
  private final List<Grid> grids;
  private final long paneMillis;

  /**
   * A plan.
   *
   * @param windows at least one, each once; their order is that of results with the same end
   * @param lateness for all of them
   * @throws IllegalArgumentException if there is no window, or one stands there twice
   */
  public WindowPlan(List<Window> windows, Lateness lateness) {
    this.windows = List.copyOf(windows);
    this.lateness = lateness;
    this.grids = this.windows.stream().map(Grid::of).toList();
    this.paneMillis = Window.paneMillis(this.windows);
    if (this.windows.stream().distinct().count() < this.windows.size()) {
      throw new IllegalArgumentException("a monitor has each window once, but has " + windows);
    }
  }

  /** The windows in the order of results with the same end. */
  public List<Window> windows() {
    return windows;
  }

  /** How late samples may be. */
  public Lateness lateness() {
    return lateness;
  }

  /** Length of the pieces that samples are summed up in before they are folded. */
  public long paneMillis() {
    return paneMillis;
  }

  /** Start of the pane that holds an event time. */
  public long paneStartMillis(long eventTimeMillis) {
    return Grid.floor(eventTimeMillis, paneMillis);
  }

  /**
   * True if the watermark makes every window final that holds this pane: nothing that is folded
   * into it will be published, but for its number.
   */
  public boolean isTooLate(long paneStartMillis, long watermarkMillis) {
    for (Grid grid : grids) {
      if (!isFinal(grid.lastEndOf(paneStartMillis), watermarkMillis)) {
        return false;
      }
    }
    return true;
  }

  /** True if a window with this end is final at the watermark. */
  boolean isFinal(long endMillis, long watermarkMillis) {
    return watermarkMillis >= endMillis + lateness.allowedMillis();
  }

  Grid grid(int window) {
    return grids.get(window);
  }
}
