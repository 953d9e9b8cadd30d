package io.losswatch.deploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.losswatch.deploy.broker.EmbeddedBroker;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

/** {@code losswatch bench}, small: that its numbers are those of what was sent. */
class BenchCommandIT {
  @Test
  void bench_onABrokerOfItsOwn_addsUp() throws Exception {
    Shell shell =
        Shell.run(
            "bench",
            "--size=1kb",
            "--megabytes=9",
            "--rounds=1",
            "--warm-ups=0",
            "--latency-seconds=7",
            "--json");

    assertThat(shell.exitCode()).as(shell.err()).isZero();
    assertThat(shell.err().lines()).allMatch(line -> line.startsWith("losswatch: "));
    JsonNode report = new ObjectMapper().readTree(shell.out());
    assertThat(report.path("sizes")).hasSize(1);
    JsonNode size = report.path("sizes").path(0);
    assertThat(size.path("samples").asLong()).isEqualTo(size.path("records").asLong());
    assertThat(size.path("bytes").asLong()).isBetween(8_000_000L, 9_500_000L);
    double bare = size.path("bare").path("bytes_per_second").asDouble();
    double service = size.path("service").path("bytes_per_second").asDouble();
    assertThat(bare).isPositive();
    assertThat(size.path("ratio").asDouble()).isEqualTo(service / bare);
    assertThat(size.path("service").path("allocated_per_byte").asDouble()).isPositive();
    assertThat(size.path("service").path("cpu_seconds_per_gb").asDouble()).isPositive();
    assertThat(size.path("latency_ms").path("windows").asInt()).isPositive();
  }

  @Test
  void bench_onBrokersThatAreThere_leavesItsTopicsByTheirName() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.startTemporary(0)) {
      Shell shell =
          Shell.run(
              "bench",
              "--bootstrap-server=" + broker.bootstrapServers(),
              "--size=40kb",
              "--megabytes=2",
              "--rounds=1",
              "--warm-ups=0",
              "--latency-seconds=0",
              "--compression=lz4",
              "--group-protocol=consumer");

      assertThat(shell.exitCode()).as(shell.err()).isZero();
      assertThat(shell.out()).contains("compression lz4, group protocol consumer");
      assertThat(shell.out()).containsPattern("service +[0-9]+ +[0-9.]+ ");
      Set<String> inputs = topics(broker);
      assertThat(inputs).hasSizeGreaterThan(1);
      assertThat(inputs).allMatch(topic -> topic.startsWith("losswatch-bench-"));
    }
  }

  private static Set<String> topics(EmbeddedBroker broker) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      return admin.listTopics().names().get().stream().collect(Collectors.toSet());
    }
  }
}
