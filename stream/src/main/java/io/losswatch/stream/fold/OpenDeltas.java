package io.losswatch.stream.fold;

import io.losswatch.core.batch.BatchHeader;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.window.LossSummary;
import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.Portion;
import io.losswatch.stream.consume.Portion.OffsetRange;
import io.losswatch.stream.consume.SourceRecord;
import io.losswatch.stream.evaluate.Evaluated;
import io.losswatch.stream.evaluate.EvaluatedPortion;
import io.losswatch.stream.evaluate.MonitorPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a lane of hop 1 has folded since its last cut. Mutable; owned by the lane's thread. */
final class OpenDeltas {
  /** A cut comes early when the dead letters that wait for it hold this much. */
  private static final long MAX_HELD_BYTES = 4L << 20;

  /** Or when it has this many sums. */
  private static final int MAX_SUMS = 50_000;

  private static final long NEVER = Long.MIN_VALUE;

  private final Lane lane;
  private final PaneMemory memory;
  private final PaneClock clock;
  private final SeriesKeys seriesKeys = new SeriesKeys();
  private Map<DeltaKey, LossSummary> sums = new LinkedHashMap<>();
  private List<DeadLetter> deadLetters = new ArrayList<>();
  private Tally tally = new Tally();
  private long heldBytes;
  private boolean idle;
  private long fromOffset;
  private long toOffset;
  private long cutMillis = Long.MIN_VALUE / 2;
  private long watermarkAtCut;
  private boolean announced;
  private long announcedMillis;
  private long poisonedSinceMillis = NEVER;

  OpenDeltas(Lane lane, PaneMemory memory, long fromOffset, PaneClock clock) {
    this.lane = lane;
    this.memory = memory;
    this.clock = clock;
    this.fromOffset = fromOffset;
    this.toOffset = fromOffset;
    this.watermarkAtCut = memory.watermark();
  }

  /**
   * Folds a portion.
   *
   * @return what is cut off now, or null if the cut is not due or there is nothing to tell
   */
  @Nullable PaneDeltas fold(EvaluatedPortion evaluated, long commitIntervalMillis) {
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
      memory.raiseWatermark(clock.idleWatermark(nowMillis));
    }
    if (cut == null && isDue(nowMillis, commitIntervalMillis) && hasNews(nowMillis)) {
      cut = cut(nowMillis, false);
    }
    return cut;
  }

  /** What is left when the lane ends. */
  PaneDeltas last() {
    return cut(cutMillis, true);
  }

  private boolean isDue(long nowMillis, long commitIntervalMillis) {
    return nowMillis - cutMillis >= commitIntervalMillis
        // the clock was set back
        || nowMillis < cutMillis
        || heldBytes >= MAX_HELD_BYTES
        || sums.size() >= MAX_SUMS;
  }

  private boolean hasNews(long nowMillis) {
    return toOffset > fromOffset || isToBeTold(nowMillis);
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
    tally.stand(Tally.Standing.reading(watermark, idle));
    PaneDeltas.Cut where =
        new PaneDeltas.Cut(new OffsetRange(fromOffset, toOffset), watermark, crossing, last);
    PaneDeltas deltas = new PaneDeltas(lane, where, sums, deadLetters, tally);
    sums = new LinkedHashMap<>();
    deadLetters = new ArrayList<>();
    tally = new Tally();
    heldBytes = 0;
    fromOffset = toOffset;
    watermarkAtCut = watermark;
    cutMillis = nowMillis;
    return deltas;
  }

  private void fold(Evaluated record, long nowMillis) {
    tally.read();
    BatchHeader header = record.header();
    if (header == null) {
      foldPoison(record.source(), refusalOf(record), nowMillis);
      return;
    }
    long eventTime = header.eventTimeMillis().orElse(record.source().timestampMillis());
    RefusedException noTime = noTime(eventTime, nowMillis);
    if (noTime != null) {
      foldPoison(record.source(), noTime, nowMillis);
      return;
    }
    foldEvaluations(record, header, eventTime);
    poisonedSinceMillis = NEVER;
    memory.raiseWatermark(clock.watermark(eventTime, nowMillis));
  }

  private static RefusedException refusalOf(Evaluated record) {
    RefusedException refusal = record.refusal();
    return refusal == null ? new RefusedException(Reason.MALFORMED_RECORD, "unreadable") : refusal;
  }

  /** Why a time is none; null if it is one. */
  private @Nullable RefusedException noTime(long eventTime, long nowMillis) {
    if (clock.isNoTime(eventTime)) {
      return new RefusedException(
          Reason.BAD_VALUE, "event_time " + eventTime + " is before the year 1");
    }
    if (clock.isFuture(eventTime, nowMillis)) {
      return new RefusedException(
          Reason.FUTURE_TIME,
          "event_time is " + (eventTime - nowMillis) + " ms beyond the wall clock");
    }
    return null;
  }

  /**
   * Nothing but poison for as long as makes a partition idle moves the watermark as silence would:
   * a producer whose clock is ahead must not hold up the windows of all. Only stamps of poison are
   * compared, since those of another producer's records may lag behind them.
   */
  private void foldPoison(SourceRecord source, RefusedException refusal, long nowMillis) {
    refuse(source, refusal);
    long stampedMillis = clock.stamp(source.timestampMillis(), nowMillis);
    if (poisonedSinceMillis == NEVER) {
      poisonedSinceMillis = stampedMillis;
    } else if (clock.isSilence(poisonedSinceMillis, stampedMillis)) {
      memory.raiseWatermark(clock.idleWatermark(stampedMillis));
    }
  }

  private void foldEvaluations(Evaluated record, BatchHeader header, long eventTime) {
    int tooLate = 0;
    for (Evaluated.Evaluation evaluation : record.evaluations()) {
      MonitorPlan plan = evaluation.plan();
      LossSummary summary = evaluation.summary();
      boolean late = clock.isTooLate(plan, eventTime, memory.watermark());
      long pane = plan.windows().paneStartMillis(late ? memory.watermark() : eventTime);
      LossSummary delta = late ? lateOnly(summary) : summary;
      for (String series : seriesKeys.of(plan, header)) {
        sums.computeIfAbsent(
                new DeltaKey(series, plan.fingerprint(), pane), key -> new LossSummary())
            .merge(delta);
      }
      tooLate += late ? 1 : 0;
    }
    settle(record, eventTime, tooLate);
  }

  private LossSummary lateOnly(LossSummary summary) {
    LossSummary late = new LossSummary();
    late.addLate(samplesOf(summary));
    tally.late(samplesOf(summary));
    return late;
  }

  private static long samplesOf(LossSummary summary) {
    return summary.count()
        + summary.ignored()
        + summary.nanCount()
        + summary.infCount()
        + summary.unlabeledCount();
  }

  private void settle(Evaluated record, long eventTime, int tooLate) {
    RefusedException refusal = record.refusal();
    if (refusal != null) {
      refuse(record.source(), refusal);
    } else if (record.evaluations().isEmpty()) {
      tally.skip();
    } else if (tooLate == record.evaluations().size()) {
      refuse(
          record.source(),
          new RefusedException(
              Reason.TOO_LATE,
              "event_time is "
                  + (memory.watermark() - eventTime)
                  + " ms behind the watermark, every window of it is final"));
    } else {
      LossSummary summary = record.evaluations().get(0).summary();
      tally.sampled(samplesOf(summary) - summary.unlabeledCount(), summary.unlabeledCount());
    }
  }

  private void refuse(SourceRecord source, RefusedException refusal) {
    DeadLetter letter = DeadLetter.of(source, refusal);
    deadLetters.add(letter);
    heldBytes += letter.source().sizeBytes();
    tally.refuse(refusal.reason());
  }
}
