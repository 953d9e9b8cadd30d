package io.losswatch.deploy.audit;

import io.losswatch.core.batch.Reason;
import io.losswatch.stream.evaluate.MonitorPlan;
import io.losswatch.stream.fold.DeltaKey;
import java.time.Instant;
import java.util.List;

/** Whether what is refused is a dead letter once, and nothing else is one. Mutable; one thread. */
final class LetterAudit {
  /** Earlier times are none of an event. */
  private static final long YEAR_1 = Instant.parse("0001-01-01T00:00:00Z").toEpochMilli();

  private final DeadLetters letters;
  private final Findings findings;

  LetterAudit(DeadLetters letters, Findings findings) {
    this.letters = letters;
    this.findings = findings;
  }

  /** Records that are not judged: their dead letters are not either. */
  void pass(Range range, List<Recounted> records) {
    records.forEach(record -> letters.take(range.source(), record.offset()));
  }

  /**
   * Of labels that can be read: whether their batch refuses them is seen when they are joined, so a
   * letter of them is believed, but only one.
   */
  void passIfSound(Range range, Recounted record) {
    List<DeadLetters.Letter> found = letters.take(range.source(), record.offset());
    if (found.size() > 1) {
      refute(
          range,
          record,
          "has %d dead letters, %s and %s"
              .formatted(found.size(), found.get(0).position(), found.get(1).position()));
    }
  }

  /** Judges the record's dead letters; true if its samples are to be counted, or told as late. */
  boolean isCounted(Range range, Recounted record) {
    List<DeadLetters.Letter> found = letters.take(range.source(), record.offset());
    if (found.size() > 1) {
      refute(
          range,
          record,
          "has %d dead letters, %s and %s"
              .formatted(found.size(), found.get(0).position(), found.get(1).position()));
    }
    String reason = found.isEmpty() ? "" : found.get(0).reason();
    if (isNoTime(record, reason)) {
      if (found.isEmpty()) {
        missing(range, record, Reason.BAD_VALUE);
      }
      return false;
    }
    if (record.refusal() != null) {
      judgeRefused(range, record, reason);
    } else if (!reason.isEmpty() && !isTooLate(range, record, reason)) {
      refute(range, record, "is a dead letter (" + reason + "), but nothing is wrong with it");
    }
    return true;
  }

  /** The wall clock of that time is not known: a letter's word is taken for it. */
  private static boolean isNoTime(Recounted record, String reason) {
    return record.isReadable()
        && (record.eventTimeMillis() < YEAR_1 || reason.equals(Reason.FUTURE_TIME.code()));
  }

  private void judgeRefused(Range range, Recounted record, String reason) {
    Reason refusal = record.refusal();
    if (refusal == null) {
      return;
    }
    if (reason.isEmpty()) {
      missing(range, record, refusal);
    } else if (!reason.equals(refusal.code())) {
      refute(
          range,
          record,
          "is a dead letter for %s, but it must be for %s".formatted(reason, refusal.code()));
    }
  }

  private static boolean isTooLate(Range range, Recounted record, String reason) {
    return reason.equals(Reason.TOO_LATE.code())
        && record.shares().stream().allMatch(share -> mayBeLate(range, share.plan(), share.key()));
  }

  private static boolean mayBeLate(Range range, MonitorPlan plan, DeltaKey key) {
    return plan.windows().lasts().isEmpty()
        && plan.windows().isTooLate(key.paneStartMillis(), range.watermarkMillis());
  }

  private void missing(Range range, Recounted record, Reason reason) {
    if (letters.isTrimmed()) {
      leaveOpen(range, record, "has no dead letter; retention may have deleted it");
    } else {
      refute(range, record, "is refused (" + reason.code() + "), but has no dead letter");
    }
  }

  private void refute(Range range, Recounted record, String what) {
    String why = "%s@%d %s".formatted(range.source(), record.offset(), what);
    findings.source(range.source()).refute(why);
    record.shares().forEach(share -> findings.series(share.key().series()).refute(why));
  }

  private void leaveOpen(Range range, Recounted record, String what) {
    String why = "%s@%d %s".formatted(range.source(), record.offset(), what);
    findings.source(range.source()).leaveOpen(why);
  }
}
