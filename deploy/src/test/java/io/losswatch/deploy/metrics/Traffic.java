package io.losswatch.deploy.metrics;

import static io.losswatch.deploy.eval.LogitBatchFiles.batch;
import static io.losswatch.deploy.eval.LogitBatchFiles.doubles;

import io.losswatch.schemas.LogitBatch;
import io.losswatch.schemas.OutputKind;
import io.losswatch.schemas.codec.RecordCodec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A week of a model, all of it over, and what follows it: a window of so long a size is not
 * followed by the one that says that the series fell silent while a test looks.
 */
final class Traffic {
  static final int BATCHES = 100;

  private static final long WEEK_MILLIS = Duration.ofDays(7).toMillis();
  private static final RecordCodec<LogitBatch> CODEC = RecordCodec.of(LogitBatch.class);

  private final Map<String, Object> properties;

  Traffic(String bootstrapServers) {
    this.properties = Map.of("bootstrap.servers", bootstrapServers);
  }

  /** Writes a configuration of a service that listens on a free port. */
  Path configuration(Path directory) throws Exception {
    return Files.writeString(
        directory.resolve("losswatch.yaml"),
        """
        application-id: served
        instance-id: a
        kafka: {bootstrap.servers: "%s"}
        topics: {predictions: [predictions], partitions: 2}
        monitors:
          - {name: errors, model: m, loss: mse, slices: [[region]], windows: ["tumbling:7d"]}
        time: {max-out-of-orderness: 1s, allowed-lateness: 1s}
        commit-interval: 50ms
        http: {port: 0}
        """
            .formatted(properties.get("bootstrap.servers")));
  }

  void makeInput() throws Exception {
    try (Admin admin = Admin.create(properties)) {
      admin.createTopics(List.of(new NewTopic("predictions", 2, (short) 1))).all().get();
    }
  }

  /** Batches of the last week, each with a squared error of 4, and poison. */
  void sendWeek() {
    long week = System.currentTimeMillis() / WEEK_MILLIS * WEEK_MILLIS - WEEK_MILLIS;
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      for (int i = 0; i < BATCHES; i++) {
        LogitBatch batch = values("m", 3);
        batch.setTags(Map.of("region", "eu"));
        batch.setEventTime(Instant.ofEpochMilli(week + 1000L * i));
        producer.send(new ProducerRecord<>("predictions", i % 2, null, CODEC.encode(batch)));
      }
      byte[] poison = "poison".getBytes(StandardCharsets.UTF_8);
      producer.send(new ProducerRecord<>("predictions", 0, null, poison));
    }
  }

  /** A record of now in each partition. */
  void sendNow() {
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      for (int partition = 0; partition < 2; partition++) {
        LogitBatch now = values("other", 0);
        now.setEventTime(Instant.now());
        producer.send(new ProducerRecord<>("predictions", partition, null, CODEC.encode(now)));
      }
    }
  }

  private static LogitBatch values(String model, double prediction) {
    LogitBatch batch =
        batch(OutputKind.VALUES, null, doubles(List.of(1L), prediction), doubles(List.of(1L), 1.0));
    batch.setModel(model);
    return batch;
  }

  private KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
