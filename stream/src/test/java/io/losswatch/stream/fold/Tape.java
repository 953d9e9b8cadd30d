package io.losswatch.stream.fold;

import io.losswatch.core.batch.BatchHeader;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.window.LossSummary;
import io.losswatch.core.window.SampleRun;
import io.losswatch.stream.consume.Portion;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.consume.SourceRecord;
import io.losswatch.stream.evaluate.Evaluated;
import io.losswatch.stream.evaluate.EvaluatedPortion;
import io.losswatch.stream.evaluate.MonitorPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What a partition brings to hop 1's fold, offset by offset. */
final class Tape {
  static final SourcePartition SOURCE = new SourcePartition("predictions", 3);

  private final List<MonitorPlan> plans;
  private final List<Evaluated> waiting = new ArrayList<>();
  private Map<String, String> tags = Map.of();
  private long from;
  private long to;

  Tape(List<MonitorPlan> plans) {
    this.plans = plans;
  }

  /** Tags of the batches from here on. */
  Tape tagged(Map<String, String> newTags) {
    tags = newTags;
    return this;
  }

  /** A batch that every monitor takes, stamped by Kafka at its event time. */
  Tape batch(long eventTime, double... losses) {
    return batch(OptionalLong.of(eventTime), eventTime, null, losses);
  }

  /** A batch without an event time. */
  Tape untimed(long timestamp, double... losses) {
    return batch(OptionalLong.empty(), timestamp, null, losses);
  }

  /** A batch that some monitor refused and the others took. */
  Tape halfRefused(long eventTime, double... losses) {
    RefusedException refusal = new RefusedException(Reason.WRONG_KIND, "monitor other: no");
    return batch(OptionalLong.of(eventTime), eventTime, refusal, losses);
  }

  private Tape batch(
      OptionalLong eventTime,
      long timestamp,
      @Nullable RefusedException refusal,
      double... losses) {
    LossSummary summary = new LossSummary();
    for (double loss : losses) {
      summary.add(loss, 1);
    }
    List<Evaluated.Evaluation> evaluations =
        plans.stream()
            .map(plan -> new Evaluated.Evaluation(plan, summary, run(plan, losses)))
            .toList();
    return put(timestamp, eventTime, evaluations, refusal);
  }

  private static @Nullable SampleRun run(MonitorPlan plan, double... losses) {
    return plan.windows().lasts().isEmpty() ? null : SampleRun.of(losses, new double[0], 0);
  }

  Tape unlabeled(long eventTime, long samples) {
    LossSummary summary = new LossSummary();
    summary.addUnlabeled(samples);
    List<Evaluated.Evaluation> evaluations =
        plans.stream().map(plan -> new Evaluated.Evaluation(plan, summary)).toList();
    return put(eventTime, OptionalLong.of(eventTime), evaluations, null);
  }

  /** A batch that no monitor wants. */
  Tape unwanted(long eventTime) {
    return put(eventTime, OptionalLong.of(eventTime), List.of(), null);
  }

  private Tape put(
      long timestamp,
      OptionalLong eventTime,
      List<Evaluated.Evaluation> evaluations,
      @Nullable RefusedException refusal) {
    BatchHeader header = new BatchHeader("digits", "1", eventTime, null, tags);
    waiting.add(new Evaluated(record(timestamp, 1), header, evaluations, refusal));
    return this;
  }

  /** A record that cannot be read. */
  Tape poison(long timestamp) {
    return poison(timestamp, 1);
  }

  Tape poison(long timestamp, int bytes) {
    RefusedException refusal = new RefusedException(Reason.MALFORMED_RECORD, "torn");
    waiting.add(new Evaluated(record(timestamp, bytes), null, List.of(), refusal));
    return this;
  }

  private SourceRecord record(long timestamp, int bytes) {
    SourceRecord.Payload value = new SourceRecord.Payload(new byte[bytes + 2], 1, bytes);
    return new SourceRecord(
        SOURCE, to++, timestamp, null, new SourceRecord.Content(value, List.of()));
  }

  /** Offsets that a transaction's marker or compaction took: they are read, and hold no record. */
  Tape empty(long offsets) {
    to += offsets;
    return this;
  }

  /** Offsets that retention took before they were read. */
  Tape hole(long offsets) {
    to += offsets;
    from = to;
    return this;
  }

  /** Offset of the next record. */
  long position() {
    return to;
  }

  /** The portion of all that was put since the last one. */
  EvaluatedPortion polled(long wallClockMillis) {
    return portion(wallClockMillis, false);
  }

  /** Nothing came, for long. */
  EvaluatedPortion idle(long wallClockMillis) {
    return portion(wallClockMillis, true);
  }

  private EvaluatedPortion portion(long wallClockMillis, boolean idle) {
    List<Evaluated> records = List.copyOf(waiting);
    waiting.clear();
    Portion.OffsetRange range = new Portion.OffsetRange(from, to);
    from = to;
    long sizeBytes = records.stream().mapToLong(each -> each.source().sizeBytes()).sum();
    List<SourceRecord> sources = records.stream().map(Evaluated::source).toList();
    return new EvaluatedPortion(
        new Portion(sources, range, wallClockMillis, idle, sizeBytes), records);
  }
}
