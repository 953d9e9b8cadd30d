package io.losswatch.stream.fold;

import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.window.WindowPlan;
import io.losswatch.stream.TimeSettings;
import io.losswatch.stream.evaluate.MonitorPlan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The arithmetic of event time in hop 1. Immutable. */
final class PaneClock {
  /**
   * Year 1: a time before it is no time of an event, and further back the arithmetic of panes would
   * overflow.
   */
  private static final long EARLIEST_MILLIS = -62_135_596_800_000L;

  private final List<MonitorPlan> plans;
  private final long outOfOrderMillis;
  private final long idleAfterMillis;
  private final long futureMillis;

  PaneClock(List<MonitorPlan> plans, TimeSettings time) {
    this.plans = plans;
    this.outOfOrderMillis = time.maxOutOfOrderness().toMillis();
    this.idleAfterMillis = time.idleAfter().toMillis();
    this.futureMillis = time.futureTolerance().toMillis();
  }

  /**
   * Why a time is none; null if it is one.
   *
   * @param field where it stands
   */
  @Nullable RefusedException noTime(String field, long timeMillis, long wallClockMillis) {
    if (timeMillis < EARLIEST_MILLIS) {
      return new RefusedException(
          Reason.BAD_VALUE, field + " " + timeMillis + " is before the year 1");
    }
    if (timeMillis > wallClockMillis + futureMillis) {
      return new RefusedException(
          Reason.FUTURE_TIME,
          field + " is " + (timeMillis - wallClockMillis) + " ms beyond the wall clock");
    }
    return null;
  }

  /** True if some monitor watches this model. */
  boolean isWatched(String model) {
    return plans.stream().anyMatch(plan -> plan.wants(model));
  }

  /** Kafka's timestamp, which any producer may have invented, within what can be reckoned with. */
  long stamp(long timestampMillis, long wallClockMillis) {
    return Math.max(EARLIEST_MILLIS, Math.min(timestampMillis, wallClockMillis));
  }

  /** What an event says of the watermark. */
  long watermark(long eventTimeMillis, long wallClockMillis) {
    return Math.min(eventTimeMillis, wallClockMillis) - outOfOrderMillis;
  }

  /** What silence up to a time says of the watermark. */
  long idleWatermark(long silentUntilMillis) {
    return silentUntilMillis - idleAfterMillis - outOfOrderMillis;
  }

  /**
   * True if the side of a lane whose watermark is {@code ahead} shall wait for the other: it reads
   * a backlog, and is further ahead than silence of the other could explain.
   */
  boolean mustWait(long ahead, long behind, long wallClockMillis) {
    long limitMillis = 2 * (idleAfterMillis + outOfOrderMillis);
    return ahead != PaneMemory.SILENT
        && behind != PaneMemory.SILENT
        && ahead - behind > limitMillis
        && wallClockMillis - ahead > limitMillis;
  }

  boolean isSilence(long sinceMillis, long untilMillis) {
    return untilMillis - sinceMillis >= idleAfterMillis;
  }

  /** True if every window of the monitor that holds the event time is final by this watermark. */
  boolean isTooLate(MonitorPlan plan, long eventTimeMillis, long watermark) {
    WindowPlan windows = plan.windows();
    return watermark != PaneMemory.SILENT
        && windows.isTooLate(windows.paneStartMillis(eventTimeMillis), watermark);
  }

  /**
   * True if, between the two watermarks, some monitor's pane ends or the lateness of one that ended
   * is over.
   */
  boolean isCrossing(long before, long after) {
    if (before == after) {
      return false;
    }
    if (before == PaneMemory.SILENT) {
      return true;
    }
    for (MonitorPlan plan : plans) {
      long latenessMillis = plan.windows().lateness().allowedMillis();
      if (pane(plan, before) != pane(plan, after)
          || pane(plan, before - latenessMillis) != pane(plan, after - latenessMillis)) {
        return true;
      }
    }
    return false;
  }

  private static long pane(MonitorPlan plan, long timeMillis) {
    return plan.windows().paneStartMillis(timeMillis);
  }
}
