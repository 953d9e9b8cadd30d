package io.losswatch.deploy.demo;

import io.losswatch.schemas.RollingLoss;
import io.losswatch.schemas.codec.RecordCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * What the service published, read as any other program would read it: committed records only. Its
 * own thread owns the consumer.
 */
final class Reading implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final long PATIENCE_MILLIS = 10_000;

  private final RecordCodec<RollingLoss> codec = RecordCodec.of(RollingLoss.class);
  private final SortedMap<String, Long> deadLetters = new TreeMap<>();
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private final BiConsumer<String, RollingLoss> losses;
  private final Consumer<String, byte[]> consumer;
  private final Thread thread;
  private volatile boolean isClosing;

  Reading(Consumer<String, byte[]> consumer, BiConsumer<String, RollingLoss> losses) {
    this.consumer = consumer;
    this.losses = losses;
    this.thread = new Thread(this::read, "demo-reading");
  }

  /**
   * Starts to read from the beginning of both topics, which exist.
   *
   * @param losses is given each rolling loss with the key of its series, by one thread
   */
  static Reading start(String bootstrapServers, BiConsumer<String, RollingLoss> losses) {
    Reading reading = new Reading(consumer(bootstrapServers), losses);
    reading.thread.setDaemon(true);
    reading.thread.start();
    return reading;
  }

  /** Dead letters so far, by reason. */
  SortedMap<String, Long> deadLetters() {
    synchronized (deadLetters) {
      return new TreeMap<>(deadLetters);
    }
  }

  /** Why reading ended before it was told to. */
  Optional<Exception> failure() {
    return Optional.ofNullable(failure.get());
  }

  @Override
  public void close() {
    isClosing = true;
    consumer.wakeup();
    try {
      thread.join(PATIENCE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void read() {
    try (consumer) {
      consumer.subscribe(List.of(DemoSettings.OUTPUT, DemoSettings.DEAD_LETTERS));
      while (!isClosing) {
        consumer.poll(POLL).forEach(this::take);
      }
    } catch (WakeupException e) {
      if (!isClosing) {
        failure.set(e);
      }
    } catch (RuntimeException e) {
      failure.set(e);
    }
  }

  /** Takes one record of either topic. */
  void take(ConsumerRecord<String, byte[]> record) {
    if (record.topic().equals(DemoSettings.DEAD_LETTERS)) {
      Header reason = record.headers().lastHeader("losswatch-reason");
      String code =
          reason == null ? "without reason" : new String(reason.value(), StandardCharsets.UTF_8);
      synchronized (deadLetters) {
        deadLetters.merge(code, 1L, Long::sum);
      }
      return;
    }
    losses.accept(record.key(), codec.decode(record.value(), 0, record.value().length));
  }

  private static Consumer<String, byte[]> consumer(String bootstrapServers) {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers",
            bootstrapServers,
            "group.id",
            "losswatch-demo-table",
            "isolation.level",
            "read_committed",
            "auto.offset.reset",
            "earliest",
            "enable.auto.commit",
            "false"),
        new StringDeserializer(),
        new ByteArrayDeserializer());
  }
}
