package io.losswatch.deploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.losswatch.deploy.broker.EmbeddedBroker;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

/** {@code losswatch bench}, small: that its numbers are those of what was sent. */
class BenchCommandIT {
  private static final long PATIENCE_NANOS = 60_000_000_000L;

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
  void bench_onBrokersThatAreThere_leavesNothingBehind() throws Exception {
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
              "--partitions=4",
              "--models=30",
              "--datatype=bf16",
              "--instances=2",
              "--group-protocol=consumer");

      assertThat(shell.exitCode()).as(shell.err()).isZero();
      assertThat(shell.out())
          .contains("bf16 in 4 partitions, 30 models, compression lz4")
          .contains("group protocol consumer, 2 instances");
      assertThat(shell.out()).containsPattern("service +[0-9]+ +[0-9.]+ ");
      assertThat(shell.err()).doesNotContain("cannot be deleted");
      awaitNoNames(broker);
    }
  }

  /** A broker hears a moment later than the controller of what is deleted. */
  private static void awaitNoNames(EmbeddedBroker broker) throws Exception {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    Set<String> names = names(broker);
    while (!names.isEmpty()) {
      assertThat(System.nanoTime()).as("still there: %s", names).isLessThan(deadline);
      LockSupport.parkNanos(50_000_000);
      names = names(broker);
    }
  }

  /** Of topics and groups. */
  private static Set<String> names(EmbeddedBroker broker) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      Set<String> names = new HashSet<>(admin.listTopics().names().get());
      admin.listGroups().all().get().forEach(group -> names.add(group.groupId()));
      return names;
    }
  }
}
