package io.losswatch.deploy.soak;

import io.losswatch.schemas.DataType;
import io.losswatch.schemas.Layout;
import io.losswatch.schemas.LogitBatch;
import io.losswatch.schemas.OutputKind;
import io.losswatch.schemas.Tensor;
import io.losswatch.schemas.codec.RecordCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A producer that goes on all the time: seeded batches, of which some are late, some too late, some
 * poison and some sent twice. Event times lie a minute back, so that a last record can close all
 * windows at once. A thread of its own sends.
 */
final class SoakTraffic implements AutoCloseable {
  static final RecordCodec<LogitBatch> CODEC = RecordCodec.of(LogitBatch.class);

  private static final Duration BACK = Duration.ofMinutes(1);
  private static final long PAUSE_NANOS = 10_000_000;
  private static final String[] REGIONS = {"north", "south", "east"};

  private final Random random;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private final ConcurrentLinkedQueue<Exception> failures = new ConcurrentLinkedQueue<>();
  private final Thread thread = new Thread(this::sendAll, "soak-traffic");
  private volatile boolean stopped;
  private long number;

  SoakTraffic(String bootstrapServers, long seed) {
    random = new Random(seed);
    Map<String, Object> properties =
        Map.of(
            "bootstrap.servers", bootstrapServers,
            "acks", "all",
            "linger.ms", 5,
            "delivery.timeout.ms", 300_000,
            "max.block.ms", 300_000);
    producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  void start() {
    thread.start();
  }

  private void sendAll() {
    while (!stopped) {
      sendNext();
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private void sendNext() {
    int partition = random.nextInt(SoakTopics.PARTITIONS);
    int kind = random.nextInt(50);
    if (kind == 0) {
      String id = "poison-" + number++;
      send(partition, id, id.getBytes(StandardCharsets.UTF_8));
      return;
    }
    long lateMillis = kind == 1 ? 200_000 : kind <= 3 ? 5_000 : random.nextInt(1_500);
    String id = "batch-" + number++;
    byte[] value =
        CODEC.encode(
            batch(id, "m" + random.nextInt(3), Instant.now().minus(BACK).minusMillis(lateMillis)));
    send(partition, id, value);
    if (kind == 4) {
      send(partition, id, value);
    }
  }

  private void send(int partition, String id, byte[] value) {
    producer.send(
        new ProducerRecord<>(SoakTopics.INPUT, partition, null, value),
        (metadata, failure) -> {
          if (failure == null) {
            acknowledged.add(id);
          } else {
            failures.add(failure);
          }
        });
  }

  private LogitBatch batch(String id, String model, Instant time) {
    int rows = 1 + random.nextInt(8);
    return LogitBatch.newBuilder()
        .setModel(model)
        .setVersion("1")
        .setBatchId(id)
        .setEventTime(time)
        .setTags(Map.of("region", REGIONS[random.nextInt(REGIONS.length)]))
        .setKind(OutputKind.VALUES)
        .setLayout(Layout.CLASS_LAST)
        .setPredictions(numbers(rows))
        .setLabels(numbers(rows))
        .build();
  }

  private Tensor numbers(int rows) {
    List<Double> numbers = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      numbers.add(random.nextGaussian());
    }
    return new Tensor(DataType.FP64, List.of((long) rows), numbers);
  }

  /** No more traffic; then a record for each partition that lets all windows become final. */
  void finish() throws InterruptedException {
    stopped = true;
    thread.join();
    for (int partition = 0; partition < SoakTopics.PARTITIONS; partition++) {
      String id = "closing-" + partition;
      send(partition, id, CODEC.encode(batch(id, "closing", Instant.now())));
    }
    producer.flush();
  }

  /** Ids of all that the broker has confirmed. */
  Set<String> acknowledged() {
    return acknowledged;
  }

  /** What could not be sent. */
  List<Exception> failures() {
    return List.copyOf(failures);
  }

  @Override
  public void close() {
    stopped = true;
    producer.close(Duration.ZERO);
  }
}
