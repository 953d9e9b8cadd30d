package io.losswatch.stream.fold;

import io.losswatch.core.batch.BatchHeader;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.window.LossSummary;
import io.losswatch.core.window.SampleRun;
import io.losswatch.stream.consume.SourceRecord;
import io.losswatch.stream.evaluate.MonitorPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a lane of hop 1 will cut off next. Mutable; owned by the lane's thread. */
final class OpenCut {
  /** A cut comes early when the dead letters and single samples that wait for it hold this much. */
  private static final long MAX_HELD_BYTES = 4L << 20;

  /** Or when it has this many sums. */
  private static final int MAX_SUMS = 50_000;

  private final long number;
  private final SeriesKeys seriesKeys;
  private final Map<DeltaKey, LossSummary> sums = new LinkedHashMap<>();
  private final Map<DeltaKey, LossSummary> labelSums = new LinkedHashMap<>();
  private final List<SampleDelta> samples = new ArrayList<>();
  private final List<SampleDelta> labelSamples = new ArrayList<>();
  private final List<DeadLetter> deadLetters = new ArrayList<>();
  private final Tally tally = new Tally();
  private long heldBytes;

  private OpenCut(long number, SeriesKeys seriesKeys) {
    this.number = number;
    this.seriesKeys = seriesKeys;
  }

  static OpenCut first() {
    return new OpenCut(0, new SeriesKeys());
  }

  OpenCut next() {
    return new OpenCut(number + 1, seriesKeys);
  }

  /** Counts the cuts of this lane. */
  long number() {
    return number;
  }

  /** Adds what a record of predictions says. */
  void add(MonitorPlan plan, BatchHeader header, long paneMillis, LossSummary delta) {
    add(sums, plan, header, paneMillis, delta);
  }

  /**
   * Adds what a label says that came later than its predictions. What those have added in this same
   * cut is not yet told, so it belongs beside it: nobody shall see a sample taken back before it
   * was counted.
   *
   * @param predictionsCut the cut that the predictions are in
   */
  void addLabelled(
      long predictionsCut,
      MonitorPlan plan,
      BatchHeader header,
      long paneMillis,
      LossSummary delta) {
    add(predictionsCut == number ? sums : labelSums, plan, header, paneMillis, delta);
  }

  private void add(
      Map<DeltaKey, LossSummary> to,
      MonitorPlan plan,
      BatchHeader header,
      long paneMillis,
      LossSummary delta) {
    for (String series : seriesKeys.of(plan, header)) {
      to.computeIfAbsent(
              new DeltaKey(series, plan.fingerprint(), paneMillis), key -> new LossSummary())
          .merge(delta);
    }
  }

  /** Adds single samples of predictions, if there are any. */
  void add(MonitorPlan plan, BatchHeader header, long eventTimeMillis, @Nullable SampleRun run) {
    add(samples, plan, header, eventTimeMillis, run);
  }

  /**
   * Adds single samples whose label came later, if there are any.
   *
   * @param predictionsCut as in {@link #addLabelled}
   */
  void addLabelled(
      long predictionsCut,
      MonitorPlan plan,
      BatchHeader header,
      long eventTimeMillis,
      @Nullable SampleRun run) {
    add(predictionsCut == number ? samples : labelSamples, plan, header, eventTimeMillis, run);
  }

  private void add(
      List<SampleDelta> to,
      MonitorPlan plan,
      BatchHeader header,
      long eventTimeMillis,
      @Nullable SampleRun run) {
    if (run == null || run.size() == 0) {
      return;
    }
    for (String series : seriesKeys.of(plan, header)) {
      to.add(new SampleDelta(series, plan.fingerprint(), eventTimeMillis, run));
      heldBytes += run.sizeBytes();
    }
  }

  List<SampleDelta> samples() {
    return samples;
  }

  List<SampleDelta> labelSamples() {
    return labelSamples;
  }

  void refuse(SourceRecord source, RefusedException refusal) {
    DeadLetter letter = DeadLetter.of(source, refusal);
    deadLetters.add(letter);
    heldBytes += letter.source().sizeBytes();
    tally.refuse(refusal.reason());
  }

  Map<DeltaKey, LossSummary> sums() {
    return sums;
  }

  Map<DeltaKey, LossSummary> labelSums() {
    return labelSums;
  }

  List<DeadLetter> deadLetters() {
    return deadLetters;
  }

  Tally tally() {
    return tally;
  }

  /**
   * True if it shall not grow much more.
   *
   * @param changedBytes of memory that go with it
   */
  boolean isLarge(long changedBytes) {
    return heldBytes + changedBytes >= MAX_HELD_BYTES || sums.size() + labelSums.size() >= MAX_SUMS;
  }
}
