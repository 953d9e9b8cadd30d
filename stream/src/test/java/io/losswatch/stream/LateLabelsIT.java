package io.losswatch.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.losswatch.core.window.Series;
import io.losswatch.schemas.LabelBatch;
import io.losswatch.schemas.LogitBatch;
import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.RollingLoss;
import io.losswatch.schemas.Tensor;
import io.losswatch.schemas.codec.RecordCodec;
import io.losswatch.stream.broker.JavaProcess;
import io.losswatch.stream.broker.KafkaBroker;
import io.losswatch.stream.broker.LabelledStreamProcess;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Labels that come later on a real broker: before and after their predictions, twice and never, by
 * batch and by sample; one of two instances is killed half-way. Every sample is in its windows
 * once, with its label or without, and the ranges of both inputs are told once.
 */
class LateLabelsIT {
  private static final int SAMPLES = 30_000;
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final RecordCodec<RollingLoss> LOSSES = RecordCodec.of(RollingLoss.class);
  private static final RecordCodec<PartialBatch> PARTIALS = RecordCodec.of(PartialBatch.class);
  private static final RecordCodec<LabelBatch> LABELS = RecordCodec.of(LabelBatch.class);
  private static final RecordCodec<LogitBatch> BATCHES = RecordCodec.of(LogitBatch.class);

  private final Random random = new Random(20261123);
  private final List<Monitor> monitors =
      LabelledStreamProcess.settings("", "oracle", "classic").monitors();
  private final Oracle labelled = new Oracle(monitors);
  private final Oracle unlabelled = new Oracle(monitors);
  private KafkaBroker broker;

  @BeforeEach
  void startBroker() throws Exception {
    broker = KafkaBroker.start();
  }

  @AfterEach
  void stopBroker() throws Exception {
    broker.close();
  }

  private void createInputs(int labelPartitions) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic("predictions", Traffic.PARTITIONS, (short) 1),
                  new NewTopic(LabelledStreamProcess.LABELS, labelPartitions, (short) 1)))
          .all()
          .get();
    }
  }

  private StreamSettings settings() {
    return LabelledStreamProcess.settings(broker.bootstrapServers(), "test", "classic");
  }

  @Test
  void topics_ofUnequalPartitionCounts_areRefusedWithBothCounts() throws Exception {
    createInputs(2);

    assertThatIllegalStateException()
        .isThrownBy(() -> LossStream.createTopics(settings()))
        .withMessageContaining("predictions has " + Traffic.PARTITIONS)
        .withMessageContaining("labels has 2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void kill_halfWay_countsEverySampleWithItsLabelOnce(String groupProtocol) throws Exception {
    createInputs(Traffic.PARTITIONS);
    LossStream.createTopics(settings());
    Instant end = Instant.now().minusSeconds(1200).truncatedTo(ChronoUnit.SECONDS);
    List<ProducerRecord<byte[], byte[]>> records = records(end);
    String servers = broker.bootstrapServers();
    try (JavaProcess first = LabelledStreamProcess.start(servers, "a", groupProtocol);
        JavaProcess second = LabelledStreamProcess.start(servers, "b", groupProtocol)) {
      produce(records.subList(0, records.size() / 2));
      await("a quarter is counted\n" + first.output(), () -> countedOffsets() > records.size() / 4);
      first.kill();
      produce(records.subList(records.size() / 2, records.size()));
      await("all is counted\n" + second.output(), () -> countedOffsets() == endOffsets());
      close(Instant.now());
      await("all windows are final\n" + second.output(), () -> finals().size() == windows());
    }
    checkWindows();
    checkTiling();
    assertThat(committed("dead-letter")).isEmpty();
  }

  private long windows() {
    Map<Oracle.WindowKey, Oracle.Totals> all = new HashMap<>(labelled.windows());
    all.putAll(unlabelled.windows());
    return all.size();
  }

  /** Predictions in their order, labels somewhere near them. */
  private List<ProducerRecord<byte[], byte[]>> records(Instant end) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    List<Traffic.Sent> sent = new Traffic(7).batches(SAMPLES, end.minusSeconds(300), end);
    for (int i = 0; i < sent.size(); i++) {
      Traffic.Sent each = sent.get(i);
      boolean isLabelled = random.nextInt(10) > 0;
      (isLabelled ? labelled : unlabelled).add(each.value());
      List<ProducerRecord<byte[], byte[]>> labels = isLabelled ? labels(each, i) : List.of();
      records.add(prediction(each, i));
      for (ProducerRecord<byte[], byte[]> label : labels) {
        int copies = random.nextInt(10) == 0 ? 2 : 1;
        for (int copy = 0; copy < copies; copy++) {
          // before its predictions, or up to some hundred records after them
          records.add(Math.max(0, records.size() - random.nextInt(20)), label);
        }
      }
    }
    for (int i = 0; i + 300 < records.size(); i += 300) {
      Collections.shuffle(records.subList(i + 150, i + 300), random);
    }
    return records;
  }

  private static ProducerRecord<byte[], byte[]> prediction(Traffic.Sent sent, int i) {
    LogitBatch batch = sent.batch();
    batch.setBatchId("batch-" + i);
    batch.setSampleIds(ids(i, 0, rows(sent)));
    batch.setLabels(null);
    return new ProducerRecord<>("predictions", sent.partition(), null, BATCHES.encode(batch));
  }

  private static int rows(Traffic.Sent sent) {
    return sent.batch().getLabels().getShape().get(0).intValue();
  }

  private static List<String> ids(int batch, int from, int to) {
    List<String> ids = new ArrayList<>();
    for (int row = from; row < to; row++) {
      ids.add("sample-" + batch + "-" + row);
    }
    return ids;
  }

  private List<ProducerRecord<byte[], byte[]>> labels(Traffic.Sent sent, int i) {
    int rows = rows(sent);
    if (random.nextBoolean() || rows < 2) {
      return List.of(label(sent, i, "batch-" + i, 0, rows));
    }
    int cut = 1 + random.nextInt(rows - 1);
    return List.of(label(sent, i, null, 0, cut), label(sent, i, null, cut, rows));
  }

  private ProducerRecord<byte[], byte[]> label(
      Traffic.Sent sent, int i, String batchId, int from, int to) {
    Tensor all = sent.batch().getLabels();
    ByteBuffer data = ((ByteBuffer) all.getData()).duplicate();
    int size = data.remaining() / rows(sent);
    ByteBuffer part = data.slice(data.position() + from * size, (to - from) * size);
    LabelBatch label =
        LabelBatch.newBuilder()
            .setModel(sent.batch().getModel())
            .setLabelTime(sent.batch().getEventTime().plusSeconds(random.nextInt(60)))
            .setBatchId(batchId)
            .setSampleIds(batchId == null ? ids(i, from, to) : null)
            .setLabels(new Tensor(all.getDatatype(), List.of((long) to - from), part))
            .build();
    return new ProducerRecord<>(
        LabelledStreamProcess.LABELS, sent.partition(), null, LABELS.encode(label));
  }

  private void produce(List<ProducerRecord<byte[], byte[]>> records) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      records.forEach(producer::send);
    }
  }

  /** An event time that lets every watermark pass the last window's lateness. */
  private void close(Instant time) {
    List<ProducerRecord<byte[], byte[]>> closing = new ArrayList<>();
    for (int partition = 0; partition < Traffic.PARTITIONS; partition++) {
      byte[] value = Traffic.closing(partition, time).value();
      closing.add(new ProducerRecord<>("predictions", partition, null, value));
    }
    produce(closing);
  }

  private void checkWindows() {
    Map<Oracle.WindowKey, RollingLoss> finals = finals();
    finals.forEach((key, loss) -> {
      Oracle.Totals expected = labelled.windows().getOrDefault(key, new Oracle.Totals());
      Oracle.Totals without = unlabelled.windows().getOrDefault(key, new Oracle.Totals());
      assertThat(loss.getCount()).as("count of %s", key).isEqualTo(expected.count());
      assertThat(loss.getIgnored()).as("ignored of %s", key).isEqualTo(expected.ignored());
      assertThat(loss.getUnlabeledCount())
          .as("unlabeled of %s", key)
          .isEqualTo(without.count() + without.ignored());
      assertThat(loss.getLateCount()).as("late of %s", key).isZero();
      if (expected.count() > 0) {
        double mean = expected.mean();
        assertThat(loss.getMean()).as("mean of %s", key).isCloseTo(mean, within(1e-12 * mean));
      }
    });
    assertThat(finals.keySet()).containsAll(labelled.windows().keySet());
  }

  private void checkTiling() {
    Map<String, TreeMap<Long, Long>> ranges = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : committed("partials")) {
      PartialBatch batch = PARTIALS.decode(record.value(), 0, record.value().length);
      if (batch.getToOffset() > batch.getFromOffset()) {
        Long before =
            ranges
                .computeIfAbsent(
                    batch.getSourceTopic() + "-" + batch.getSourcePartition(),
                    source -> new TreeMap<>())
                .put(batch.getFromOffset(), batch.getToOffset());
        assertThat(before).as("%s", batch).isIn(null, batch.getToOffset());
      }
    }
    assertThat(ranges).hasSize(2 * Traffic.PARTITIONS);
    ranges.forEach((source, tiles) -> {
      long next = 0;
      for (Map.Entry<Long, Long> tile : tiles.entrySet()) {
        assertThat(tile.getKey()).as("%s: %s", source, tiles).isEqualTo(next);
        next = tile.getValue();
      }
    });
  }

  /** The last records of windows that hold something. */
  private Map<Oracle.WindowKey, RollingLoss> finals() {
    Map<Oracle.WindowKey, RollingLoss> finals = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : committed("rolling-loss")) {
      RollingLoss loss = LOSSES.decode(record.value(), 0, record.value().length);
      boolean isEmpty = loss.getCount() + loss.getUnlabeledCount() + loss.getIgnored() == 0;
      if (loss.getIsFinal() && !isEmpty) {
        assertThat(finals.put(key(loss), loss)).as("final once: %s", loss).isNull();
      }
    }
    return finals;
  }

  private static Oracle.WindowKey key(RollingLoss loss) {
    String series =
        new Series(
                loss.getMonitor(),
                loss.getModel(),
                loss.getVersion(),
                new TreeMap<>(loss.getSlice()))
            .key();
    return new Oracle.WindowKey(series, loss.getWindow(), loss.getWindowEnd().toEpochMilli());
  }

  private List<ConsumerRecord<byte[], byte[]>> committed(String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      List<TopicPartition> partitions = partitions(consumer, topic);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
      return records;
    }
  }

  private static List<TopicPartition> partitions(KafkaConsumer<?, ?> consumer, String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed"),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  private long countedOffsets() {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      return admin
          .listConsumerGroupOffsets("test-evaluate")
          .partitionsToOffsetAndMetadata()
          .get()
          .values()
          .stream()
          .mapToLong(offset -> offset.offset())
          .sum();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private long endOffsets() {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      List<TopicPartition> inputs = new ArrayList<>(partitions(consumer, "predictions"));
      inputs.addAll(partitions(consumer, LabelledStreamProcess.LABELS));
      return consumer.endOffsets(inputs).values().stream().mapToLong(Long::longValue).sum();
    }
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waiting until " + what).isLessThan(deadline);
      LockSupport.parkNanos(50_000_000);
    }
  }
}
