package io.losswatch.stream;

import io.losswatch.core.batch.Reason;
import io.losswatch.stream.consume.SourcePartition;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/**
 * What a stream has done since it was started, and how it stands. Only what is committed counts.
 * Immutable: one moment of all.
 *
 * @param input what came in
 * @param refused dead letters by reason, {@code too-late} and {@code future-time} among them
 * @param output what went out
 * @param standing how the lanes of this instance stand
 * @param interruptions what held it up
 */
public record StreamCounts(
    Input input,
    Map<Reason, Long> refused,
    Output output,
    Standing standing,
    Interruptions interruptions) {
  public StreamCounts {
    refused = Map.copyOf(refused);
  }

  /** Records of rolling losses, every revision. */
  public long windows() {
    return output.windows().published();
  }

  /** Ranges of offsets that had been counted before and were ignored. */
  public long repeated() {
    return output.repeated();
  }

  /** How often a hop had to start anew from the committed state. */
  public long restarts() {
    return interruptions.restarts();
  }

  /**
   * What came in (hop 1).
   *
   * @param records read from the input topics
   * @param samples with a label
   * @param unlabeled samples without one
   * @param late samples that came too late for a monitor, summed over monitors
   * @param skipped records that no monitor wants
   */
  public record Input(long records, long samples, long unlabeled, long late, long skipped) {}

  /**
   * What went out (hop 2).
   *
   * @param windows that were published
   * @param other what there was no room for
   * @param misplaced samples that came when their windows were final; none as long as the sources
   *     are read in order, once
   * @param repeated ranges of offsets that had been counted before and were ignored
   */
  public record Output(Windows windows, Other other, long misplaced, long repeated) {}

  /**
   * Windows that were published.
   *
   * @param published all of them, every revision
   * @param revisions those that corrected an earlier one
   * @param finals those that said they are the last
   * @param closings those without a sample, since their series had fallen silent
   */
  public record Windows(long published, long revisions, long finals, long closings) {}

  /**
   * What went to {@code other}, since {@code max-series} was reached.
   *
   * @param samples of any fate
   * @param deltas of series and pane
   */
  public record Other(long samples, long deltas) {}

  /**
   * How the lanes that this instance owns stood when they committed last. A lane that it does not
   * own, or that starts anew, is not here.
   *
   * @param sources partitions of the inputs (hop 1)
   * @param rolls partitions of the partials (hop 2)
   */
  public record Standing(Map<SourcePartition, Source> sources, Map<SourcePartition, Roll> rolls) {
    public Standing {
      sources = Map.copyOf(sources);
      rolls = Map.copyOf(rolls);
    }

    /** True if this instance still publishes for a partition of the partials. */
    public boolean owns(LossStream.Published published) {
      Roll roll = rolls.get(published.partition());
      return roll != null && roll.epoch() == published.epoch();
    }

    /** Labels that come later, and what waits for them. */
    public Waiting waiting() {
      return sources.values().stream().map(Source::waiting).reduce(Waiting.NOTHING, Waiting::plus);
    }

    /** Sources that are silent, at their log's end. */
    public long idleSources() {
      return sources.values().stream().filter(Source::idle).count();
    }

    /** Series that hold something. */
    public long openSeries() {
      return rolls.values().stream().mapToLong(Roll::series).sum();
    }

    /** Panes that they hold. */
    public long openPanes() {
      return rolls.values().stream().mapToLong(Roll::panes).sum();
    }

    /** The smallest watermark of hop 2; empty while there is none. */
    public Optional<Instant> watermark() {
      return rolls.values().stream()
          .flatMap(roll -> roll.watermark().stream())
          .min(Comparator.naturalOrder());
    }
  }

  /**
   * A partition of an input.
   *
   * @param watermark up to where event time is complete; empty: it has not spoken yet
   * @param idle true if it is silent, at its log's end
   * @param waiting what waits for labels, or for predictions
   */
  public record Source(Optional<Instant> watermark, boolean idle, Waiting waiting) {}

  /**
   * What labels that come later leave waiting.
   *
   * @param batches with rows that wait for their labels
   * @param labels records with labels that wait for their predictions
   * @param bytes that these and the ids seen take: {@code max-pending-label-bytes} bounds them
   */
  public record Waiting(long batches, long labels, long bytes) {
    static final Waiting NOTHING = new Waiting(0, 0, 0);

    Waiting plus(Waiting other) {
      return new Waiting(batches + other.batches, labels + other.labels, bytes + other.bytes);
    }
  }

  /**
   * A partition of the partials.
   *
   * @param watermark up to where event time is complete in all sources; empty: some source has not
   *     spoken yet
   * @param series that hold something
   * @param panes that they hold
   * @param epoch differs from one ownership of the partition to the next
   */
  public record Roll(Optional<Instant> watermark, long series, long panes, long epoch) {}

  /**
   * What held the stream up.
   *
   * @param backPressure pauses of a partition that had too much in flight
   * @param skew pauses of a partition that ran {@code max-skew} ahead of the slowest one
   * @param restarts how often a hop had to start anew from the committed state
   */
  public record Interruptions(long backPressure, long skew, long restarts) {}
}
