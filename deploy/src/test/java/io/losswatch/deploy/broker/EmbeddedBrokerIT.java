package io.losswatch.deploy.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class EmbeddedBrokerIT {
  @TempDir Path directory;

  @Test
  void transactions_committedAndAborted_readCommittedSeesTheFirst() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.startTemporary(0)) {
      createTopic(broker, "t");

      send(broker, "kept", true);
      send(broker, "dropped", false);
      send(broker, "kept too", true);

      assertThat(read(broker, 2)).containsExactly("kept", "kept too");
    }
  }

  @Test
  void usedDirectory_takenAgain_hasItsData() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0)) {
      createTopic(broker, "t");
      send(broker, "from before", true);
    }

    try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0)) {
      assertThat(read(broker, 1)).containsExactly("from before");
    }
  }

  /**
   * A broker that was killed counts as alive for a minute, and its successor is not let in before.
   */
  @Test
  @Timeout(value = 50, unit = TimeUnit.SECONDS)
  void directoryOfAKilledBroker_takenAgain_waitsForNoSession() throws Exception {
    Path asItWasKilled = directory.resolve("copy");
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("data"), 0)) {
      createTopic(broker, "t");
      send(broker, "from before", true);
      assertThat(read(broker, 1)).as("what is copied is complete").hasSize(1);
      copy(directory.resolve("data"), asItWasKilled);
    }

    try (EmbeddedBroker broker = EmbeddedBroker.start(asItWasKilled, 0)) {
      assertThat(read(broker, 1)).containsExactly("from before");
      send(broker, "from now", true);
      assertThat(read(broker, 2)).containsExactly("from before", "from now");
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  @Test
  void portInUse_isRefusedByNameAndNumber() throws Exception {
    try (EmbeddedBroker first = EmbeddedBroker.startTemporary(0)) {
      int port = Integer.parseInt(first.bootstrapServers().split(":")[1]);

      assertThatThrownBy(() -> EmbeddedBroker.startTemporary(port))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("port " + port + " of 127.0.0.1 cannot be listened on");
    }
  }

  @Test
  void directoryInUse_isRefusedAndLeavesTheFirstAtWork() throws Exception {
    try (EmbeddedBroker first = EmbeddedBroker.start(directory, 0)) {
      assertThatThrownBy(() -> EmbeddedBroker.start(directory, 0))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("another broker holds the directory");

      createTopic(first, "t");
      send(first, "still here", true);
      assertThat(read(first, 1)).containsExactly("still here");
    }
  }

  @Test
  void temporaryDirectory_afterClose_isGone() throws Exception {
    Path path;
    try (DataDirectory temporary = DataDirectory.temporary()) {
      path = temporary.path();
      temporary.format();
      assertThat(path.resolve("meta.properties")).exists();
    }

    assertThat(Files.exists(path)).isFalse();
  }

  private static void createTopic(EmbeddedBroker broker, String name) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic(name, 1, (short) 1))).all().get();
    }
  }

  private static void send(EmbeddedBroker broker, String value, boolean commits) throws Exception {
    Map<String, Object> properties =
        Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "writer");
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>("t", value)).get();
      if (commits) {
        producer.commitTransaction();
      } else {
        producer.abortTransaction();
      }
    }
  }

  private static List<String> read(EmbeddedBroker broker, int count) {
    Map<String, Object> properties =
        Map.of(
            "bootstrap.servers", broker.bootstrapServers(),
            "isolation.level", "read_committed",
            "auto.offset.reset", "earliest");
    List<String> values = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
      consumer.assign(List.of(new TopicPartition("t", 0)));
      while (values.size() < count) {
        consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
      }
    }
    return values;
  }
}
