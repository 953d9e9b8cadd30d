package io.losswatch.stream.fold;

import io.losswatch.core.batch.BatchHeader;
import io.losswatch.core.batch.LateLabels;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.window.LossSummary;
import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.Portion.OffsetRange;
import io.losswatch.stream.consume.SourceRecord;
import io.losswatch.stream.decode.Decoded;
import io.losswatch.stream.decode.DecodedPortion;
import io.losswatch.stream.evaluate.Evaluated;
import io.losswatch.stream.evaluate.MonitorPlan;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The labels' side of a lane of hop 1, and what single batches are remembered for. Mutable; owned
 * by the lane's thread.
 */
final class OpenLabels implements LateJoin.Folding {
  private final @Nullable Lane companion;
  private final PaneMemory memory;
  private final PaneClock clock;
  private final Supplier<OpenCut> cut;
  private final LateJoin join;
  private final PoisonSpan poison;
  private long fromOffset;
  private long toOffset;

  OpenLabels(
      Lane lane,
      PaneMemory memory,
      PaneClock clock,
      LateLabelling labelling,
      Supplier<OpenCut> cut) {
    this.companion = lane.companion();
    this.memory = memory;
    this.clock = clock;
    this.cut = cut;
    this.join = new LateJoin(memory, labelling.settings(), labelling.evaluator(), this);
    this.poison = new PoisonSpan(clock);
    this.fromOffset = labelling.labelsFrom();
    this.toOffset = labelling.labelsFrom();
    memory.late().assemble(companion == null ? null : companion.source());
  }

  /** True if this batch does not count for a monitor. */
  boolean isRepeated(MonitorPlan plan, BatchHeader header) {
    return plan.monitor().deduplicates() && memory.late().knows(header);
  }

  /** A batch has come and is counted. */
  void arrived(SourceRecord source, BatchHeader header, Place place, long samples) {
    join.arrived(source, header, place, samples, cut.get().number());
  }

  /** The watermark of predictions may have moved. */
  void expire() {
    join.expire();
  }

  /** True if a portion of labels from here leaves none out. */
  boolean follows(long offset) {
    return offset == toOffset;
  }

  /** A hole that retention tore. */
  void skipTo(long offset) {
    fromOffset = offset;
  }

  void fold(DecodedPortion<LateLabels> decoded) {
    toOffset = decoded.portion().range().to();
    long nowMillis = decoded.portion().wallClockMillis();
    for (Decoded<LateLabels> record : decoded.records()) {
      fold(record, nowMillis);
    }
    if (decoded.portion().idle()) {
      raise(clock.idleWatermark(nowMillis));
    }
  }

  /** In a backlog the side that is ahead waits, so that not all of it has to be remembered. */
  void balance(Lane lane, long nowMillis) {
    if (companion != null) {
      long predictions = memory.watermark();
      long labels = memory.late().watermark();
      lane.hold(clock.mustWait(predictions, labels, nowMillis));
      companion.hold(clock.mustWait(labels, predictions, nowMillis));
    }
  }

  private void fold(Decoded<LateLabels> record, long nowMillis) {
    cut.get().tally().read();
    LateLabels late = record.value();
    RefusedException refusal = refusal(record, nowMillis);
    if (late == null || refusal != null) {
      refuse(record.source(), Objects.requireNonNull(refusal));
      raise(poison.extend(record.source().timestampMillis(), nowMillis));
      return;
    }
    if (clock.isWatched(late.target().model())) {
      join.labelled(record.source(), late);
    } else {
      cut.get().tally().skip();
    }
    poison.end();
    raise(clock.watermark(late.labelTimeMillis(), nowMillis));
  }

  private @Nullable RefusedException refusal(Decoded<LateLabels> record, long nowMillis) {
    LateLabels late = record.value();
    if (late != null) {
      return clock.noTime("label_time", late.labelTimeMillis(), nowMillis);
    }
    RefusedException refusal = record.refusal();
    return refusal == null ? new RefusedException(Reason.MALFORMED_RECORD, "unreadable") : refusal;
  }

  private void raise(long watermark) {
    memory.late().raiseWatermark(watermark);
    join.expire();
  }

  @Override
  public void fold(LateJoin.Joined joined) {
    BatchHeader header = joined.labelled().header();
    int tooLate = 0;
    int counted = 0;
    for (Evaluated.Evaluation evaluation : joined.evaluated().evaluations()) {
      MonitorPlan plan = evaluation.plan();
      if (!plan.monitor().deduplicates() || !joined.batch().identity().getRepeated()) {
        boolean late = isTooLate(plan, joined);
        tooLate += late && plan.windows().lasts().isEmpty() ? 1 : 0;
        counted++;
        add(evaluation, joined, header, late);
      }
    }
    if (counted > 0 && counted == tooLate) {
      refuse(joined.evaluated().source(), tooLate(joined));
    } else if (counted > 0) {
      LossSummary first = joined.evaluated().evaluations().get(0).summary();
      long samples = OpenDeltas.samplesOf(first) - first.unlabeledCount();
      cut.get().tally().sampled(samples, -samples);
    }
  }

  private boolean isTooLate(MonitorPlan plan, LateJoin.Joined joined) {
    return clock.isTooLate(plan, timeOf(plan, joined), memory.watermark());
  }

  private static long timeOf(MonitorPlan plan, LateJoin.Joined joined) {
    return plan.monitor().isByLabelTime()
        ? joined.labelTimeMillis()
        : joined.batch().place().timeMillis();
  }

  /**
   * Takes back that the samples have no label, and counts them. In a window that is final they stay
   * without one: a sample has one fate.
   */
  private void add(
      Evaluated.Evaluation evaluation, LateJoin.Joined joined, BatchHeader header, boolean late) {
    MonitorPlan plan = evaluation.plan();
    LossSummary delta = evaluation.summary();
    long samples = plan.monitor().loss().sampleCount(joined.labelled().predictions());
    boolean isByLabelTime = plan.monitor().isByLabelTime();
    if (late) {
      cut.get().tally().late(samples);
      delta = new LossSummary();
      delta.addLate(isByLabelTime ? samples : 0);
    } else {
      delta.addUnlabeled(isByLabelTime ? 0 : -samples);
      delta.addLabelLatency(
          samples, joined.labelTimeMillis() - joined.batch().place().timeMillis());
    }
    long cutOfBatch = joined.batch().cut();
    cut.get().addLabelled(cutOfBatch, plan, header, timeOf(plan, joined), evaluation.samples());
    if (!delta.isEmpty()) {
      long time = late ? memory.watermark() : timeOf(plan, joined);
      long pane = plan.windows().paneStartMillis(time);
      cut.get().addLabelled(cutOfBatch, plan, header, pane, delta);
    }
  }

  private RefusedException tooLate(LateJoin.Joined joined) {
    return new RefusedException(
        Reason.TOO_LATE,
        "the predictions are "
            + (memory.watermark() - joined.batch().place().timeMillis())
            + " ms behind the watermark, every window of them is final");
  }

  @Override
  public void refuse(SourceRecord source, RefusedException refusal) {
    cut.get().refuse(source, refusal);
  }

  @Override
  public LateTally tally() {
    return cut.get().tally().lateLabels();
  }

  /** True if there is something to cut off besides predictions. */
  boolean hasNews() {
    return toOffset > fromOffset || memory.late().hasChanges();
  }

  /**
   * What goes with a cut.
   *
   * @param isNews true if something is written; how far labels are read goes along
   */
  PaneDeltas.Beside cut(boolean isNews) {
    List<StateChange> changes = memory.late().drainChanges();
    if (companion == null) {
      return new PaneDeltas.Beside(null, changes);
    }
    PaneDeltas.LabelDeltas labels =
        new PaneDeltas.LabelDeltas(
            companion.source(),
            new OffsetRange(fromOffset, toOffset),
            cut.get().labelSums(),
            cut.get().labelSamples());
    if (isNews) {
      changes.add(memory.late().position(toOffset));
    }
    fromOffset = toOffset;
    return new PaneDeltas.Beside(labels, changes);
  }
}
