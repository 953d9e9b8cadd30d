package io.losswatch.deploy.cli;

import static io.losswatch.deploy.eval.LogitBatchFiles.batch;
import static io.losswatch.deploy.eval.LogitBatchFiles.doubles;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.losswatch.deploy.broker.EmbeddedBroker;
import io.losswatch.deploy.config.Configuration;
import io.losswatch.schemas.LabelBatch;
import io.losswatch.schemas.LogitBatch;
import io.losswatch.schemas.OutputKind;
import io.losswatch.schemas.codec.RecordCodec;
import io.losswatch.stream.LossStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code losswatch audit} on a broker, of what the service has counted there. */
class AuditCommandIT {
  private static final int BATCHES = 200;

  /** Of these; the others have theirs within. */
  private static final int LABELS = 100;

  private static final RecordCodec<LogitBatch> CODEC = RecordCodec.of(LogitBatch.class);
  private static final RecordCodec<LabelBatch> LABEL_CODEC = RecordCodec.of(LabelBatch.class);
  private static final String CONFIGURATION =
      """
      application-id: audited
      instance-id: a
      kafka: {bootstrap.servers: "%s"}
      topics: {predictions: [predictions], labels: labels, partitions: 2}
      monitors:
        - {name: errors, model: m, loss: mse, windows: ["rolling:20s/10s", "tumbling:10s", "ewma:80s"]}
      time: {max-out-of-orderness: 1s, allowed-lateness: 1m, label-horizon: 1m}
      commit-interval: 50ms
      """;

  @TempDir Path directory;

  @Test
  void topics_thatTheServiceHasCounted_areProvedUntilALetterIsThereTwice() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.startTemporary(0)) {
      Path file =
          Files.writeString(
              directory.resolve("losswatch.yaml"),
              CONFIGURATION.formatted(broker.bootstrapServers()));
      Map<String, Object> properties = Map.of("bootstrap.servers", broker.bootstrapServers());
      try (Admin admin = Admin.create(properties)) {
        admin
            .createTopics(
                List.of(
                    new NewTopic("predictions", 2, (short) 1),
                    new NewTopic("labels", 2, (short) 1)))
            .all()
            .get();
        produce(properties);
        count(Configuration.load(file, Map.of()), properties);

        Shell text = Shell.run("audit", "--config", file.toString());
        Shell json = Shell.run("audit", "--config", file.toString(), "--json");

        assertThat(text.exitCode()).as(text.out() + text.err()).isZero();
        assertThat(text.lines())
            .anyMatch(line ->
                line.startsWith("errors/m//  ") && line.contains("proved    200 samples, "));
        assertThat(text.out()).contains("predictions-0", "1 proved, 0 unproved, 0 refuted");
        JsonNode summary = new ObjectMapper().readTree(json.lines().get(json.lines().size() - 1));
        assertThat(summary.path("verdict").asText()).isEqualTo("proved");
        assertThat(summary.path("sources").path("proved").asInt()).isEqualTo(4);
        assertThat(json.exitCode()).isZero();

        letterTwice(properties);
        Shell refuted = Shell.run("audit", "--config", file.toString());

        assertThat(refuted.exitCode()).isEqualTo(1);
        assertThat(refuted.out()).contains("refuted", "predictions-0@100 has 2 dead letters");
      }
    }
  }

  private static ProducerRecord<byte[], byte[]> label(int i, long labelTime) {
    LabelBatch label =
        LabelBatch.newBuilder()
            .setModel("m")
            .setLabelTime(Instant.ofEpochMilli(labelTime))
            .setBatchId("batch-" + i)
            .setLabels(doubles(List.of(1L), 0.5))
            .build();
    return new ProducerRecord<>("labels", i % 2, null, LABEL_CODEC.encode(label));
  }

  /** A batch each 100 ms of a time that is over, half of them labelled apart, and poison. */
  private static void produce(Map<String, Object> properties) {
    long start = Instant.now().toEpochMilli() - 120_000;
    try (KafkaProducer<byte[], byte[]> producer = producer(properties)) {
      for (int i = 0; i < BATCHES; i++) {
        LogitBatch batch =
            batch(
                OutputKind.VALUES,
                null,
                doubles(List.of(1L), (double) i),
                doubles(List.of(1L), 0.5));
        batch.setEventTime(Instant.ofEpochMilli(start + 100L * i));
        if (i % 4 < 2) {
          batch.setLabels(null);
          batch.setBatchId("batch-" + i);
          producer.send(label(i, start + 100L * i));
        }
        producer.send(new ProducerRecord<>("predictions", i % 2, null, CODEC.encode(batch)));
      }
      for (int partition = 0; partition < 2; partition++) {
        byte[] poison = "poison".getBytes(StandardCharsets.UTF_8);
        producer.send(new ProducerRecord<>("predictions", partition, null, poison));
      }
    }
  }

  /** Records that let all windows become final. */
  private static void close(Map<String, Object> properties) {
    try (KafkaProducer<byte[], byte[]> producer = producer(properties)) {
      for (int partition = 0; partition < 2; partition++) {
        LogitBatch closing =
            batch(OutputKind.VALUES, null, doubles(List.of(1L), 0.0), doubles(List.of(1L), 0.0));
        closing.setModel("closing");
        closing.setEventTime(Instant.now());
        producer.send(new ProducerRecord<>("predictions", partition, null, CODEC.encode(closing)));
      }
    }
  }

  private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> properties) {
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Runs the service until it has counted and published everything, then stops it. */
  private static void count(Configuration configuration, Map<String, Object> properties)
      throws Exception {
    LossStream stream = LossStream.of(configuration.settings());
    CompletableFuture<Void> running = stream.run().toFuture();
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    // two hops: the averages alone are published for each 10 s of a minute
    boolean isClosed = false;
    while (stream.counts().input().records() < BATCHES + LABELS + 4
        || stream.counts().output().windows().finals() < 8) {
      assertThat(System.nanoTime()).as("%s", stream.counts()).isLessThan(deadline);
      assertThat(running).isNotCompletedExceptionally();
      if (!isClosed && stream.counts().input().records() == BATCHES + LABELS + 2) {
        close(properties);
        isClosed = true;
      }
      LockSupport.parkNanos(50_000_000);
    }
    stream.stop();
    running.get(1, TimeUnit.MINUTES);
  }

  private static void letterTwice(Map<String, Object> properties) {
    try (KafkaProducer<byte[], byte[]> producer = producer(properties)) {
      ProducerRecord<byte[], byte[]> letter =
          new ProducerRecord<>(
              "losswatch-dead-letter", null, null, "poison".getBytes(StandardCharsets.UTF_8));
      letter.headers().add("losswatch-reason", "malformed-frame".getBytes(StandardCharsets.UTF_8));
      letter
          .headers()
          .add("losswatch-source", "predictions-0@100".getBytes(StandardCharsets.UTF_8));
      producer.send(letter);
    }
  }
}
