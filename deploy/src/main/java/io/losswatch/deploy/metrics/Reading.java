package io.losswatch.deploy.metrics;

import io.losswatch.core.batch.Reason;
import io.losswatch.deploy.http.LossBoard;
import io.losswatch.schemas.RollingLoss;
import io.losswatch.stream.LateLabelCounts;
import io.losswatch.stream.LossStream;
import io.losswatch.stream.StreamCounts;
import io.losswatch.stream.StreamHealth;
import io.losswatch.stream.StreamUsage;
import io.losswatch.stream.consume.SourcePartition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** All numbers of one moment, by metric. */
@SuppressWarnings("LongDoubleConversion") // Prometheus knows nothing but doubles
final class Reading {
  private static final String EVALUATE = "evaluate";
  private static final String ROLL = "roll";
  private static final double NANOS = 1e9;

  private final Map<Metric, List<Sample>> samples = new EnumMap<>(Metric.class);

  private Reading() {}

  /** What a stream and its board say now. */
  static Reading of(LossStream stream, LossBoard board) {
    Reading reading = new Reading();
    StreamCounts counts = stream.counts();
    reading.input(counts);
    reading.output(counts.output());
    reading.interruptions(counts.interruptions());
    reading.labels(stream.lateLabelCounts());
    reading.usage(EVALUATE, stream.evaluateUsage());
    reading.usage(ROLL, stream.rollUsage());
    reading.put(Metric.LOGITS, stream.evaluateUsage().volume().predictions());
    reading.health(stream.health());
    reading.standing(counts.standing());
    reading.losses(board);
    return reading;
  }

  /** The numbers of a metric; none at the moment, perhaps. */
  List<Sample> of(Metric metric) {
    return samples.getOrDefault(metric, List.of());
  }

  private void input(StreamCounts counts) {
    put(Metric.RECORDS, counts.input().records());
    put(Metric.SAMPLES, counts.input().samples());
    put(Metric.UNLABELED, counts.input().unlabeled());
    put(Metric.LATE, counts.input().late());
    put(Metric.SKIPPED, counts.input().skipped());
    for (Reason reason : Reason.values()) {
      add(Metric.DEAD_LETTERS, counts.refused().getOrDefault(reason, 0L), reason.code());
    }
  }

  private void output(StreamCounts.Output output) {
    put(Metric.WINDOWS, output.windows().published());
    put(Metric.REVISIONS, output.windows().revisions());
    put(Metric.FINALS, output.windows().finals());
    put(Metric.CLOSINGS, output.windows().closings());
    put(Metric.OTHER_SAMPLES, output.other().samples());
    put(Metric.MISPLACED, output.misplaced());
    put(Metric.REPEATED, output.repeated());
  }

  private void interruptions(StreamCounts.Interruptions interruptions) {
    put(Metric.RESTARTS, interruptions.restarts());
    add(Metric.PAUSES, interruptions.backPressure(), "back-pressure");
    add(Metric.PAUSES, interruptions.skew(), "skew");
  }

  private void labels(LateLabelCounts labels) {
    put(Metric.LABELS_WAITED, labels.waiting());
    put(Metric.LABELS_JOINED, labels.joined());
    put(Metric.LABELS_EVICTED, labels.evicted());
    put(Metric.LABELS_EXPIRED, labels.expired());
    put(Metric.LABELS_REPEATED, labels.duplicates().labels());
    put(Metric.BATCHES_REPEATED, labels.duplicates().batches());
  }

  private void usage(String hop, StreamUsage usage) {
    add(Metric.BYTES, usage.volume().bytes(), hop);
    StreamUsage.Stages stages = usage.stages();
    add(Metric.STAGE_SECONDS, stages.decodeNanos() / NANOS, hop, "decode");
    if (hop.equals(EVALUATE)) {
      add(Metric.STAGE_SECONDS, stages.evaluateNanos() / NANOS, hop, "evaluate");
    }
    add(Metric.STAGE_SECONDS, stages.foldNanos() / NANOS, hop, "fold");
    add(Metric.STAGE_SECONDS, stages.commitNanos() / NANOS, hop, "commit");
    add(Metric.TRANSACTIONS, usage.transactions().committed(), hop, "committed");
    add(Metric.TRANSACTIONS, usage.transactions().aborted(), hop, "aborted");
    usage.lag().forEach((source, records) -> add(Metric.LAG, records, hop, source));
  }

  private void health(StreamHealth health) {
    put(Metric.READY, health.isReady() ? 1 : 0);
    put(Metric.WORRIES, health.worries().size());
    hop(EVALUATE, health.evaluate());
    hop(ROLL, health.roll());
  }

  private void hop(String name, StreamHealth.Hop hop) {
    add(Metric.PARTITIONS, hop.partitions().owned(), name);
    add(Metric.PARTITIONS_RESTORED, hop.partitions().restored(), name);
    add(Metric.RECORDS_TO_RESTORE, hop.partitions().recordsToRestore(), name);
    add(Metric.POLL_AGE, hop.sinceLastPoll().toNanos() / NANOS, name);
  }

  private void standing(StreamCounts.Standing standing) {
    put(Metric.SOURCES_IDLE, standing.idleSources());
    put(Metric.LABELS_PENDING, standing.waiting().labels());
    put(Metric.BATCHES_PENDING, standing.waiting().batches());
    put(Metric.PENDING_BYTES, standing.waiting().bytes());
    put(Metric.SERIES, standing.openSeries());
    put(Metric.PANES, standing.openPanes());
    standing.sources().forEach((source, lane) -> delay(EVALUATE, source, lane.watermark()));
    standing.rolls().forEach((source, lane) -> delay(ROLL, source, lane.watermark()));
  }

  private void delay(String hop, SourcePartition source, Optional<Instant> watermark) {
    watermark.ifPresent(time ->
        add(
            Metric.WATERMARK_DELAY,
            (System.currentTimeMillis() - time.toEpochMilli()) / 1e3,
            hop,
            source));
  }

  private void losses(LossBoard board) {
    put(Metric.LOSS_REFUSED, board.refused());
    for (LossBoard.Row row : board.rows()) {
      loss(Metric.LOSS_MEAN, row.latest(), RollingLoss::getMean);
      loss(Metric.LOSS_COUNT, row.latest(), RollingLoss::getCount);
      loss(Metric.LOSS_END, row.latest(), loss -> loss.getWindowEnd().toEpochMilli() / 1e3);
    }
  }

  private void loss(Metric metric, RollingLoss loss, ToDoubleFunction<RollingLoss> number) {
    String slice =
        new TreeMap<>(loss.getSlice())
            .entrySet().stream()
                .map(tag -> tag.getKey() + "=" + tag.getValue())
                .collect(Collectors.joining(","));
    add(
        metric,
        number.applyAsDouble(loss),
        loss.getMonitor(),
        loss.getModel(),
        loss.getVersion(),
        slice,
        loss.getWindow());
  }

  private void put(Metric metric, double value) {
    add(metric, value);
  }

  private void add(Metric metric, double value, String hop, SourcePartition source) {
    add(metric, value, hop, source.topic(), Integer.toString(source.partition()));
  }

  void add(Metric metric, double value, String... labels) {
    if (labels.length != metric.labels().size()) {
      throw new IllegalArgumentException(
          "%s has the labels %s, but %d values were given"
              .formatted(metric, metric.labels(), labels.length));
    }
    samples.computeIfAbsent(metric, none -> new ArrayList<>()).add(Sample.of(value, labels));
  }

  @Override
  public String toString() {
    return samples.keySet().stream()
        .map(metric -> metric.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", ", "Reading[", "]"));
  }
}
