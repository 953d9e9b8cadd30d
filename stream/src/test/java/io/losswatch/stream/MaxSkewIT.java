package io.losswatch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.schemas.LogitBatch;
import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.PartialEntry;
import io.losswatch.schemas.RollingLoss;
import io.losswatch.schemas.codec.RecordCodec;
import io.losswatch.stream.broker.KafkaBroker;
import io.losswatch.stream.broker.StreamProcess;
import io.losswatch.stream.consume.SourcePartition;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

/**
 * A partition whose backlog begins an hour before the other's: hop 2 never holds an hour of open
 * panes, and every window is published all the same.
 */
class MaxSkewIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration MAX_SKEW = Duration.ofMinutes(10);

  /**
   * So dense that an hour takes many commits to read: what is read until one is heard is little.
   */
  private static final Duration SPACING = Duration.ofMillis(100);

  private static final long PANE_MILLIS = StreamProcess.PANE.toMillis();
  private static final Duration APART = Duration.ofHours(1);

  /** Small polls, and little in flight: what is read before a pause comes on top of max-skew. */
  private static final int POLLED = 10;

  private static final long IN_FLIGHT_BYTES = 10_000;

  /** Half of those of an hour; max-skew alone is a third of this. */
  private static final long MOST_PANES = APART.dividedBy(StreamProcess.PANE) / 2;

  private static final RecordCodec<LogitBatch> BATCHES = RecordCodec.of(LogitBatch.class);
  private static final RecordCodec<RollingLoss> LOSSES = RecordCodec.of(RollingLoss.class);
  private static final RecordCodec<PartialBatch> PARTIALS = RecordCodec.of(PartialBatch.class);

  private final Map<Instant, Long> expected = new TreeMap<>();
  private KafkaBroker broker;

  @BeforeEach
  void startBroker() throws Exception {
    broker = KafkaBroker.start();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic("predictions", 2, (short) 1))).all().get();
    }
  }

  @AfterEach
  void stopBroker() throws Exception {
    broker.close();
  }

  @Test
  void backlog_ofPartitionsAnHourApart_keepsFewPanesOpenAndLosesNothing() {
    Instant end = Instant.now().minusSeconds(60).truncatedTo(ChronoUnit.MINUTES);
    produce(end);
    LossStream stream = LossStream.of(settings());
    Disposable running = stream.run().subscribe();
    try {
      awaitFinals();
      checkStanding(stream.counts());
    } finally {
      stream.stop();
      running.dispose();
    }
    long open = mostOpenPanes();
    System.out.println("panes open at most: " + open);
    assertThat(open).isLessThanOrEqualTo(MOST_PANES);
  }

  /**
   * Three hours in one partition, the last two of them in the other, then a word of now in both.
   */
  private void produce(Instant end) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      produce(producer, 0, end.minus(APART.multipliedBy(2)), end);
      produce(producer, 1, end.minus(APART), end);
      for (int partition = 0; partition < 2; partition++) {
        byte[] value = Traffic.closing(partition, Instant.now()).value();
        producer.send(new ProducerRecord<>("predictions", partition, null, value));
      }
    }
  }

  private void produce(
      KafkaProducer<byte[], byte[]> producer, int partition, Instant from, Instant to) {
    for (Instant time = from; time.isBefore(to); time = time.plus(SPACING)) {
      LogitBatch batch = Traffic.closing(partition, time).batch();
      batch.setModel("diabetes");
      producer.send(new ProducerRecord<>("predictions", partition, null, BATCHES.encode(batch)));
      long pane = time.toEpochMilli() / PANE_MILLIS * PANE_MILLIS;
      expected.merge(Instant.ofEpochMilli(pane + PANE_MILLIS), 1L, Long::sum);
    }
  }

  private StreamSettings settings() {
    StreamSettings settings =
        StreamProcess.settings(broker.bootstrapServers(), "skewed", "classic");
    Map<String, String> consumer = new HashMap<>(settings.kafka().consumer());
    consumer.put("max.poll.records", Integer.toString(POLLED));
    KafkaSettings kafka =
        new KafkaSettings(
            settings.kafka().common(),
            consumer,
            settings.kafka().producer(),
            settings.kafka().admin());
    TimeSettings time = settings.policy().time();
    Limits limits = Limits.defaults();
    return new StreamSettings(
        settings.identity(),
        kafka,
        settings.topics(),
        settings.monitors(),
        new StreamSettings.Policy(
            new TimeSettings(
                time.maxOutOfOrderness(),
                time.idleAfter(),
                time.futureTolerance(),
                time.lateness(),
                MAX_SKEW),
            new Limits(limits.maxRecordBytes(), limits.maxSeries(), 2 * IN_FLIGHT_BYTES),
            settings.policy().commitInterval(),
            settings.policy().output()));
  }

  private void awaitFinals() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!finals().equals(expected)) {
      assertThat(System.nanoTime()).as("waiting for all windows").isLessThan(deadline);
      LockSupport.parkNanos(100_000_000);
    }
  }

  private static void checkStanding(StreamCounts counts) {
    assertThat(counts.interruptions().skew()).as("pauses by skew").isPositive();
    assertThat(counts.standing().sources().keySet())
        .containsExactlyInAnyOrder(
            new SourcePartition("predictions", 0), new SourcePartition("predictions", 1));
    assertThat(counts.standing().sources().values())
        .allMatch(source -> source.watermark().isPresent());
    assertThat(counts.standing().watermark()).isPresent();
    assertThat(counts.output().misplaced()).isZero();
    assertThat(counts.output().windows().finals()).isPositive();
  }

  /** Samples by the end of their window, of the tumbling ones that are final. */
  private Map<Instant, Long> finals() {
    Map<Instant, Long> finals = new TreeMap<>();
    for (byte[] value : committed("rolling-loss", 4)) {
      RollingLoss loss = LOSSES.decode(value, 0, value.length);
      if (loss.getIsFinal() && loss.getCount() > 0 && loss.getWindow().startsWith("tumbling")) {
        finals.put(loss.getWindowEnd(), loss.getCount());
      }
    }
    return finals;
  }

  /**
   * What hop 2 held open at most, between two batches. Panes that a batch brings and closes are no
   * matter of skew.
   */
  private long mostOpenPanes() {
    long most = 0;
    for (int partition = 0; partition < 4; partition++) {
      Map<Integer, Long> watermarks = new HashMap<>();
      Set<Long> open = new HashSet<>();
      for (byte[] value : committed("partials", partition, partition + 1)) {
        PartialBatch batch = PARTIALS.decode(value, 0, value.length);
        for (PartialEntry entry : batch.getEntries()) {
          open.add(entry.getPaneStart().toEpochMilli());
        }
        watermarks.put(batch.getSourcePartition(), batch.getWatermark().toEpochMilli());
        if (watermarks.size() == 2) {
          long watermark = Math.min(watermarks.get(0), watermarks.get(1));
          // the longest window is of 30 s, and 10 s are allowed behind it
          open.removeIf(pane -> pane + 40_000 <= watermark);
          most = Math.max(most, open.size());
        }
      }
    }
    return most;
  }

  private List<byte[]> committed(String topic, int partitions) {
    return committed(topic, 0, partitions);
  }

  /** Values of all committed records of some partitions of a topic. */
  private List<byte[]> committed(String topic, int from, int to) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (int partition = from; partition < to; partition++) {
      partitions.add(new TopicPartition(topic, partition));
    }
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "isolation.level",
                "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<byte[]> values = new ArrayList<>();
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
      }
      return values;
    }
  }
}
