package io.losswatch.deploy.audit;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.loss.Losses;
import io.losswatch.core.window.Window;
import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.codec.LogitBatchReader;
import io.losswatch.schemas.codec.RecordCodec;
import io.losswatch.schemas.codec.WriterSchemas;
import io.losswatch.stream.KafkaSettings;
import io.losswatch.stream.Limits;
import io.losswatch.stream.Monitor;
import io.losswatch.stream.StreamSettings;
import io.losswatch.stream.TimeSettings;
import io.losswatch.stream.Topics;
import io.losswatch.stream.consume.CommitGrid;
import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.Portion;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.consume.SourceRecord;
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
import io.losswatch.stream.publish.PublishSettings;
import io.losswatch.stream.publish.TransactionUnit;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.TimestampType;
import reactor.core.publisher.Flux;

/** What the stages of the service write for an input, as lists of records: no broker, no clock. */
final class StreamedTopics implements InputLog {
  static final String INPUT = "predictions";
  static final String PARTIALS = "partials";
  static final String OUTPUT = "rolling-loss";
  static final String LETTERS = "dead-letter";
  static final int SOURCES = 3;
  static final int LANES = 2;
  static final RecordCodec<PartialBatch> BATCHES = RecordCodec.of(PartialBatch.class);

  static final Clock CLOCK =
      Clock.fixed(InputTraffic.START.plus(Duration.ofDays(1)), ZoneOffset.UTC);

  final List<List<ConsumerRecord<byte[], byte[]>>> input;
  final List<ConsumerRecord<byte[], byte[]>> partials = new ArrayList<>();
  final List<ConsumerRecord<byte[], byte[]>> output = new ArrayList<>();
  final List<ConsumerRecord<byte[], byte[]>> letters = new ArrayList<>();
  final Set<String> compacted = new HashSet<>();
  final long[] beginnings = new long[SOURCES];
  private final long[] readUntil = new long[SOURCES];
  private final StreamSettings settings;
  private final List<MonitorPlan> plans;

  private StreamedTopics(long seed, StreamSettings.OutputFormat format) {
    settings = settings(format, "rolling:30s/10s", "tumbling:10s", "ewma:80s", "last:9/3");
    plans = MonitorPlan.of(settings.monitors(), settings.policy().time());
    Random random = new Random(seed);
    input = new InputTraffic(random).records();
    List<List<TransactionUnit>> units = new ArrayList<>();
    for (List<ConsumerRecord<byte[], byte[]>> records : input) {
      units.add(evaluate(records, random));
    }
    interleave(units, random);
    for (int lane = 0; lane < LANES; lane++) {
      roll(lane, format);
    }
  }

  static StreamedTopics of(long seed) {
    return new StreamedTopics(seed, StreamSettings.OutputFormat.AVRO);
  }

  static StreamedTopics asJson(long seed) {
    return new StreamedTopics(seed, StreamSettings.OutputFormat.JSON);
  }

  static StreamSettings settings(StreamSettings.OutputFormat format, String... windows) {
    Monitor monitor =
        new Monitor(
            "errors",
            "m*",
            Losses.of("mse", Map.of()),
            Arrays.stream(windows).map(Window::parse).toList(),
            List.of(List.of("region")));
    return new StreamSettings(
        new StreamSettings.Identity("test", "a"),
        KafkaSettings.of("nowhere:1"),
        new Topics(
            List.of(INPUT), PARTIALS, OUTPUT, LETTERS, new Topics.Creation(true, LANES, (short) 1)),
        List.of(monitor),
        new StreamSettings.Policy(
            new TimeSettings(
                Duration.ofSeconds(2),
                Duration.ofHours(1),
                Duration.ofMinutes(5),
                new TimeSettings.Lateness(Duration.ofSeconds(10), Duration.ofSeconds(1))),
            Limits.defaults(),
            Duration.ZERO,
            format));
  }

  /** The settings of these topics, where batches that come twice count once. */
  StreamSettings deduplicating() {
    Monitor monitor = settings.monitors().get(0);
    return new StreamSettings(
        settings.identity(),
        settings.kafka(),
        settings.topics(),
        List.of(
            new Monitor(
                monitor.name(),
                monitor.model(),
                monitor.measure(),
                monitor.windows(),
                monitor.slices(),
                new Monitor.Counting(Monitor.TimeAxis.PREDICTION, true))),
        settings.policy());
  }

  private List<TransactionUnit> evaluate(
      List<ConsumerRecord<byte[], byte[]>> records, Random random) {
    SourcePartition source = new SourcePartition(INPUT, records.get(0).partition());
    PartialPublishing publishing =
        new PartialPublishing(
            publish(INPUT),
            new PartialPublishing.PartialsTopic(PARTIALS, LANES),
            () -> new Roster(new TreeMap<>(Map.of(INPUT, SOURCES))));
    Decoding<Batch> decoding =
        new Decoding<>(() -> new LogitBatchReader(WriterSchemas.builtIn())::read, 1 << 20);
    return new PaneFolding(plans, settings.policy().time(), CommitGrid.ALWAYS)
        .fold(
            Lane.unowned(source),
            new PaneMemory(),
            0,
            Flux.fromIterable(portions(source, records, random))
                .transform(decoding)
                .transform(new Evaluating(plans)))
        .map(publishing::unit)
        .collectList()
        .blockOptional()
        .orElseThrow();
  }

  static PublishSettings publish(String input) {
    return new PublishSettings(Map.of(), "t", Map.of(input, "state"), LETTERS, 1 << 20);
  }

  static List<Portion> portions(
      SourcePartition source, List<ConsumerRecord<byte[], byte[]>> records, Random random) {
    List<Portion> portions = new ArrayList<>();
    long next = 0;
    for (int at = 0; at < records.size(); ) {
      int end = Math.min(records.size(), at + 1 + random.nextInt(4));
      List<SourceRecord> taken = new ArrayList<>();
      for (ConsumerRecord<byte[], byte[]> each : records.subList(at, end)) {
        byte[] value = each.value();
        taken.add(
            new SourceRecord(
                source,
                each.offset(),
                each.timestamp(),
                null,
                new SourceRecord.Content(
                    new SourceRecord.Payload(value, 0, value.length), List.of())));
      }
      long to = taken.get(taken.size() - 1).offset() + 1;
      portions.add(new Portion(taken, new Portion.OffsetRange(next, to), CLOCK.millis(), false, 0));
      next = to;
      at = end;
    }
    return portions;
  }

  private void interleave(List<List<TransactionUnit>> units, Random random) {
    int[] next = new int[SOURCES];
    int left = units.stream().mapToInt(List::size).sum();
    while (left > 0) {
      int source = random.nextInt(SOURCES);
      if (next[source] < units.get(source).size()) {
        units.get(source).get(next[source]++).records().forEach(this::append);
        left--;
      }
    }
  }

  private void roll(int lane, StreamSettings.OutputFormat format) {
    Decoding<PartialBatch> decoding =
        new Decoding<>(() -> Decoding.RecordReader.of(BATCHES::decode), 1 << 20);
    SourcePartition source = new SourcePartition(PARTIALS, lane);
    List<ConsumerRecord<byte[], byte[]>> log =
        partials.stream().filter(each -> each.partition() == lane).toList();
    LossPublishing publishing =
        new LossPublishing(
            publish(PARTIALS), new LossPublishing.OutputTopic(OUTPUT, format), CLOCK);
    new WindowFolding(1000, CommitGrid.ALWAYS)
        .fold(
            Lane.unowned(source),
            new RollMemory(plans),
            0,
            Flux.fromIterable(portions(source, log, new Random(lane))).transform(decoding))
        .map(publishing::unit)
        .toStream()
        .forEach(unit -> unit.records().forEach(this::append));
  }

  /** Adds a record to its topic; those of the state topics go nowhere. */
  void append(ProducerRecord<byte[], byte[]> record) {
    log(record.topic()).ifPresent(log -> append(log, record));
  }

  static void append(
      List<ConsumerRecord<byte[], byte[]>> log, ProducerRecord<byte[], byte[]> record) {
    int partition =
        Optional.ofNullable(record.partition())
            .orElseGet(
                () -> record.key() == null ? 0 : Math.floorMod(Arrays.hashCode(record.key()), 2));
    long offset = log.stream().filter(each -> each.partition() == partition).count();
    log.add(
        new ConsumerRecord<>(
            record.topic(),
            partition,
            offset,
            0,
            TimestampType.CREATE_TIME,
            0,
            0,
            record.key(),
            record.value(),
            record.headers(),
            Optional.empty()));
  }

  private Optional<List<ConsumerRecord<byte[], byte[]>>> log(String topic) {
    return switch (topic) {
      case PARTIALS -> Optional.of(partials);
      case OUTPUT -> Optional.of(output);
      case LETTERS -> Optional.of(letters);
      default -> Optional.empty();
    };
  }

  static PartialBatch batch(ConsumerRecord<byte[], byte[]> record) {
    return BATCHES.decode(record.value(), 0, record.value().length);
  }

  /** The same place with another value. */
  static ConsumerRecord<byte[], byte[]> with(ConsumerRecord<byte[], byte[]> record, byte[] value) {
    return new ConsumerRecord<>(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        TimestampType.CREATE_TIME,
        0,
        0,
        record.key(),
        value,
        record.headers(),
        Optional.empty());
  }

  Findings audit() {
    return audit(settings);
  }

  /** What the audit says of the topics as they are now. */
  Findings audit(StreamSettings configured) {
    Map<SourcePartition, OptionalLong> committed =
        new TreeMap<>(
            Comparator.comparing(SourcePartition::topic)
                .thenComparingInt(SourcePartition::partition));
    for (int source = 0; source < SOURCES; source++) {
      List<ConsumerRecord<byte[], byte[]>> records = input.get(source);
      committed.put(
          new SourcePartition(INPUT, source),
          OptionalLong.of(records.get(records.size() - 1).offset() + 1));
      readUntil[source] = beginnings[source];
    }
    Map<Integer, LaneAudit.Extent> lanes = new TreeMap<>();
    for (int lane = 0; lane < LANES; lane++) {
      lanes.put(lane, new LaneAudit.Extent(false, Long.MAX_VALUE));
    }
    Audit audit = new Audit(configured, new Audit.Extents(committed, lanes, compacted), this);
    output.forEach(each -> audit.published(each, false));
    letters.forEach(each -> audit.deadLetter(each, false));
    partials.forEach(audit::partial);
    return audit.finish();
  }

  @Override
  public long beginning(SourcePartition source) {
    return beginnings[source.partition()];
  }

  @Override
  public List<ConsumerRecord<byte[], byte[]>> readUpTo(SourcePartition source, long offset) {
    long from = readUntil[source.partition()];
    readUntil[source.partition()] = Math.max(from, offset);
    return input.get(source.partition()).stream()
        .filter(each -> each.offset() >= from && each.offset() < offset)
        .toList();
  }
}
