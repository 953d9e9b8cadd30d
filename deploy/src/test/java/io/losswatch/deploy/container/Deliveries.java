package io.losswatch.deploy.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.schemas.DataType;
import io.losswatch.schemas.Layout;
import io.losswatch.schemas.LogitBatch;
import io.losswatch.schemas.OutputKind;
import io.losswatch.schemas.Tensor;
import io.losswatch.schemas.codec.RecordCodec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The traffic of one application: float64 logits of ten classes with their labels, from two
 * regions, compressed by native code, in event time that goes on from one delivery to the next. It
 * knows, by the textbook, the losses of each window.
 */
final class Deliveries {
  static final int PARTITIONS = 3;
  static final long WINDOW_MILLIS = 2_000;

  private static final int CLASSES = 10;
  private static final int MAX_ROWS = 16;
  private static final int BATCHES = 300;
  private static final long STEP_MILLIS = 20;
  private static final List<String> REGIONS = List.of("eu", "us");
  private static final RecordCodec<LogitBatch> CODEC = RecordCodec.of(LogitBatch.class);

  private final String servers;
  private final String name;
  private final Random random;
  private final SortedMap<WindowOf, List<Double>> losses = new TreeMap<>();
  private long timeMillis;

  Deliveries(String servers, String name, long seed) {
    this.servers = servers;
    this.name = name;
    this.random = new Random(seed);
    long past = Instant.now().toEpochMilli() - 240_000;
    this.timeMillis = past - past % WINDOW_MILLIS;
  }

  /** The application, whose topics begin with it. */
  String name() {
    return name;
  }

  String topic(String kind) {
    return name + "-" + kind;
  }

  /**
   * What the service is told. A silent partition does not count as idle: only records move time;
   * and who was killed is missed soon.
   */
  String configuration(String bootstrapServers) {
    return """
    application-id: %1$s
    instance-id: only
    kafka:
      bootstrap.servers: %2$s
      consumer: {session.timeout.ms: 6000, heartbeat.interval.ms: 1000}
    topics:
      predictions: [%1$s-predictions]
      partials: %1$s-partials
      output: %1$s-output
      dead-letter: %1$s-letters
      partitions: 3
    monitors:
      - {name: ce, model: m, loss: cross_entropy, slices: [[region]], windows: ["tumbling:2s"]}
    time: {max-out-of-orderness: 0s, allowed-lateness: 0s, idle-after: 1h, max-skew: 1h}
    """
        .formatted(name, bootstrapServers);
  }

  /** Sends six seconds' worth of event time, and returns when the broker has it all. */
  void send() throws ExecutionException, InterruptedException {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      for (int i = 0; i < BATCHES; i++) {
        sent.add(send(producer, i % PARTITIONS, batch("m", timeMillis)));
        timeMillis += STEP_MILLIS;
      }
    }
    confirm(sent);
  }

  /** Moves time, on every partition, past the end of all windows. */
  void close() throws ExecutionException, InterruptedException {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      for (int partition = 0; partition < PARTITIONS; partition++) {
        sent.add(send(producer, partition, batch("closing", timeMillis + WINDOW_MILLIS)));
      }
    }
    confirm(sent);
  }

  private static void confirm(List<Future<RecordMetadata>> sent)
      throws ExecutionException, InterruptedException {
    for (Future<RecordMetadata> each : sent) {
      assertThat(each.get().hasOffset()).isTrue();
    }
  }

  /** The windows of all that was sent, each with its losses one by one. */
  SortedMap<WindowOf, List<Double>> losses() {
    return losses;
  }

  private Future<RecordMetadata> send(
      KafkaProducer<byte[], byte[]> producer, int partition, LogitBatch batch) {
    return producer.send(
        new ProducerRecord<>(topic("predictions"), partition, null, CODEC.encode(batch)));
  }

  private LogitBatch batch(String model, long time) {
    int rows = 1 + random.nextInt(MAX_ROWS);
    String region = REGIONS.get(random.nextInt(REGIONS.size()));
    ByteBuffer logits = buffer(rows * CLASSES * Double.BYTES);
    ByteBuffer labels = buffer(rows * Long.BYTES);
    for (int row = 0; row < rows; row++) {
      double loss = row(logits, labels);
      if (model.equals("m")) {
        count(region, time, loss);
      }
    }
    return LogitBatch.newBuilder()
        .setModel(model)
        .setEventTime(Instant.ofEpochMilli(time))
        .setTags(Map.of("region", region))
        .setKind(OutputKind.LOGITS)
        .setLayout(Layout.CLASS_LAST)
        .setPredictions(
            new Tensor(DataType.FP64, List.of((long) rows, (long) CLASSES), logits.flip()))
        .setLabels(new Tensor(DataType.INT64, List.of((long) rows), labels.flip()))
        .build();
  }

  /** Writes a row and its label, and returns ln Σ exp(x) − x[label]. */
  private double row(ByteBuffer logits, ByteBuffer labels) {
    int label = random.nextInt(CLASSES);
    double sum = 0;
    double ofLabel = 0;
    for (int c = 0; c < CLASSES; c++) {
      double logit = random.nextGaussian() * 3;
      logits.putDouble(logit);
      sum += Math.exp(logit);
      ofLabel = c == label ? logit : ofLabel;
    }
    labels.putLong(label);
    return Math.log(sum) - ofLabel;
  }

  private void count(String region, long time, double loss) {
    long start = time - time % WINDOW_MILLIS;
    for (String slice : List.of("", "region=" + region)) {
      losses
          .computeIfAbsent(new WindowOf("ce/m//" + slice, start), window -> new ArrayList<>())
          .add(loss);
    }
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", servers, "compression.type", "zstd"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }
}
