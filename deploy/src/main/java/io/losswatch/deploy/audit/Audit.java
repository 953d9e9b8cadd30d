package io.losswatch.deploy.audit;

import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.window.Series;
import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.codec.RecordCodec;
import io.losswatch.stream.Monitor;
import io.losswatch.stream.StreamSettings;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.evaluate.MonitorPlan;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The audit of what the topics hold, whoever reads them. It is handed all rolling losses and all
 * dead letters, then the partials; the input it reads itself. Mutable; one thread.
 */
final class Audit {
  private static final Comparator<SourcePartition> BY_NAME =
      Comparator.comparing(SourcePartition::topic).thenComparingInt(SourcePartition::partition);

  private final StreamSettings settings;
  private final Extents extents;
  private final InputLog input;
  private final Recounting recounting;
  private final Map<Long, MonitorPlan> plans = new HashMap<>();
  private final RecordCodec<PartialBatch> codec = RecordCodec.of(PartialBatch.class);
  private final Findings findings = new Findings();
  private final DeadLetters letters = new DeadLetters();
  private final LetterAudit letterAudit;
  private final boolean isJoined;

  /** By the predictions; labels are those of the same number. */
  private final Map<SourcePartition, JoinAudit> joins = new TreeMap<>(BY_NAME);

  private final Output output;
  private final Map<SourcePartition, SourceAudit> sources = new TreeMap<>(BY_NAME);
  private final Map<Integer, LaneAudit> lanes = new TreeMap<>();
  private boolean isClosed;

  /**
   * What is known of the topics beside their records.
   *
   * @param sources all input partitions, and up to where the group has committed them
   * @param lanes all partials partitions
   * @param compacted input topics that are, or may be
   */
  record Extents(
      Map<SourcePartition, OptionalLong> sources,
      Map<Integer, LaneAudit.Extent> lanes,
      Set<String> compacted) {}

  Audit(StreamSettings settings, Extents extents, InputLog input) {
    this.settings = settings;
    this.extents = extents;
    this.input = input;
    List<MonitorPlan> all = MonitorPlan.of(settings.monitors(), settings.policy().time());
    all.forEach(plan -> plans.put(plan.fingerprint(), plan));
    this.output = new Output(settings.policy().formats().writers().registry());
    this.recounting = new Recounting(settings, all);
    this.letterAudit = new LetterAudit(letters, findings);
    this.isJoined =
        settings.policy().lateLabels().topic() != null
            || settings.monitors().stream().anyMatch(Monitor::deduplicates);
    extents.sources().keySet().forEach(this::source);
  }

  /** The series that takes what there is no room for. */
  private static boolean isOverflow(String key) {
    return Series.parse(key).slice().containsKey("max-series");
  }

  /**
   * Takes a record of the output topic.
   *
   * @param isTrimmed true if records before it, its partition's first, are deleted
   */
  void published(ConsumerRecord<byte[], byte[]> record, boolean isTrimmed) {
    try {
      output.add(record, isTrimmed);
    } catch (RefusedException e) {
      findings
          .source(new SourcePartition(record.topic(), record.partition()))
          .refute(position(record) + " is no rolling loss: " + e.getMessage());
    }
  }

  /** Takes a record of the dead-letter topic, as {@link #published} does. */
  void deadLetter(ConsumerRecord<byte[], byte[]> record, boolean isTrimmed) {
    letters.add(record);
    if (isTrimmed) {
      letters.trimmed();
    }
  }

  /** Takes the next record of the partials: in the order of each partition. */
  void partial(ConsumerRecord<byte[], byte[]> record) {
    if (!isClosed) {
      output.close();
      if (output.series().keySet().stream().anyMatch(Audit::isOverflow)) {
        findings.excuseWindows(
            "limits.max-series was reached, and what went to the series other is not told apart");
      }
      isClosed = true;
    }
    PartialBatch batch;
    try {
      byte[] value = record.value();
      batch = codec.decode(value, 0, value == null ? 0 : value.length);
    } catch (RefusedException e) {
      findings
          .source(new SourcePartition(record.topic(), record.partition()))
          .refute(position(record) + " is no partial batch: " + e.getMessage());
      return;
    }
    SourcePartition source =
        new SourcePartition(batch.getSourceTopic(), batch.getSourcePartition());
    if (extents.sources().containsKey(source)) {
      source(source).tell(record.partition(), position(record), batch);
    } else {
      leaveOpen(source, batch);
    }
    lane(record.partition()).fold(record.offset(), position(record), batch);
  }

  /** A topic of another configuration. */
  private void leaveOpen(SourcePartition source, PartialBatch batch) {
    String why =
        "%s [%d, %d) cannot be proved: it is counted, but is no input of this configuration"
            .formatted(source, batch.getFromOffset(), batch.getToOffset());
    findings.source(source).leaveOpen(why);
    batch.getEntries().forEach(entry -> findings.series(entry.getSeries()).leaveOpen(why));
  }

  private SourceAudit source(SourcePartition source) {
    return sources.computeIfAbsent(
        source,
        of ->
            new SourceAudit(
                of,
                new SourceRecords(of, input, reading(of)),
                new SourceAudit.Extent(
                    extents.lanes().size(),
                    extents.sources().getOrDefault(of, OptionalLong.empty()),
                    excuse()),
                judge(of),
                findings));
  }

  private SourceRecords.RecordReading reading(SourcePartition source) {
    return isOfLabels(source) ? recounting::recountLabels : recounting::recount;
  }

  private boolean isOfLabels(SourcePartition source) {
    return source.topic().equals(settings.policy().lateLabels().topic());
  }

  /** Ranges can be judged one by one only if no record changes what another one counts. */
  private RangeJudge judge(SourcePartition source) {
    boolean mayBeCompacted = extents.compacted().contains(source.topic());
    if (!isJoined) {
      return new RangeAudit(plans, letterAudit, mayBeCompacted, findings);
    }
    SourcePartition predictions =
        isOfLabels(source)
            ? new SourcePartition(settings.topics().predictions().get(0), source.partition())
            : source;
    return joins.computeIfAbsent(
        predictions,
        of ->
            new JoinAudit(
                plans, recounting, letterAudit, !extents.compacted().isEmpty(), findings));
  }

  /** Why the first offsets of a source may be in no range. */
  private String excuse() {
    if (isTrimmed()) {
      return "retention has deleted partials";
    }
    String reset = settings.kafka().consumer().get("auto.offset.reset");
    String common = settings.kafka().common().get("auto.offset.reset");
    return "latest".equals(reset == null ? common : reset)
        ? "auto.offset.reset is latest, so the service began behind them"
        : "";
  }

  private LaneAudit lane(int partition) {
    return lanes.computeIfAbsent(
        partition,
        of ->
            new LaneAudit(
                extents.lanes().getOrDefault(of, new LaneAudit.Extent(false, 0)),
                plans,
                settings.policy().time(),
                output,
                findings));
  }

  private static String position(ConsumerRecord<byte[], byte[]> record) {
    return record.topic() + "-" + record.partition() + "@" + record.offset();
  }

  /** All has been handed over. */
  Findings finish() {
    sources.values().forEach(SourceAudit::finish);
    joins.values().forEach(JoinAudit::finish);
    lanes.values().forEach(LaneAudit::finish);
    output.judgeRevisions(findings);
    output.series().forEach(this::judgeRest);
    letters.remaining().forEach(this::judgeLetter);
    return findings;
  }

  /** What was published, but at no watermark that its partials made. */
  private void judgeRest(String key, Published published) {
    Subject subject = findings.series(key);
    if (settings.monitors().stream().noneMatch(of -> isOf(key, of))) {
      subject.excuse("no such monitor is configured");
    } else if (isTrimmed()) {
      subject.excuse("retention has deleted partials");
    }
    for (Publication each : published.rest()) {
      findings.refuteWindow(
          subject,
          "%s: %s is published, but its partials never made its watermark"
              .formatted(each.told().position(), each.slot()));
    }
    for (Publication each : published.restOfLast()) {
      if (isConfigured(key, each.slot().text())) {
        findings.refuteWindow(
            subject, "%s: %s is in no partials".formatted(each.told().position(), each.slot()));
      } else {
        subject.leaveUnchecked(each.slot().text());
      }
    }
  }

  private boolean isConfigured(String key, String window) {
    return settings.monitors().stream()
        .filter(monitor -> isOf(key, monitor))
        .flatMap(monitor -> monitor.windows().stream())
        .anyMatch(each -> each.toString().equals(window));
  }

  private static boolean isOf(String key, Monitor monitor) {
    return Series.parse(key).monitor().equals(monitor.name());
  }

  private boolean isTrimmed() {
    return extents.lanes().values().stream().anyMatch(LaneAudit.Extent::isTrimmed);
  }

  private void judgeLetter(String position, List<DeadLetters.Letter> of) {
    int at = position.lastIndexOf('@');
    int dash = position.lastIndexOf('-', at);
    if (at < 0 || dash < 0) {
      findings
          .source(new SourcePartition(settings.topics().deadLetter(), 0))
          .refute(of.get(0).position() + " does not name the record that it is of");
      return;
    }
    SourcePartition source =
        new SourcePartition(
            position.substring(0, dash), Integer.parseInt(position.substring(dash + 1, at)));
    long offset = Long.parseLong(position.substring(at + 1));
    boolean isPartial = source.topic().equals(settings.topics().partials());
    if (!extents.sources().containsKey(source) && !isPartial) {
      findings.source(source).leaveOpen(position + " is refused, and not looked at here");
    } else if (isPartial || offset >= input.beginning(source)) {
      findings
          .source(source)
          .refute(
              "%s is a dead letter of %s, which no range holds"
                  .formatted(of.get(0).position(), position));
    }
  }
}
