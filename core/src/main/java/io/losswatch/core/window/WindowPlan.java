package io.losswatch.core.window;

import java.util.List;

/**
 * The windows of a monitor and how late samples may be. Immutable; one plan serves all series of
 * the monitor, on any thread.
 */
public final class WindowPlan {
  /** Panes of a plan whose windows have none: its sums are only counted, for audits. */
  private static final long COUNTED_PANE_MILLIS = 60_000;

  private final List<Window> windows;
  private final List<Window> timed;
  private final List<Last> lasts;
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
    this.timed = this.windows.stream().filter(window -> window.paneMillis() > 0).toList();
    this.lasts =
        this.windows.stream().filter(Last.class::isInstance).map(Last.class::cast).toList();
    this.grids = timed.stream().map(Grid::of).toList();
    long commonMillis = Window.paneMillis(this.windows);
    this.paneMillis = commonMillis == 0 ? COUNTED_PANE_MILLIS : commonMillis;
    if (this.windows.stream().distinct().count() < this.windows.size()) {
      throw new IllegalArgumentException("a monitor has each window once, but has " + windows);
    }
  }

  /** The windows in the order of results with the same end. */
  public List<Window> windows() {
    return windows;
  }

  /** Those that are made of panes, in the same order. */
  List<Window> timed() {
    return timed;
  }

  /** Those of the last samples, in the same order: {@link SampleRun}s have to be told. */
  public List<Last> lasts() {
    return lasts;
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
   * into it will be published, but for its number. False if no window is made of panes.
   */
  public boolean isTooLate(long paneStartMillis, long watermarkMillis) {
    for (Grid grid : grids) {
      if (!isFinal(grid.lastEndOf(paneStartMillis), watermarkMillis)) {
        return false;
      }
    }
    return !grids.isEmpty();
  }

  /** True if a window with this end is final at the watermark. */
  boolean isFinal(long endMillis, long watermarkMillis) {
    return watermarkMillis >= endMillis + lateness.allowedMillis();
  }

  Grid grid(int window) {
    return grids.get(window);
  }
}
