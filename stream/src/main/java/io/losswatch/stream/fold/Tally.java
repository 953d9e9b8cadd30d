package io.losswatch.stream.fold;

import io.losswatch.core.batch.Reason;
import io.losswatch.core.window.LossSummary;
import io.losswatch.core.window.WindowResult;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was counted between two cuts of a lane, and how it stood at the second. Mutable; owned by
 * the lane's thread until the cut, read only afterwards.
 */
public final class Tally {
  private long records;
  private long samples;
  private long unlabeled;
  private long late;
  private long skipped;
  private long repeated;
  private long windows;
  private long revisions;
  private long finals;
  private long closings;
  private long misplaced;
  private long overflowSamples;
  private long overflowDeltas;
  private @Nullable Standing standing;
  private final Map<Reason, Long> refused = new EnumMap<>(Reason.class);
  private final LateTally lateLabels = new LateTally();

  /**
   * How a lane stands at a cut. Immutable.
   *
   * @param watermark of the source (hop 1) or of all of them (hop 2); {@link PaneMemory#SILENT}:
   *     nothing was heard yet
   * @param idle true if the source is silent, and at its log's end (hop 1)
   * @param waiting for labels, or for predictions (hop 1)
   * @param series that hold something (hop 2)
   * @param panes that they hold (hop 2)
   */
  public record Standing(long watermark, boolean idle, Waiting waiting, long series, long panes) {
    static Standing reading(long watermark, boolean idle, Waiting waiting) {
      return new Standing(watermark, idle, waiting, 0, 0);
    }

    static Standing rolling(long watermark, long series, long panes) {
      return new Standing(watermark, false, Waiting.NOTHING, series, panes);
    }
  }

  /**
   * What labels that come later leave waiting.
   *
   * @param batches with rows that wait for their labels
   * @param labels records with labels that wait for their predictions
   * @param bytes that these and the ids seen take
   */
  public record Waiting(long batches, long labels, long bytes) {
    static final Waiting NOTHING = new Waiting(0, 0, 0);
  }

  /** Records read. */
  public long records() {
    return records;
  }

  /** Labelled samples, counted once however many monitors want them. */
  public long samples() {
    return samples;
  }

  /** Samples without a label. */
  public long unlabeled() {
    return unlabeled;
  }

  /** Samples that were too late for a monitor, summed over monitors. */
  public long late() {
    return late;
  }

  /** Records that no monitor wants. */
  public long skipped() {
    return skipped;
  }

  /** Ranges of offsets that had been counted before and were ignored. */
  public long repeated() {
    return repeated;
  }

  /** Windows published, every revision. */
  public long windows() {
    return windows;
  }

  /** Windows published as revision 1 or a later one. */
  public long revisions() {
    return revisions;
  }

  /** Windows published for the last time. */
  public long finals() {
    return finals;
  }

  /** Windows without a sample that say that a series has fallen silent. */
  public long closings() {
    return closings;
  }

  /** Samples that came to hop 2 when their windows were final; none if hop 1 did its work. */
  public long misplaced() {
    return misplaced;
  }

  /** Samples that went to {@code other}, since there was no room for their series. */
  public long overflowSamples() {
    return overflowSamples;
  }

  /** Deltas of series and pane in which they went there. */
  public long overflowDeltas() {
    return overflowDeltas;
  }

  /** How the lane stood when this was cut off; null before the cut, and of a sum. */
  public @Nullable Standing standing() {
    return standing;
  }

  /** Dead letters by reason. */
  public Map<Reason, Long> refused() {
    return refused;
  }

  /** What became of labels that come later and of ids seen. */
  public LateTally lateLabels() {
    return lateLabels;
  }

  /** Adds what another cut counted. */
  public void add(Tally other) {
    records += other.records;
    samples += other.samples;
    unlabeled += other.unlabeled;
    late += other.late;
    skipped += other.skipped;
    repeated += other.repeated;
    windows += other.windows;
    revisions += other.revisions;
    finals += other.finals;
    closings += other.closings;
    misplaced += other.misplaced;
    overflowSamples += other.overflowSamples;
    overflowDeltas += other.overflowDeltas;
    other.refused.forEach((reason, count) -> refused.merge(reason, count, Long::sum));
    lateLabels.add(other.lateLabels);
  }

  void read() {
    records++;
  }

  void sampled(long labelled, long withoutLabel) {
    samples += labelled;
    unlabeled += withoutLabel;
  }

  void late(long count) {
    late += count;
  }

  void skip() {
    skipped++;
  }

  void repeat() {
    repeated++;
  }

  void publish(WindowResult result) {
    windows++;
    revisions += result.revision() > 0 ? 1 : 0;
    finals += result.isFinal() ? 1 : 0;
    LossSummary summary = result.summary();
    boolean isSilent = samplesOf(summary) == 0 && summary.lateCount() == 0;
    closings += result.revision() == 0 && isSilent ? 1 : 0;
  }

  void misplace(LossSummary sums) {
    misplaced += samplesOf(sums);
  }

  void overflow(LossSummary sums) {
    overflowSamples += samplesOf(sums);
    overflowDeltas++;
  }

  void stand(Standing now) {
    standing = now;
  }

  /** Samples of any fate but late; what is taken back does not count. */
  static long samplesOf(LossSummary sums) {
    return sums.count()
        + sums.ignored()
        + sums.nanCount()
        + sums.infCount()
        + Math.max(0, sums.unlabeledCount());
  }

  void refuse(Reason reason) {
    refused.merge(reason, 1L, Long::sum);
  }
}
