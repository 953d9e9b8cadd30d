package io.losswatch.deploy.security;

import static io.losswatch.deploy.eval.LogitBatchFiles.batch;
import static io.losswatch.deploy.eval.LogitBatchFiles.doubles;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.losswatch.deploy.broker.SecuredBroker;
import io.losswatch.deploy.broker.SecuredBroker.Listener;
import io.losswatch.deploy.config.Configuration;
import io.losswatch.schemas.LabelBatch;
import io.losswatch.schemas.LogitBatch;
import io.losswatch.schemas.OutputKind;
import io.losswatch.schemas.RollingLoss;
import io.losswatch.schemas.codec.RecordCodec;
import io.losswatch.stream.LossStream;
import io.losswatch.stream.StreamCounts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * An application on a secured broker: two windows of traffic, a half of it labelled apart on
 * request, and a poisoned record in each partition. What must come out is known beforehand.
 */
final class Job {
  private static final int PARTITIONS = 2;
  private static final int BATCHES = 40;
  private static final long STEP_MILLIS = 500;
  private static final long WINDOW_MILLIS = 10_000;
  private static final int WINDOWS = 2;
  private static final double LABEL = 0.5;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final RecordCodec<LogitBatch> CODEC = RecordCodec.of(LogitBatch.class);
  private static final RecordCodec<LabelBatch> LABEL_CODEC = RecordCodec.of(LabelBatch.class);
  private static final RecordCodec<RollingLoss> OUTPUT = RecordCodec.of(RollingLoss.class);

  private final SecuredBroker broker;
  private final String name;
  private final boolean isLabelledLater;
  private final Map<String, Object> open;
  private final SortedMap<Long, List<Double>> losses = new TreeMap<>();

  Job(SecuredBroker broker, String name, boolean isLabelledLater) {
    this.broker = broker;
    this.name = name;
    this.isLabelledLater = isLabelledLater;
    this.open = Map.of("bootstrap.servers", broker.servers(Listener.PLAINTEXT));
  }

  /** What the words in capitals of the documented permissions are here. */
  Map<String, String> names() {
    return Map.of(
        "APPLICATION-ID",
        name,
        "INSTANCE-ID",
        "a",
        "PREDICTIONS",
        topic("predictions"),
        "LABELS",
        topic("labels"),
        "PARTIALS",
        topic("partials"),
        "OUTPUT",
        topic("output"),
        "DEAD-LETTER",
        topic("letters"));
  }

  String topic(String kind) {
    return name + "-" + kind;
  }

  /**
   * Writes the configuration.
   *
   * @param kafka lines of that block
   * @param more further lines
   */
  Path configuration(Path directory, String kafka, boolean createsTopics, String more)
      throws Exception {
    String text =
        """
        application-id: %s
        instance-id: a
        kafka:
        %stopics: {predictions: [%s], %spartials: %s, output: %s, dead-letter: %s, partitions: 2, create: %s}
        monitors:
          - {name: errors, model: m, loss: mse, deduplicate: %s, windows: ["tumbling:10s"]}
        time: {max-out-of-orderness: 1s, label-horizon: 1m}
        commit-interval: 50ms
        http: {port: 0, token: planted-token-for-http}
        %s
        """
            .formatted(
                name,
                kafka,
                topic("predictions"),
                isLabelledLater ? "labels: " + topic("labels") + ", " : "",
                topic("partials"),
                topic("output"),
                topic("letters"),
                createsTopics,
                isLabelledLater,
                more);
    return Files.writeString(directory.resolve(name + ".yaml"), text);
  }

  /** Makes the inputs. */
  void makeInputs(Admin admin) throws Exception {
    List<NewTopic> inputs = new ArrayList<>();
    for (String kind : List.of("predictions", "labels")) {
      inputs.add(new NewTopic(topic(kind), Optional.of(PARTITIONS), Optional.empty()));
    }
    admin.createTopics(inputs).all().get();
  }

  /** Sends the traffic, whose windows are over but for a record that moves time on. */
  void send() {
    long start = (Instant.now().toEpochMilli() - 120_000) / WINDOW_MILLIS * WINDOW_MILLIS;
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      for (int i = 0; i < BATCHES; i++) {
        long time = start + STEP_MILLIS * i;
        losses
            .computeIfAbsent(time / WINDOW_MILLIS * WINDOW_MILLIS, window -> new ArrayList<>())
            .add((i - LABEL) * (i - LABEL));
        LogitBatch batch = values("m", "planted-id-" + name + i, i, time);
        batch.setTags(Map.of("user", "planted-tag"));
        if (isLabelledLater && i / PARTITIONS % 2 == 0) {
          batch.setLabels(null);
          producer.send(
              new ProducerRecord<>(
                  topic("labels"), i % PARTITIONS, null, label("planted-id-" + name + i, time)));
        }
        producer.send(
            new ProducerRecord<>(topic("predictions"), i % PARTITIONS, null, CODEC.encode(batch)));
      }
      poison(producer);
    }
  }

  /** One batch and poison in each partition: something to do for each stage. */
  void sendMore() {
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      poison(producer);
      sendClosing(producer);
    }
  }

  /** One that a registry would have to be asked about. */
  void sendFramed() {
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      byte[] value = "\0\0\0\0\1planted-body".getBytes(StandardCharsets.UTF_8);
      producer.send(new ProducerRecord<>(topic("predictions"), 0, null, value));
    }
  }

  /** True if there is such a topic. */
  boolean exists(Admin admin, String kind) {
    try {
      return admin.listTopics().names().get().contains(topic(kind));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void poison(KafkaProducer<byte[], byte[]> producer) {
    for (int partition = 0; partition < PARTITIONS; partition++) {
      byte[] poison = "planted-poison".getBytes(StandardCharsets.UTF_8);
      producer.send(new ProducerRecord<>(topic("predictions"), partition, null, poison));
    }
  }

  private void sendClosing(KafkaProducer<byte[], byte[]> producer) {
    for (int partition = 0; partition < PARTITIONS; partition++) {
      LogitBatch closing = values("closing", null, 0, Instant.now().toEpochMilli());
      producer.send(
          new ProducerRecord<>(topic("predictions"), partition, null, CODEC.encode(closing)));
    }
  }

  private static LogitBatch values(String model, String id, double value, long time) {
    LogitBatch batch =
        batch(OutputKind.VALUES, id, doubles(List.of(1L), value), doubles(List.of(1L), LABEL));
    batch.setModel(model);
    batch.setEventTime(Instant.ofEpochMilli(time));
    return batch;
  }

  private static byte[] label(String id, long time) {
    return LABEL_CODEC.encode(
        LabelBatch.newBuilder()
            .setModel("m")
            .setLabelTime(Instant.ofEpochMilli(time))
            .setBatchId(id)
            .setLabels(doubles(List.of(1L), LABEL))
            .build());
  }

  /** Counts all of it in this process, as {@code run} does, and stops. */
  void run(Path configuration) throws Exception {
    LossStream stream = LossStream.of(Configuration.load(configuration, Map.of()).settings());
    CompletableFuture<Void> running = stream.run().toFuture();
    int labels = isLabelledLater ? BATCHES / 2 : 0;
    await(stream, running, () -> records(stream) >= BATCHES + PARTITIONS + labels);
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      sendClosing(producer);
    }
    await(stream, running, () -> stream.counts().output().windows().finals() >= WINDOWS);
    stream.stop();
    running.get(1, TimeUnit.MINUTES);
  }

  private static long records(LossStream stream) {
    StreamCounts counts = stream.counts();
    return counts.input().records();
  }

  private static void await(
      LossStream stream, CompletableFuture<Void> running, BooleanSupplier condition)
      throws Exception {
    await(
        condition,
        () -> {
          assertThat(running.isDone()).as("ended: %s", stream.counts()).isFalse();
          return stream.counts();
        });
  }

  /** Waits; asks for something to say meanwhile. */
  static void await(BooleanSupplier condition, Supplier<Object> state) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("%s", state.get()).isLessThan(deadline);
      LockSupport.parkNanos(20_000_000);
    }
  }

  /** The last revision of each window is what the traffic says, and so are the dead letters. */
  void check() {
    SortedMap<Long, RollingLoss> last = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : committed(topic("output"))) {
      RollingLoss loss = OUTPUT.decode(record.value(), 0, record.value().length);
      last.merge(
          loss.getWindowStart().toEpochMilli(),
          loss,
          (a, b) -> a.getRevision() > b.getRevision() ? a : b);
    }
    last.values().removeIf(loss -> loss.getCount() == 0); // that a series fell silent
    assertThat(last.keySet()).isEqualTo(losses.keySet());
    last.forEach((start, loss) -> {
      List<Double> expected = losses.getOrDefault(start, List.of());
      assertThat(loss.getIsFinal()).isTrue();
      assertThat(loss.getCount()).isEqualTo(expected.size());
      assertThat(loss.getUnlabeledCount()).isZero();
      assertThat(loss.getSum())
          .isCloseTo(expected.stream().mapToDouble(each -> each).sum(), within(1e-9));
    });
    assertThat(committed(topic("letters"))).hasSize(PARTITIONS);
  }

  List<ConsumerRecord<byte[], byte[]>> committed(String topic) {
    Map<String, Object> properties =
        Map.of(
            "bootstrap.servers",
            open.get("bootstrap.servers"),
            "isolation.level",
            "read_committed");
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(each -> new TopicPartition(topic, each.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    return records;
  }

  private KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(open, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
