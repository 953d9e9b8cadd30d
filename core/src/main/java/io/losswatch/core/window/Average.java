package io.losswatch.core.window;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sums of an {@link Ewma} over all that was published, decayed to the pane that last added a
 * sample: what is silent costs nothing. Mutable; owned by the series.
 */
final class Average {
  private static final long NEVER = Long.MAX_VALUE;

  private final Ewma window;
  private final boolean recording;
  private LossSummary.@Nullable State sums;
  private long endMillis;
  private boolean changed;

  Average(Ewma window, boolean recording) {
    this.window = window;
    this.recording = recording;
  }

  /**
   * Adds a pane.
   *
   * @param endMillis end of the pane, behind all that were added before
   * @param pane its sums; may be empty
   * @return what is published for it
   */
  LossSummary published(long endMillis, LossSummary pane) {
    LossSummary all = decayed(endMillis);
    all.merge(pane);
    LossSummary.State published = all.state();
    if (pane.count() > 0) {
      this.endMillis = endMillis;
      keep(Decay.remainder(published));
    }
    return new DecayedSummary(published);
  }

  private LossSummary decayed(long toMillis) {
    if (sums == null || toMillis >= doneMillis()) {
      return new LossSummary();
    }
    return LossSummary.of(Decay.scaled(sums, window.decay(toMillis - endMillis)));
  }

  private void keep(LossSummary.@Nullable State remainder) {
    sums = remainder;
    changed |= recording;
  }

  /** Watermark at which nothing is left; Long.MAX_VALUE: there is nothing. */
  long doneMillis() {
    return sums == null ? NEVER : endMillis + window.lifeMillis();
  }

  /** Forgets what the watermark has left too far behind. */
  void dropDone(long watermarkMillis) {
    if (sums != null && watermarkMillis >= doneMillis()) {
      keep(null);
    }
  }

  boolean isEmpty() {
    return sums == null;
  }

  void drainChanges(List<WindowPart> kept, List<String> removed) {
    if (changed && sums != null) {
      kept.add(new WindowPart.Decayed(window, endMillis, true, sums));
    } else if (changed) {
      removed.add(WindowPart.Decayed.key(window));
    }
    changed = false;
  }

  /** Puts back what was kept elsewhere. */
  void restore(WindowPart.Decayed part) {
    sums = part.sums();
    endMillis = part.endMillis();
  }
}
