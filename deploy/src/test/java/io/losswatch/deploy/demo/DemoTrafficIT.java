package io.losswatch.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.deploy.broker.EmbeddedBroker;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;

class DemoTrafficIT {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream progress = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  @Test
  void traffic_toACluster_makesTheTopicOnceAndIsAllThere() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.startTemporary(0)) {
      assertThat(send(broker.bootstrapServers()))
          .as(bytes.toString(StandardCharsets.UTF_8))
          .isZero();
      long first = records(broker.bootstrapServers());
      assertThat(first).isPositive();

      // the topic is there now
      assertThat(send(broker.bootstrapServers()))
          .as(bytes.toString(StandardCharsets.UTF_8))
          .isZero();
      assertThat(records(broker.bootstrapServers())).isGreaterThan(first);
    }
  }

  @Test
  void traffic_stopped_endsWithZero() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.startTemporary(0)) {
      DemoOptions endless = new DemoOptions(8080, OptionalLong.empty(), false);
      DemoTraffic traffic = new DemoTraffic(broker.bootstrapServers(), endless, progress);
      traffic.stop();
      assertThat(traffic.run()).isZero();
      assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("Sent ");
    }
  }

  private int send(String servers) {
    DemoOptions options = new DemoOptions(8080, OptionalLong.of(1), false);
    return new DemoTraffic(servers, options, progress).run();
  }

  private static long records(String servers) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", servers),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(DemoSettings.PREDICTIONS).stream()
              .map(each -> new TopicPartition(each.topic(), each.partition()))
              .toList();
      assertThat(partitions).hasSize(DemoSettings.PARTITIONS);
      return consumer.endOffsets(partitions, Duration.ofMinutes(1)).values().stream()
          .mapToLong(end -> end)
          .sum();
    }
  }
}
