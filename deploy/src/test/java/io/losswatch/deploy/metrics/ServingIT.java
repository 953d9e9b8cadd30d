package io.losswatch.deploy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.losswatch.deploy.broker.EmbeddedBroker;
import io.losswatch.deploy.soak.ChildJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code losswatch run} as a process, as those see it who look at its port. */
class ServingIT {
  private static final Pattern URL = Pattern.compile("listening on (http://\\S+/)");

  @TempDir Path directory;

  @Test
  void service_thatRuns_showsItsLossesMetricsAndHealthAndStopsWell() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.startTemporary(0)) {
      Traffic traffic = new Traffic(broker.bootstrapServers());
      traffic.makeInput();
      Path file = traffic.configuration(directory);
      try (ChildJvm service = start(file)) {
        Asking.await(() -> URL.matcher(output(service)).find(), () -> output(service));
        Matcher matcher = URL.matcher(output(service));
        assertThat(matcher.find()).isTrue();
        String url = matcher.group(1);
        Asking.await(() -> Asking.get(url + "health/ready").status() == 200, () -> output(service));
        assertThat(Asking.get(url + "health/live").status()).isEqualTo(200);

        traffic.sendWeek();
        // the week has to be read before time is moved on, or it would be late
        Asking.await(
            () -> metrics(url).contains("losswatch_records_total 101.0"), () -> metrics(url));
        traffic.sendNow();
        Asking.await(() -> rows(url).size() == 2, () -> output(service) + rows(url));
        Asking.await(() -> missing(metrics(url)).isEmpty(), () -> missing(metrics(url)).toString());
        check(rows(url), metrics(url));

        service.terminate();
        assertThat(service.join()).as(output(service)).isZero();
        assertThat(output(service)).contains("stopped: ");
      }
    }
  }

  @Test
  void service_toldToStopWhileTheBrokerIsGone_endsWellAllTheSame() throws Exception {
    EmbeddedBroker broker = EmbeddedBroker.startTemporary(0);
    try {
      Traffic traffic = new Traffic(broker.bootstrapServers());
      traffic.makeInput();
      Path file = traffic.configuration(directory);
      try (ChildJvm service = start(file)) {
        Asking.await(() -> URL.matcher(output(service)).find(), () -> output(service));
        Matcher matcher = URL.matcher(output(service));
        assertThat(matcher.find()).isTrue();
        String url = matcher.group(1);
        Asking.await(() -> Asking.get(url + "health/ready").status() == 200, () -> output(service));
        traffic.sendWeek();
        broker.close();

        service.terminate();
        assertThat(service.join()).as(output(service)).isZero();
        assertThat(output(service)).contains("stopped: ");
      }
    } finally {
      broker.close();
    }
  }

  private static void check(JsonNode rows, String metrics) {
    JsonNode whole = rows.path(0);
    assertThat(whole.path("mean").asDouble()).isEqualTo(4);
    assertThat(whole.path("count").asInt()).isEqualTo(Traffic.BATCHES);
    assertThat(rows.path(1).path("slice").path("region").asText()).isEqualTo("eu");
    assertThat(metrics)
        .contains(
            "losswatch_ready 1.0",
            "losswatch_samples_total 100.0",
            "losswatch_dead_letters_total{reason=\"malformed-frame\"} 1.0",
            "losswatch_partitions{hop=\"evaluate\"} 2.0",
            "losswatch_partitions_restored{hop=\"roll\"} 2.0")
        .containsPattern(
            "losswatch_loss_mean\\{model=\"m\",monitor=\"errors\",slice=\"region=eu\",version=\"\",window=\"tumbling:7d\"} 4.0")
        .containsPattern(
            "losswatch_stage_seconds_total\\{hop=\"evaluate\",stage=\"decode\"} [0-9.E-]+")
        .contains("jvm_memory_used_bytes");
  }

  /** The metrics of the catalogue that are not exposed: some are known only after a while. */
  private static Set<String> missing(String metrics) {
    return Arrays.stream(Metric.values())
        .map(Metric::exposed)
        .filter(name -> !metrics.contains("\n" + name))
        .collect(Collectors.toSet());
  }

  private ChildJvm start(Path file) throws IOException {
    return ChildJvm.start(
        directory, "service", "256m", List.of("run", "--config", file.toString()), Map.of());
  }

  private static JsonNode rows(String url) {
    return Asking.get(url + "losses").json().path("rows");
  }

  private static String metrics(String url) {
    return Asking.get(url + "metrics").body();
  }

  private static String output(ChildJvm process) {
    try {
      return process.output();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
