package io.losswatch.stream.fold;

import io.losswatch.core.batch.Reason;
import java.util.EnumMap;
import java.util.Map;

/**
 * What was counted between two cuts of a lane. Mutable; owned by the lane's thread until the cut,
 * read only afterwards.
 */
public final class Tally {
  private long records;
  private long samples;
  private long unlabeled;
  private long late;
  private long skipped;
  private long repeated;
  private long windows;
  private final Map<Reason, Long> refused = new EnumMap<>(Reason.class);
  private final LateTally lateLabels = new LateTally();

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

  void roll(long count) {
    windows += count;
  }

  void refuse(Reason reason) {
    refused.merge(reason, 1L, Long::sum);
  }
}
