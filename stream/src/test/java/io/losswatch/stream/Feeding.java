package io.losswatch.stream;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A producer on a thread of its own, which sends seeded batches with poison among them until it is
 * stopped, and outlives every fault of the brokers. Each batch it sends is in the oracle.
 */
final class Feeding implements AutoCloseable {
  /** Samples of about 80 records, which share so many milliseconds of event time. */
  private static final int STRETCH_SAMPLES = 2000;

  private static final long STRETCH_MILLIS = 2000;
  private static final Duration BEGINS_AGO = Duration.ofHours(1);

  private final KafkaProducer<byte[], byte[]> producer;
  private final Oracle oracle;
  private final Traffic traffic;
  private final Random random;
  private final Rate rate;
  private final Thread thread = new Thread(this::feed, "feeding");
  private final SortedMap<Integer, Long> acknowledged = new ConcurrentSkipListMap<>();
  private final SortedSet<String> poisoned = new ConcurrentSkipListSet<>();
  private Instant eventTime = Instant.now().minus(BEGINS_AGO).truncatedTo(ChronoUnit.SECONDS);
  private volatile boolean stopped;
  private volatile @Nullable Exception failure;

  /**
   * How much is sent.
   *
   * @param recordsPerSecond at most
   * @param poison share of records that nobody can read
   */
  record Rate(int recordsPerSecond, double poison) {
    static final Rate STEADY = new Rate(250, 0.02);
  }

  Feeding(String bootstrapServers, Oracle oracle, long seed, Rate rate) {
    this.oracle = oracle;
    this.traffic = new Traffic(seed);
    this.random = new Random(seed + 1);
    this.rate = rate;
    this.producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "acks",
                "all",
                "enable.idempotence",
                "true",
                "delivery.timeout.ms",
                "300000",
                "request.timeout.ms",
                "5000",
                "max.block.ms",
                "300000"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    thread.setDaemon(true);
    thread.start();
  }

  /** What the brokers have acknowledged: the offset after the last one, by partition. */
  SortedMap<Integer, Long> acknowledged() {
    return new TreeMap<>(acknowledged);
  }

  /** Where poison lies, such as {@code predictions-0@17}. */
  SortedSet<String> poisoned() {
    return poisoned;
  }

  /** Sends no more traffic; what is sent is acknowledged when this returns. */
  void stop() throws InterruptedException {
    stopped = true;
    thread.join();
    producer.flush();
    Exception cause = failure;
    if (cause != null) {
      throw new IllegalStateException("the input could not be produced", cause);
    }
  }

  /** Records that let every watermark pass all windows' lateness. After {@link #stop}. */
  void closeWindows() {
    for (int partition = 0; partition < Traffic.PARTITIONS; partition++) {
      send(partition, Traffic.closing(partition, Instant.now()).value(), false);
    }
    producer.flush();
  }

  @Override
  public void close() {
    stopped = true;
    producer.close(Duration.ZERO);
  }

  private void feed() {
    try {
      while (!stopped) {
        Instant next = eventTime.plusMillis(STRETCH_MILLIS);
        for (Traffic.Sent each : traffic.batches(STRETCH_SAMPLES, eventTime, next)) {
          if (stopped) {
            return;
          }
          feed(each);
          LockSupport.parkNanos(1_000_000_000L / rate.recordsPerSecond());
        }
        eventTime = next;
      }
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  private void feed(Traffic.Sent each) {
    if (random.nextDouble() < rate.poison()) {
      byte[] value = ("no frame " + random.nextInt()).getBytes(StandardCharsets.UTF_8);
      send(each.partition(), value, true);
    }
    byte[] value = each.value();
    oracle.add(value);
    send(each.partition(), value, false);
  }

  private void send(int partition, byte[] value, boolean isPoison) {
    producer.send(
        new ProducerRecord<>("predictions", partition, null, value),
        (metadata, cause) -> {
          if (cause == null) {
            acknowledge(metadata, isPoison);
          } else {
            failure = cause;
          }
        });
  }

  private void acknowledge(RecordMetadata metadata, boolean isPoison) {
    if (isPoison) {
      poisoned.add("predictions-" + metadata.partition() + "@" + metadata.offset());
    }
    acknowledged.merge(metadata.partition(), metadata.offset() + 1, Math::max);
  }
}
