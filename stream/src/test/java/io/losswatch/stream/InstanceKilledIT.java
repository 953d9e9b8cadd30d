package io.losswatch.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.RollingLoss;
import io.losswatch.schemas.codec.RecordCodec;
import io.losswatch.stream.broker.JavaProcess;
import io.losswatch.stream.broker.KafkaBroker;
import io.losswatch.stream.broker.StreamProcess;
import java.nio.charset.StandardCharsets;
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
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two instances on a real broker, each in a JVM of its own, one of which is killed half-way: every
 * sample is in its windows once, and the ranges of the partials tile the input.
 */
class InstanceKilledIT {
  private static final int SAMPLES = 100_000;
  private static final int POISON = 40;
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final RecordCodec<RollingLoss> LOSSES = RecordCodec.of(RollingLoss.class);
  private static final RecordCodec<PartialBatch> PARTIALS = RecordCodec.of(PartialBatch.class);

  private KafkaBroker broker;
  private StreamSettings settings;
  private final Oracle oracle =
      new Oracle(StreamProcess.settings("", "oracle", "classic").monitors());

  @BeforeEach
  void startBroker() throws Exception {
    broker = KafkaBroker.start();
    settings = StreamProcess.settings(broker.bootstrapServers(), "test", "classic");
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin
          .createTopics(List.of(new NewTopic("predictions", Traffic.PARTITIONS, (short) 1)))
          .all()
          .get();
    }
    LossStream.createTopics(settings);
  }

  @AfterEach
  void stopBroker() throws Exception {
    broker.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void kill_halfWay_countsEverySampleOnce(String groupProtocol) throws Exception {
    Instant end = Instant.now().minusSeconds(60).truncatedTo(ChronoUnit.SECONDS);
    List<Traffic.Sent> sent = new Traffic(20261122).batches(SAMPLES, end.minusSeconds(300), end);
    try (JavaProcess first = StreamProcess.start(broker.bootstrapServers(), "a", groupProtocol)) {
      // under load already when the second one takes half of the partitions away
      produce(sent.subList(0, sent.size() / 2));
      try (JavaProcess second =
          StreamProcess.start(broker.bootstrapServers(), "b", groupProtocol)) {
        killFirst(sent, first, second);
      }
    }
    checkWindows();
    checkTiling();
    checkDeadLetters();
  }

  private void killFirst(List<Traffic.Sent> sent, JavaProcess first, JavaProcess second)
      throws InterruptedException {
    await("both have partitions\n" + first.output(), () -> members().size() == 2);
    produce(sent.subList(sent.size() / 2, sent.size() * 3 / 4));
    await("a half is counted\n" + first.output(), () -> countedOffsets() > sent.size() / 2);
    assertThat(first.isAlive()).as(first.output()).isTrue();
    first.kill();
    produce(sent.subList(sent.size() * 3 / 4, sent.size()));
    poison();
    close(Instant.now());
    await("all is counted, output:\n" + second.output(), () -> countedOffsets() == endOffsets());
    await("all windows are final, output:\n" + second.output(), this::allFinal);
    assertThat(second.terminate()).as(second.output()).isIn(0, 143);
    assertThat(second.output()).contains("stopped");
  }

  private void produce(List<Traffic.Sent> sent) {
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      for (Traffic.Sent each : sent) {
        byte[] value = each.value();
        oracle.add(value);
        producer.send(new ProducerRecord<>("predictions", each.partition(), null, value));
      }
    }
  }

  private void poison() {
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      for (int i = 0; i < POISON; i++) {
        byte[] value = ("no frame " + i).getBytes(StandardCharsets.UTF_8);
        producer.send(new ProducerRecord<>("predictions", i % Traffic.PARTITIONS, null, value));
      }
    }
  }

  /** Event times that let every watermark pass the last window's lateness. */
  private void close(Instant time) {
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      for (int partition = 0; partition < Traffic.PARTITIONS; partition++) {
        producer.send(
            new ProducerRecord<>(
                "predictions", partition, null, Traffic.closing(partition, time).value()));
      }
    }
  }

  private KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private void checkWindows() {
    Map<Oracle.WindowKey, RollingLoss> finals = new HashMap<>();
    Set<String> seen = new HashSet<>();
    for (RollingLoss loss : losses()) {
      assertThat(seen.add(key(loss) + "#" + loss.getRevision()))
          .as("published once: %s", loss)
          .isTrue();
      if (loss.getIsFinal()) {
        assertThat(finals.put(key(loss), loss)).as("final once: %s", loss).isNull();
      }
    }
    oracle
        .windows()
        .forEach((key, expected) -> {
          RollingLoss actual = finals.remove(key);
          assertThat(actual).as("final record of %s", key).isNotNull();
          assertThat(actual.getCount()).as("count of %s", key).isEqualTo(expected.count());
          assertThat(actual.getIgnored()).as("ignored of %s", key).isEqualTo(expected.ignored());
          assertThat(actual.getLateCount()).as("late of %s", key).isZero();
          double mean = expected.mean();
          assertThat(actual.getMean()).as("mean of %s", key).isCloseTo(mean, within(1e-12 * mean));
        });
    // what remains are the records that say that a series has fallen silent
    finals.values().forEach(loss -> assertThat(loss.getCount()).as("%s", loss).isZero());
  }

  private void checkTiling() {
    Map<String, TreeSet<List<Long>>> ranges = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : committed("partials")) {
      PartialBatch batch = PARTIALS.decode(record.value(), 0, record.value().length);
      if (batch.getToOffset() > batch.getFromOffset()) {
        ranges
            .computeIfAbsent(
                batch.getSourceTopic() + "-" + batch.getSourcePartition(),
                source ->
                    new TreeSet<>((a, b) ->
                        a.toString().equals(b.toString())
                            ? 0
                            : Long.compare(a.get(0), b.get(0)) != 0
                                ? Long.compare(a.get(0), b.get(0))
                                : Long.compare(a.get(1), b.get(1))))
            .add(List.of(batch.getFromOffset(), batch.getToOffset()));
      }
    }
    assertThat(ranges).hasSize(Traffic.PARTITIONS);
    ranges.forEach((source, tiles) -> {
      long next = 0;
      for (List<Long> tile : tiles) {
        assertThat(tile.get(0)).as("%s after %d: %s", source, next, tiles).isEqualTo(next);
        next = tile.get(1);
      }
      assertThat(next).as("end of " + source).isEqualTo(endOffset(source));
    });
  }

  private void checkDeadLetters() {
    List<String> sources = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : committed("dead-letter")) {
      assertThat(header(record, "losswatch-reason")).isEqualTo("malformed-frame");
      sources.add(header(record, "losswatch-source"));
    }
    assertThat(sources).hasSize(POISON).doesNotHaveDuplicates();
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  private static Oracle.WindowKey key(RollingLoss loss) {
    String key =
        new io.losswatch.core.window.Series(
                loss.getMonitor(),
                loss.getModel(),
                loss.getVersion(),
                new TreeMap<>(loss.getSlice()))
            .key();
    return new Oracle.WindowKey(key, loss.getWindow(), loss.getWindowEnd().toEpochMilli());
  }

  private boolean allFinal() {
    Set<Oracle.WindowKey> finals = new HashSet<>();
    for (RollingLoss loss : losses()) {
      if (loss.getIsFinal()) {
        finals.add(key(loss));
      }
    }
    return finals.containsAll(oracle.windows().keySet());
  }

  private List<RollingLoss> losses() {
    return committed("rolling-loss").stream()
        .map(record -> LOSSES.decode(record.value(), 0, record.value().length))
        .toList();
  }

  /** All committed records of a topic. */
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
    List<TopicPartition> partitions = new ArrayList<>();
    for (PartitionInfo info : consumer.partitionsFor(topic)) {
      partitions.add(new TopicPartition(topic, info.partition()));
    }
    return partitions;
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed"),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  /** Members of hop 1's group that own something. */
  private List<String> members() {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      return admin.describeConsumerGroups(List.of("test-evaluate")).all().get().values().stream()
          .flatMap(group -> group.members().stream())
          .filter(member -> !member.assignment().topicPartitions().isEmpty())
          .map(member -> member.consumerId())
          .toList();
    } catch (ExecutionException e) {
      // nobody has joined yet
      assertThat(e).hasCauseInstanceOf(GroupIdNotFoundException.class);
      return List.of();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
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
      return consumer.endOffsets(partitions(consumer, "predictions")).values().stream()
          .mapToLong(Long::longValue)
          .sum();
    }
  }

  private long endOffset(String source) {
    int partition = Integer.parseInt(source.substring(source.lastIndexOf('-') + 1));
    TopicPartition of = new TopicPartition("predictions", partition);
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      return consumer.endOffsets(List.of(of)).getOrDefault(of, -1L);
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
