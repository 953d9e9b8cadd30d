package io.losswatch.stream.fold;

import io.losswatch.core.batch.BatchHeader;
import io.losswatch.core.batch.LateLabels;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.window.LossSummary;
import io.losswatch.stream.consume.CommitGrid;
import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.Portion;
import io.losswatch.stream.consume.Portion.OffsetRange;
import io.losswatch.stream.consume.SourceRecord;
import io.losswatch.stream.decode.DecodedPortion;
import io.losswatch.stream.evaluate.Evaluated;
import io.losswatch.stream.evaluate.EvaluatedPortion;
import io.losswatch.stream.evaluate.MonitorPlan;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a lane of hop 1 has folded since its last cut. Mutable; owned by the lane's thread. */
final class OpenDeltas {
  private final Lane lane;
  private final PaneMemory memory;
  private final PaneClock clock;
  private final PoisonSpan poison;
  private final @Nullable OpenLabels labels;
  private OpenCut open = OpenCut.first();
  private boolean idle;
  private long fromOffset;
  private long toOffset;
  private long cutMillis = Long.MIN_VALUE / 2;
  private long watermarkAtCut;
  private boolean announced;
  private long announcedMillis;

  /** Of a lane whose labels come inside the predictions, and which knows no batch again. */
  OpenDeltas(Lane lane, PaneMemory memory, long fromOffset, PaneClock clock) {
    this(lane, memory, fromOffset, clock, null);
  }

  OpenDeltas(
      Lane lane,
      PaneMemory memory,
      long fromOffset,
      PaneClock clock,
      @Nullable LateLabelling labelling) {
    this.lane = lane;
    this.memory = memory;
    this.clock = clock;
    this.poison = new PoisonSpan(clock);
    this.labels =
        labelling == null ? null : new OpenLabels(lane, memory, clock, labelling, () -> open);
    this.fromOffset = fromOffset;
    this.toOffset = fromOffset;
    this.watermarkAtCut = memory.watermark();
  }

  /**
   * Folds a portion.
   *
   * @return what is cut off now, or null if the cut is not due or there is nothing to tell
   */
  @Nullable PaneDeltas fold(EvaluatedPortion evaluated, CommitGrid commits) {
    Portion portion = evaluated.portion();
    long nowMillis = portion.wallClockMillis();
    PaneDeltas cut = null;
    if (portion.range().from() != toOffset) {
      // a hole that retention tore: it must not look as if it had been counted
      cut = hasNews(nowMillis) ? cut(nowMillis, false) : null;
      fromOffset = portion.range().from();
    }
    toOffset = portion.range().to();
    idle = portion.idle() || (idle && evaluated.records().isEmpty());
    for (Evaluated record : evaluated.records()) {
      fold(record, nowMillis);
    }
    if (portion.idle()) {
      raiseWatermark(clock.idleWatermark(nowMillis));
    }
    return cut == null ? cutIfDue(nowMillis, commits) : cut;
  }

  /**
   * Folds a portion of the lane's companion.
   *
   * @return as {@link #fold}
   */
  @Nullable PaneDeltas foldLabels(DecodedPortion<LateLabels> decoded, CommitGrid commits) {
    OpenLabels side = Objects.requireNonNull(labels);
    Portion portion = decoded.portion();
    long nowMillis = portion.wallClockMillis();
    PaneDeltas cut = null;
    if (!side.follows(portion.range().from())) {
      cut = hasNews(nowMillis) ? cut(nowMillis, false) : null;
      side.skipTo(portion.range().from());
    }
    side.fold(decoded);
    return cut == null ? cutIfDue(nowMillis, commits) : cut;
  }

  private @Nullable PaneDeltas cutIfDue(long nowMillis, CommitGrid commits) {
    if (labels != null) {
      labels.balance(lane, nowMillis);
    }
    return isDue(nowMillis, commits) && hasNews(nowMillis) ? cut(nowMillis, false) : null;
  }

  private void raiseWatermark(long candidate) {
    memory.raiseWatermark(candidate);
    if (labels != null) {
      labels.expire();
    }
  }

  /** What is left when the lane ends. */
  PaneDeltas last() {
    return cut(cutMillis, true);
  }

  private boolean isDue(long nowMillis, CommitGrid commits) {
    // two sides may bring their portions in another order than polled
    return commits.isDue(cutMillis, nowMillis) || open.isLarge(memory.late().changedBytes());
  }

  private boolean hasNews(long nowMillis) {
    return toOffset > fromOffset || isToBeTold(nowMillis) || (labels != null && labels.hasNews());
  }

  /**
   * True if all must hear of the watermark: it has crossed something, or the lane is new, or
   * nothing was said for long. A paused source says where it stands, lest somebody waits for it who
   * cannot know.
   */
  private boolean isToBeTold(long nowMillis) {
    long watermark = memory.watermark();
    return watermark != PaneMemory.SILENT
        && (!announced
            || clock.isCrossing(watermarkAtCut, watermark)
            || clock.isTellingDue(announcedMillis, nowMillis));
  }

  private PaneDeltas cut(long nowMillis, boolean last) {
    long watermark = memory.watermark();
    boolean crossing = isToBeTold(nowMillis);
    announced |= crossing;
    announcedMillis = crossing ? nowMillis : announcedMillis;
    open.tally().stand(Tally.Standing.reading(watermark, idle, memory.late().waiting()));
    PaneDeltas.Beside beside =
        labels == null
            ? PaneDeltas.Beside.NOTHING
            : labels.cut(crossing || toOffset > fromOffset || labels.hasNews());
    PaneDeltas.Cut where =
        new PaneDeltas.Cut(
            new OffsetRange(fromOffset, toOffset), watermark, crossing, last, beside);
    PaneDeltas deltas =
        new PaneDeltas(lane, where, open.sums(), open.deadLetters(), open.tally(), open.samples());
    open = open.next();
    fromOffset = toOffset;
    watermarkAtCut = watermark;
    cutMillis = nowMillis;
    return deltas;
  }

  private void fold(Evaluated record, long nowMillis) {
    open.tally().read();
    BatchHeader header = record.header();
    if (header == null) {
      foldPoison(record.source(), refusalOf(record), nowMillis);
      return;
    }
    long eventTime = header.eventTimeMillis().orElse(record.source().timestampMillis());
    RefusedException noTime = clock.noTime("event_time", eventTime, nowMillis);
    if (noTime != null) {
      foldPoison(record.source(), noTime, nowMillis);
      return;
    }
    foldEvaluations(record, header, eventTime);
    poison.end();
    raiseWatermark(clock.watermark(eventTime, nowMillis));
  }

  private static RefusedException refusalOf(Evaluated record) {
    RefusedException refusal = record.refusal();
    return refusal == null ? new RefusedException(Reason.MALFORMED_RECORD, "unreadable") : refusal;
  }

  private void foldPoison(SourceRecord source, RefusedException refusal, long nowMillis) {
    open.refuse(source, refusal);
    raiseWatermark(poison.extend(source.timestampMillis(), nowMillis));
  }

  private void foldEvaluations(Evaluated record, BatchHeader header, long eventTime) {
    int tooLate = 0;
    int repeated = 0;
    for (Evaluated.Evaluation evaluation : record.evaluations()) {
      if (labels != null && labels.isRepeated(evaluation.plan(), header)) {
        repeated++;
      } else {
        tooLate += fold(evaluation, header, eventTime) ? 1 : 0;
      }
    }
    if (repeated > 0) {
      open.tally().lateLabels().repeatBatch();
    }
    settle(record, eventTime, new Fates(tooLate, repeated));
    int counted = record.evaluations().size() - tooLate - repeated;
    if (labels != null && counted > 0) {
      long unlabeled = record.evaluations().get(0).summary().unlabeledCount();
      Place place = new Place(eventTime, record.source().offset());
      labels.arrived(record.source(), header, place, unlabeled);
    }
  }

  /**
   * How many monitors a batch does not count for.
   *
   * @param tooLate since it came too late for them
   * @param repeated since they know it
   */
  private record Fates(int tooLate, int repeated) {}

  /** Returns whether it came too late. */
  private boolean fold(Evaluated.Evaluation evaluation, BatchHeader header, long eventTime) {
    MonitorPlan plan = evaluation.plan();
    LossSummary summary = evaluation.summary();
    if (awaitsLabelTime(plan, summary)) {
      return false;
    }
    boolean late = clock.isTooLate(plan, eventTime, memory.watermark());
    long pane = plan.windows().paneStartMillis(late ? memory.watermark() : eventTime);
    open.add(plan, header, pane, late ? lateOnly(summary) : summary);
    open.add(plan, header, eventTime, evaluation.samples());
    // a window of the last samples takes it whenever it comes
    return late && plan.windows().lasts().isEmpty();
  }

  /** True if the samples count when their labels come. */
  private boolean awaitsLabelTime(MonitorPlan plan, LossSummary summary) {
    return lane.companion() != null
        && plan.monitor().isByLabelTime()
        && summary.unlabeledCount() > 0;
  }

  private LossSummary lateOnly(LossSummary summary) {
    LossSummary late = new LossSummary();
    late.addLate(samplesOf(summary));
    open.tally().late(samplesOf(summary));
    return late;
  }

  static long samplesOf(LossSummary summary) {
    return summary.count()
        + summary.ignored()
        + summary.nanCount()
        + summary.infCount()
        + summary.unlabeledCount();
  }

  private void settle(Evaluated record, long eventTime, Fates fates) {
    RefusedException refusal = record.refusal();
    int evaluations = record.evaluations().size();
    if (refusal != null) {
      open.refuse(record.source(), refusal);
    } else if (evaluations == 0) {
      open.tally().skip();
    } else if (fates.tooLate() > 0 && fates.tooLate() + fates.repeated() == evaluations) {
      open.refuse(
          record.source(),
          new RefusedException(
              Reason.TOO_LATE,
              "event_time is "
                  + (memory.watermark() - eventTime)
                  + " ms behind the watermark, every window of it is final"));
    } else if (fates.repeated() < evaluations) {
      LossSummary summary = record.evaluations().get(0).summary();
      open.tally().sampled(samplesOf(summary) - summary.unlabeledCount(), summary.unlabeledCount());
    }
  }
}
