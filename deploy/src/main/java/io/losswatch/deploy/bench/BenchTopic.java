package io.losswatch.deploy.bench;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * An input topic of one size of batches.
 *
 * @param name of the topic
 * @param size of its batches
 * @param partitions of the topic
 * @param records it holds
 * @param bytes of their values
 */
record BenchTopic(String name, BatchSize size, int partitions, long records, long bytes) {
  private static final int MAX_RECORD_BYTES = 16 << 20;

  /** Of a record's value, on average. */
  double recordBytes() {
    return (double) bytes / records;
  }

  long samples() {
    return records * size.rows();
  }

  /** All of its partitions. */
  List<TopicPartition> all() {
    return all(name);
  }

  /** All partitions of a topic that has as many. */
  List<TopicPartition> all(String topic) {
    return IntStream.range(0, partitions)
        .mapToObj(partition -> new TopicPartition(topic, partition))
        .toList();
  }

  /**
   * Makes the topic and fills it, event times ascending up to now.
   *
   * @param isStopped asked between records
   */
  @SuppressWarnings("FutureReturnValueIgnored") // the callback hears of failures
  static BenchTopic fill(
      Kafka kafka, String name, BatchSize size, BenchOptions.Load load, BooleanSupplier isStopped) {
    create(kafka, name, load, Map.of());
    Batches batches = new Batches(size, load);
    long now = System.currentTimeMillis();
    long records = load.records(batches.value(0, now).length);
    BenchOptions.Amount amount = load.amount();
    long bytes = 0;
    AtomicReference<KafkaException> failure = new AtomicReference<>();
    try (KafkaProducer<byte[], byte[]> producer = producer(kafka, load)) {
      for (long i = 0; i < records && !isStopped.getAsBoolean(); i++) {
        long eventTime =
            now - amount.eventMillis(records, records) + amount.eventMillis(i, records);
        int partition = (int) (i % load.partitions());
        byte[] value = batches.value(i, eventTime);
        bytes += value.length;
        producer.send(
            new ProducerRecord<>(name, partition, null, value),
            (metadata, failed) -> {
              if (failed != null) {
                failure.set(new KafkaException("the topic cannot be filled", failed));
              }
            });
        KafkaException failed = failure.get();
        if (failed != null) {
          throw failed;
        }
      }
    }
    return new BenchTopic(name, size, load.partitions(), records, bytes);
  }

  static void create(
      Kafka kafka, String name, BenchOptions.Load load, Map<String, String> settings) {
    String compression = load.compression();
    Map<String, String> all = new HashMap<>(settings);
    all.put("max.message.bytes", String.valueOf(MAX_RECORD_BYTES));
    all.put("compression.type", compression.equals("none") ? "producer" : compression);
    all.put("retention.ms", "-1");
    NewTopic topic =
        new NewTopic(name, Optional.of(load.partitions()), Optional.empty()).configs(all);
    try (Admin admin = Admin.create(kafka.properties())) {
      admin.createTopics(List.of(topic)).all().get();
    } catch (ExecutionException e) {
      throw new KafkaException("the topic " + name + " cannot be made", e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  static KafkaProducer<byte[], byte[]> producer(Kafka kafka, BenchOptions.Load load) {
    Map<String, Object> properties = new HashMap<>(kafka.properties());
    properties.put("compression.type", load.compression());
    properties.put("max.request.size", MAX_RECORD_BYTES);
    properties.put("batch.size", 1 << 20);
    properties.put("buffer.memory", 64L << 20);
    properties.put("linger.ms", 5);
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
