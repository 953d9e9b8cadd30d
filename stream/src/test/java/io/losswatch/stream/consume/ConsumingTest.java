package io.losswatch.stream.consume;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the consumer is told, whatever a user has set. */
class ConsumingTest {
  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer", "CONSUMER"})
  void properties_ofEachProtocol_areAcceptedByKafka(String protocol) {
    Map<String, Object> properties =
        properties(Map.of("bootstrap.servers", "127.0.0.1:1", "group.protocol", protocol));
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      assertThat(consumer.assignment()).isEmpty();
    }
  }

  @Test
  void properties_ofTheClassicProtocol_assignRanges() {
    assertThat(properties(Map.of()))
        .containsEntry(
            ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
            "org.apache.kafka.clients.consumer.RangeAssignor")
        .doesNotContainKey(ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG);
  }

  @Test
  void properties_ofTheNewProtocol_assignRangesOnTheBroker() {
    assertThat(properties(Map.of("group.protocol", "consumer")))
        .containsEntry(ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG, "range")
        .doesNotContainKey(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG);
  }

  @Test
  void properties_thatOffsetsDependOn_areNotForUsersToSet() {
    Map<String, Object> properties =
        properties(
            Map.of(
                "group.id", "theirs",
                "enable.auto.commit", "true",
                "isolation.level", "read_uncommitted",
                "auto.offset.reset", "latest"));

    assertThat(properties)
        .containsEntry("group.id", "ours")
        .containsEntry("enable.auto.commit", "false")
        .containsEntry("isolation.level", "read_committed")
        .containsEntry("auto.offset.reset", "none");
  }

  private static Map<String, Object> properties(Map<String, Object> users) {
    return Consuming.consumerProperties(
        new ConsumeSettings(
            new ConsumeSettings.Clients(users, Map.of()),
            "ours",
            List.of("predictions"),
            new ConsumeSettings.Pace(CommitGrid.of(Duration.ZERO), Duration.ZERO, Duration.ZERO),
            1));
  }
}
