package io.losswatch.deploy.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.losswatch.deploy.broker.EmbeddedBroker;
import io.losswatch.deploy.config.Configuration;
import io.losswatch.stream.LossStream;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;
import reactor.core.Disposable;

/** Alerts and dashboard, on a real Prometheus that scrapes a stream at work. */
class PrometheusIT {
  private static final Path RULES = Path.of("prometheus/alerts.yml").toAbsolutePath();

  /** What an alert compares, and with what. */
  private static final Pattern ALERT = Pattern.compile("(.*) (>|<) [0-9.]+");

  @TempDir Path directory;

  @Test
  void rules_areTakenByPromtoolAndDoAsTheirTestsSay() throws Exception {
    assumeInstalled("promtool");
    promtool("check", "rules", RULES.toString());
    promtool("test", "rules", RULES.resolveSibling("alerts_test.yml").toString());
  }

  private void promtool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(arguments));
    Path output = directory.resolve("promtool");
    Process promtool =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();

    assertThat(promtool.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(promtool.exitValue()).as(Files.readString(output)).isZero();
  }

  @Test
  void expressions_ofAlertsAndDashboard_haveDataDuringARun() throws Exception {
    assumeInstalled("prometheus");
    try (EmbeddedBroker broker = EmbeddedBroker.startTemporary(0)) {
      Traffic traffic = new Traffic(broker.bootstrapServers());
      traffic.makeInput();
      Configuration configuration = Configuration.load(traffic.configuration(directory), Map.of());
      LossStream stream = LossStream.of(configuration.settings());
      try (Exposition exposition = Exposition.open(configuration.http(), stream, "test")) {
        Disposable running = stream.run().subscribe();
        try {
          traffic.sendWeek();
          Asking.await(
              () -> stream.counts().input().records() == Traffic.BATCHES + 1,
              () -> stream.counts().toString());
          traffic.sendNow();
          ask(exposition.url());
        } finally {
          stream.stop();
          running.dispose();
        }
      }
    }
  }

  private void ask(String url) throws Exception {
    int port = freePort();
    Process prometheus = start(url, port);
    try {
      for (String expression : expressions()) {
        String query =
            "http://127.0.0.1:%d/api/v1/query?query=%s"
                .formatted(port, URLEncoder.encode(expression, StandardCharsets.UTF_8));
        Asking.await(
            () -> hasData(query),
            () -> expression + " has no data: " + Asking.get(query).body() + log());
      }
      JsonNode rules =
          Asking.get("http://127.0.0.1:%d/api/v1/rules".formatted(port)).json().at("/data/groups");
      assertThat(rules.path(0).path("rules")).hasSize(alerts().size());
    } finally {
      prometheus.destroyForcibly().waitFor();
    }
  }

  private static boolean hasData(String query) {
    Asking.Answer answer = Asking.get(query);
    return answer.status() == 200 && !answer.json().at("/data/result").isEmpty();
  }

  private String log() {
    try {
      return "\n" + Files.readString(directory.resolve("prometheus.log"));
    } catch (IOException e) {
      return "";
    }
  }

  private Process start(String url, int port) throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("prometheus.yml"),
            """
            global: {scrape_interval: 1s, evaluation_interval: 1s}
            rule_files: ["%s"]
            scrape_configs:
              - job_name: losswatch
                static_configs: [{targets: ["%s"]}]
            """
                .formatted(RULES, url.replaceAll("http://|/$", "")));
    return new ProcessBuilder(
            "prometheus",
            "--config.file=" + file,
            "--storage.tsdb.path=" + directory.resolve("tsdb"),
            "--web.listen-address=127.0.0.1:" + port)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("prometheus.log").toFile())
        .start();
  }

  private static List<String> expressions() throws IOException {
    List<String> expressions = new ArrayList<>();
    for (String alert : alerts()) {
      Matcher compared = ALERT.matcher(alert);
      assertThat(compared.matches()).as(alert).isTrue();
      expressions.add(compared.group(1));
    }
    JsonNode dashboard = new ObjectMapper().readTree(Path.of("grafana/dashboard.json").toFile());
    for (JsonNode panel : dashboard.path("panels")) {
      panel.path("targets").forEach(target -> expressions.add(target.path("expr").asText()));
    }
    assertThat(expressions).hasSizeGreaterThan(20).allMatch(each -> !each.isBlank());
    return expressions;
  }

  private static List<String> alerts() throws IOException {
    JsonNode rules =
        new ObjectMapper().valueToTree(new Yaml().<Object>load(Files.readString(RULES)));
    List<String> alerts = new ArrayList<>();
    for (JsonNode group : rules.path("groups")) {
      group.path("rules").forEach(rule -> alerts.add(rule.path("expr").asText()));
    }
    assertThat(alerts).isNotEmpty();
    return alerts;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void assumeInstalled(String program) {
    boolean isInstalled = false;
    for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
      isInstalled |= Files.isExecutable(Path.of(folder, program));
    }
    if (!isInstalled) {
      System.out.println("skipped: there is no " + program + " on the PATH");
    }
    assumeTrue(isInstalled, "there is no " + program + " on the PATH");
  }
}
