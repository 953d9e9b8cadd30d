package io.losswatch.deploy.bench;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;

/** What Kafka's consumer can do at best: the settings of the service, and nothing but lengths. */
final class BareConsumer {
  private static final Duration POLL = Duration.ofMillis(100);

  private BareConsumer() {}

  /**
   * Reads the whole topic.
   *
   * @throws IllegalStateException if it does not hold what it must
   */
  static Measurement read(Kafka kafka, BenchTopic topic, BooleanSupplier isStopped) {
    Map<String, Object> properties = new HashMap<>(kafka.properties());
    properties.put("receive.buffer.bytes", -1);
    properties.put("max.poll.records", 500);
    properties.put("fetch.max.wait.ms", 100);
    properties.put("isolation.level", "read_committed");
    properties.put("enable.auto.commit", false);
    Usage.cleanUp();
    Progress progress = new Progress(System.nanoTime(), kafka.cpuNanos());
    try (KafkaConsumer<byte[], ByteBuffer> consumer =
        new KafkaConsumer<>(
            properties, new ByteArrayDeserializer(), new ByteBufferDeserializer())) {
      consumer.assign(topic.all());
      consumer.seekToBeginning(topic.all());
      long records = 0;
      long bytes = 0;
      while (records < topic.records() && !isStopped.getAsBoolean()) {
        for (ConsumerRecord<byte[], ByteBuffer> record : consumer.poll(POLL)) {
          records++;
          bytes += record.value().remaining();
        }
        progress.at(System.nanoTime(), records);
      }
      long end = System.nanoTime();
      if (bytes != topic.bytes() && !isStopped.getAsBoolean()) {
        throw new IllegalStateException(
            "%s holds %d bytes, but %d were read".formatted(topic.name(), topic.bytes(), bytes));
      }
      return Measurement.of(topic, progress, end, progress.usage());
    }
  }
}
