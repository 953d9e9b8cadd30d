package io.losswatch.stream.fold;

import io.losswatch.core.window.LossSummary;
import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.Portion.OffsetRange;
import io.losswatch.stream.consume.SourcePartition;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a lane of hop 1 has folded between two cuts.
 *
 * @param lane whose it is
 * @param cut where it was cut
 * @param sums by series and pane
 * @param deadLetters refused records in the order of their offsets
 * @param tally what was counted
 * @param samples for windows of the last ones, in the order of their offsets
 */
public record PaneDeltas(
    Lane lane,
    Cut cut,
    Map<DeltaKey, LossSummary> sums,
    List<DeadLetter> deadLetters,
    Tally tally,
    List<SampleDelta> samples) {
  /** Without single samples. */
  public PaneDeltas(
      Lane lane,
      Cut cut,
      Map<DeltaKey, LossSummary> sums,
      List<DeadLetter> deadLetters,
      Tally tally) {
    this(lane, cut, sums, deadLetters, tally, List.of());
  }

  /**
   * Where it was cut.
   *
   * @param range offsets that are counted in it
   * @param watermark of the source behind them
   * @param crossing true if every partials partition must hear of this watermark
   * @param last true if nothing of this lane follows
   * @param beside what is cut with it
   */
  public record Cut(
      OffsetRange range, long watermark, boolean crossing, boolean last, Beside beside) {
    /** One with nothing beside it. */
    public Cut(OffsetRange range, long watermark, boolean crossing, boolean last) {
      this(range, watermark, crossing, last, Beside.NOTHING);
    }
  }

  /**
   * What is cut with a range of predictions.
   *
   * @param labels of the lane's companion; null: it has none
   * @param changes of what is remembered of single batches
   */
  public record Beside(@Nullable LabelDeltas labels, List<StateChange> changes) {
    static final Beside NOTHING = new Beside(null, List.of());
  }

  /**
   * What labels that come later have added. It goes before the predictions of the cut, whose
   * watermark may make windows final that these sums belong to.
   *
   * @param source of the labels
   * @param range offsets that are counted in it
   * @param sums by series and pane
   * @param samples for windows of the last ones, in the order of their labels
   */
  public record LabelDeltas(
      SourcePartition source,
      OffsetRange range,
      Map<DeltaKey, LossSummary> sums,
      List<SampleDelta> samples) {
    /** Without single samples. */
    public LabelDeltas(SourcePartition source, OffsetRange range, Map<DeltaKey, LossSummary> sums) {
      this(source, range, sums, List.of());
    }
  }
}
