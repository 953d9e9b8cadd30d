package io.losswatch.stream.fold;

import io.losswatch.core.window.LossSummary;
import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.Portion.OffsetRange;
import java.util.List;
import java.util.Map;

/**
 * What a lane of hop 1 has folded between two cuts.
 *
 * @param lane whose it is
 * @param cut where it was cut
 * @param sums by series and pane
 * @param deadLetters refused records in the order of their offsets
 * @param tally what was counted
 */
public record PaneDeltas(
    Lane lane,
    Cut cut,
    Map<DeltaKey, LossSummary> sums,
    List<DeadLetter> deadLetters,
    Tally tally) {
  /**
   * Where it was cut.
   *
   * @param range offsets that are counted in it
   * @param watermark of the source behind them
   * @param crossing true if every partials partition must hear of this watermark
   * @param last true if nothing of this lane follows
   */
  public record Cut(OffsetRange range, long watermark, boolean crossing, boolean last) {}
}
