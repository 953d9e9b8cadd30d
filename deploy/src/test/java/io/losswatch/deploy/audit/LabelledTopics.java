package io.losswatch.deploy.audit;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.LateLabels;
import io.losswatch.core.loss.Losses;
import io.losswatch.core.loss.Metrics;
import io.losswatch.core.window.Window;
import io.losswatch.schemas.DataType;
import io.losswatch.schemas.LabelBatch;
import io.losswatch.schemas.Layout;
import io.losswatch.schemas.LogitBatch;
import io.losswatch.schemas.OutputKind;
import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.Tensor;
import io.losswatch.schemas.codec.LabelBatchReader;
import io.losswatch.schemas.codec.LogitBatchReader;
import io.losswatch.schemas.codec.RecordCodec;
import io.losswatch.schemas.codec.WriterSchemas;
import io.losswatch.stream.KafkaSettings;
import io.losswatch.stream.LateLabelSettings;
import io.losswatch.stream.Limits;
import io.losswatch.stream.Monitor;
import io.losswatch.stream.StreamSettings;
import io.losswatch.stream.TimeSettings;
import io.losswatch.stream.Topics;
import io.losswatch.stream.consume.CommitGrid;
import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.LaneStart;
import io.losswatch.stream.consume.Portion;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.decode.Decoding;
import io.losswatch.stream.evaluate.Evaluating;
import io.losswatch.stream.evaluate.MonitorPlan;
import io.losswatch.stream.fold.PaneFolding;
import io.losswatch.stream.fold.PaneMemory;
import io.losswatch.stream.fold.RollMemory;
import io.losswatch.stream.fold.Roster;
import io.losswatch.stream.fold.WindowFolding;
import io.losswatch.stream.publish.LossPublishing;
import io.losswatch.stream.publish.PartialPublishing;
import io.losswatch.stream.publish.TransactionUnit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * What the stages of the service write for predictions whose labels come later: before and after
 * them, by batch and by sample, never, and some poison. Both sides are read in turns drawn by lot.
 */
final class LabelledTopics implements InputLog {
  static final String LABELS = "labels";

  private static final int SOURCES = 2;
  private static final int BATCHES = 150;
  private static final Duration HORIZON = Duration.ofMinutes(1);
  private static final RecordCodec<LogitBatch> PREDICTION = RecordCodec.of(LogitBatch.class);
  private static final RecordCodec<LabelBatch> LABEL = RecordCodec.of(LabelBatch.class);

  final List<ConsumerRecord<byte[], byte[]>> partials = new ArrayList<>();
  final List<ConsumerRecord<byte[], byte[]>> output = new ArrayList<>();
  final List<ConsumerRecord<byte[], byte[]>> letters = new ArrayList<>();
  private final Map<SourcePartition, List<ConsumerRecord<byte[], byte[]>>> inputs = new HashMap<>();
  private final Map<SourcePartition, Long> readUntil = new HashMap<>();
  private final StreamSettings settings = settings();
  private final List<MonitorPlan> plans =
      MonitorPlan.of(settings.monitors(), settings.policy().time());
  private final Random random;
  private final boolean comesTooLate;

  LabelledTopics(long seed) {
    this(seed, false);
  }

  /**
   * The topics of a seed.
   *
   * @param comesTooLate true: the predictions' time runs far ahead of the last labels
   */
  LabelledTopics(long seed, boolean comesTooLate) {
    this.comesTooLate = comesTooLate;
    random = new Random(seed);
    for (int source = 0; source < SOURCES; source++) {
      fill(source);
      evaluate(source);
    }
    for (int lane = 0; lane < StreamedTopics.LANES; lane++) {
      roll(lane);
    }
  }

  private static StreamSettings settings() {
    return new StreamSettings(
        new StreamSettings.Identity("test", "a"),
        KafkaSettings.of("nowhere:1"),
        new Topics(
            List.of(StreamedTopics.INPUT),
            StreamedTopics.PARTIALS,
            StreamedTopics.OUTPUT,
            StreamedTopics.LETTERS,
            new Topics.Creation(true, StreamedTopics.LANES, (short) 1)),
        List.of(
            monitor("errors", Monitor.TimeAxis.PREDICTION, false, "rolling:30s/10s", "last:9/3"),
            monitor("arrived", Monitor.TimeAxis.LABEL, false, "tumbling:10s"),
            monitor("once", Monitor.TimeAxis.PREDICTION, true, "tumbling:10s")),
        new StreamSettings.Policy(
            new TimeSettings(
                Duration.ofSeconds(2),
                Duration.ofHours(1),
                Duration.ofMinutes(5),
                new TimeSettings.Lateness(HORIZON, Duration.ofSeconds(1))),
            Limits.defaults(),
            Duration.ZERO,
            StreamSettings.OutputFormat.AVRO,
            new LateLabelSettings(LABELS, HORIZON, 64 << 20)));
  }

  private static Monitor monitor(
      String name, Monitor.TimeAxis axis, boolean deduplicates, String... windows) {
    return new Monitor(
        name,
        "m",
        new Monitor.Measure(Losses.of("mse", Map.of()), Metrics.NONE),
        List.of(windows).stream().map(Window::parse).toList(),
        List.of(),
        new Monitor.Counting(axis, deduplicates));
  }

  private void fill(int source) {
    SourcePartition predictions = new SourcePartition(StreamedTopics.INPUT, source);
    SourcePartition labels = new SourcePartition(LABELS, source);
    for (int i = 0; i < BATCHES; i++) {
      Instant time = InputTraffic.START.plusSeconds(i);
      String id = "b" + i;
      int rows = 1 + random.nextInt(4);
      int fate = random.nextInt(10);
      add(predictions, prediction(id, rows, time, fate == 0));
      if (fate > 1) {
        label(labels, id, rows, time.plusSeconds(random.nextInt(20)), fate);
      }
      if (fate == 9) {
        add(fate % 2 == 0 ? predictions : labels, new byte[] {1, 2, 3});
      }
    }
    add(predictions, prediction("closing", 1, InputTraffic.START.plusSeconds(3600), true));
  }

  private void label(SourcePartition labels, String id, int rows, Instant time, int fate) {
    if (fate < 6 || rows == 1) {
      add(labels, labels(id, List.of(), rows, time));
      return;
    }
    // the first rows, and the others later or never
    add(labels, labels(null, ids(id, 0, 1), 1, time));
    if (fate < 9) {
      add(labels, labels(null, ids(id, 1, rows), rows - 1, time.plusSeconds(5)));
    }
  }

  private static List<String> ids(String batch, int from, int to) {
    List<String> ids = new ArrayList<>();
    for (int row = from; row < to; row++) {
      ids.add(batch + "-" + row);
    }
    return ids;
  }

  private byte[] prediction(String id, int rows, Instant time, boolean isLabelled) {
    return PREDICTION.encode(
        LogitBatch.newBuilder()
            .setModel("m")
            .setVersion("1")
            .setEventTime(time)
            .setBatchId(id)
            .setSampleIds(ids(id, 0, rows))
            .setTags(Map.of())
            .setKind(OutputKind.VALUES)
            .setLayout(Layout.CLASS_LAST)
            .setPredictions(numbers(rows))
            .setLabels(isLabelled ? numbers(rows) : null)
            .build());
  }

  private byte[] labels(String batchId, List<String> ids, int rows, Instant time) {
    return LABEL.encode(
        LabelBatch.newBuilder()
            .setModel("m")
            .setLabelTime(time)
            .setBatchId(batchId)
            .setSampleIds(ids.isEmpty() ? null : ids)
            .setLabels(numbers(rows))
            .build());
  }

  private Tensor numbers(int rows) {
    List<Double> numbers = random.doubles(rows).boxed().toList();
    return new Tensor(DataType.FP64, List.of((long) rows), numbers);
  }

  private void add(SourcePartition source, byte[] value) {
    List<ConsumerRecord<byte[], byte[]>> log =
        inputs.computeIfAbsent(source, none -> new ArrayList<>());
    log.add(
        new ConsumerRecord<>(
            source.topic(), source.partition(), log.size(), new byte[] {1}, value));
  }

  private void evaluate(int source) {
    SourcePartition predictions = new SourcePartition(StreamedTopics.INPUT, source);
    SourcePartition labels = new SourcePartition(LABELS, source);
    Evaluating evaluating = new Evaluating(plans);
    PartialPublishing publishing =
        new PartialPublishing(
            StreamedTopics.publish(StreamedTopics.INPUT),
            new PartialPublishing.PartialsTopic(StreamedTopics.PARTIALS, StreamedTopics.LANES),
            () -> new Roster(new TreeMap<>(Map.of(StreamedTopics.INPUT, SOURCES))));
    Decoding<Batch> decoding =
        new Decoding<>(() -> new LogitBatchReader(WriterSchemas.builtIn())::read, 1 << 20);
    Decoding<LateLabels> labelDecoding =
        new Decoding<>(() -> new LabelBatchReader(WriterSchemas.builtIn())::read, 1 << 20);
    Sinks.Many<Portion> one = Sinks.many().unicast().onBackpressureBuffer();
    Sinks.Many<Portion> other = Sinks.many().unicast().onBackpressureBuffer();
    new PaneFolding(plans, settings.policy().time(), CommitGrid.ALWAYS)
        .withLateLabels(settings.policy().lateLabels(), evaluating)
        .fold(
            Lane.unowned(predictions, labels),
            new PaneMemory(),
            new LaneStart(0, 0),
            one.asFlux().transform(decoding).transform(evaluating),
            other.asFlux().transform(labelDecoding))
        .map(publishing::unit)
        .subscribe(this::append);
    List<Portion> left = new ArrayList<>(portions(predictions));
    List<Portion> right = new ArrayList<>(portions(labels));
    while (!left.isEmpty() || !right.isEmpty()) {
      // in step, so that nothing expires
      boolean isLeft =
          left.size() > (comesTooLate ? 0 : 1)
              && left.size() + random.nextInt(6) >= right.size() - (comesTooLate ? 9 : 0);
      if (right.isEmpty() || isLeft) {
        one.tryEmitNext(left.remove(0)).orThrow();
      } else {
        other.tryEmitNext(right.remove(0)).orThrow();
      }
    }
    one.tryEmitComplete().orThrow();
    other.tryEmitComplete().orThrow();
  }

  private List<Portion> portions(SourcePartition source) {
    return StreamedTopics.portions(source, inputs.getOrDefault(source, List.of()), random);
  }

  private void roll(int lane) {
    Decoding<PartialBatch> decoding =
        new Decoding<>(() -> Decoding.RecordReader.of(StreamedTopics.BATCHES::decode), 1 << 20);
    SourcePartition source = new SourcePartition(StreamedTopics.PARTIALS, lane);
    List<ConsumerRecord<byte[], byte[]>> log =
        partials.stream().filter(each -> each.partition() == lane).toList();
    LossPublishing publishing =
        new LossPublishing(
            StreamedTopics.publish(StreamedTopics.PARTIALS),
            new LossPublishing.OutputTopic(StreamedTopics.OUTPUT, StreamSettings.OutputFormat.AVRO),
            StreamedTopics.CLOCK);
    new WindowFolding(1000, CommitGrid.ALWAYS)
        .fold(
            Lane.unowned(source),
            new RollMemory(plans),
            0,
            Flux.fromIterable(StreamedTopics.portions(source, log, new Random(lane)))
                .transform(decoding))
        .map(publishing::unit)
        .toStream()
        .forEach(this::append);
  }

  private void append(TransactionUnit unit) {
    for (ProducerRecord<byte[], byte[]> record : unit.records()) {
      switch (record.topic()) {
        case StreamedTopics.PARTIALS -> StreamedTopics.append(partials, record);
        case StreamedTopics.OUTPUT -> StreamedTopics.append(output, record);
        case StreamedTopics.LETTERS -> StreamedTopics.append(letters, record);
        default -> {}
      }
    }
  }

  Findings audit() {
    Map<SourcePartition, OptionalLong> committed = new HashMap<>();
    inputs.forEach((source, log) -> committed.put(source, OptionalLong.of(log.size())));
    readUntil.clear();
    Map<Integer, LaneAudit.Extent> lanes = new TreeMap<>();
    for (int lane = 0; lane < StreamedTopics.LANES; lane++) {
      lanes.put(lane, new LaneAudit.Extent(false, Long.MAX_VALUE));
    }
    Audit audit = new Audit(settings, new Audit.Extents(committed, lanes, Set.of()), this);
    output.forEach(each -> audit.published(each, false));
    letters.forEach(each -> audit.deadLetter(each, false));
    partials.forEach(audit::partial);
    return audit.finish();
  }

  @Override
  public long beginning(SourcePartition source) {
    return 0;
  }

  @Override
  public List<ConsumerRecord<byte[], byte[]>> readUpTo(SourcePartition source, long offset) {
    long from = readUntil.getOrDefault(source, 0L);
    readUntil.put(source, Math.max(from, offset));
    return inputs.getOrDefault(source, List.of()).stream()
        .filter(each -> each.offset() >= from && each.offset() < offset)
        .toList();
  }
}
