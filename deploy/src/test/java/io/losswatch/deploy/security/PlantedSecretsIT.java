package io.losswatch.deploy.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.deploy.broker.SecuredBroker;
import io.losswatch.deploy.broker.SecuredBroker.Listener;
import io.losswatch.deploy.soak.ChildJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Secrets in every place that takes one, payloads that tell who wrote them, good and failing ways:
 * nothing that is printed has any of it. Kafka's config providers give most of the secrets.
 */
class PlantedSecretsIT {
  /** Nobody listens there. */
  private static final String REGISTRY =
      "registry: {url: \"http://127.0.0.1:9\", basic-auth: \"planted-user:planted-auth\"}\n"
          + "output: {format: json}\n";

  private static final Pattern LISTENING = Pattern.compile("listening on (http://\\S+/)");

  @TempDir private static Path directory = Path.of("");

  @SuppressWarnings("NullAway.Init") // before all tests
  private static Access access;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static SecuredBroker broker;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static Admin admin;

  @BeforeAll
  static void start() throws Exception {
    access = Access.make(directory);
    broker = access.broker();
    admin = broker.admin();
    Job inputs = new Job(broker, "refused", false);
    inputs.makeInputs(admin);
    new Grants(admin)
        .add(
            Permission.documented().stream()
                .map(permission -> permission.binding("plain", inputs.names()))
                .distinct()
                .toList());
  }

  @AfterAll
  static void stop() {
    admin.close();
    broker.close();
  }

  @Test
  void run_withAllKindsOfSecrets_printsNone() throws Exception {
    Job job = new Job(broker, "secrets", false);
    job.makeInputs(admin);
    new Grants(admin)
        .add(
            Permission.documented().stream()
                .map(permission -> permission.binding("mutual", job.names()))
                .distinct()
                .toList());
    job.send();
    String kafka =
        access
                .kafka(broker, Listener.MUTUAL)
                .replace("config.providers: file,directory", "config.providers: file,directory,env")
                .replace(
                    "  ssl.keystore.password: planted-stores",
                    "  ssl.keystore.password: ${env:STORES}")
            + "  config.providers.env.class: org.apache.kafka.common.config.provider.EnvVarConfigProvider\n"
            + "  ssl.key.password: ${STORES}\n";
    Path file = job.configuration(directory, kafka, true, REGISTRY);
    Map<String, String> environment = Map.of("STORES", "planted-stores");
    try (ChildJvm service =
        ChildJvm.start(
            directory,
            "service",
            "256m",
            List.of("run", "--verbose", "--config", file.toString()),
            environment)) {
      Job.await(() -> !service.isAlive() || isLettered(job), () -> output(service));
      // its schema is the registry's to tell
      job.sendFramed();
      Job.await(
          () -> !service.isAlive() || output(service).contains("127.0.0.1:9"),
          () -> output(service));
      assertThat(served(output(service))).contains("losswatch_records").doesNotContain("planted");
      service.terminate();

      assertThat(service.join()).isZero();
      assertThat(service.output())
          .contains(
              "running as secrets, instance a",
              "stopped: ",
              "malformed-frame",
              "INFO  ConsumerCoordinator")
          .doesNotContain(Access.CANARY);
    }
    try (ChildJvm check =
        ChildJvm.start(
            directory,
            "check",
            "256m",
            List.of("check", "--verbose", "--config", file.toString()),
            environment)) {
      assertThat(check.join()).isEqualTo(1);
      assertThat(check.output())
          .contains("connected to " + broker.servers(Listener.MUTUAL), "registry at http")
          .contains("basic-auth: '******'", "ssl.key.password: '******'")
          .doesNotContain(Access.CANARY);
    }
  }

  /** All that it serves, asked for with the token, and what it says without. */
  private static String served(String log) throws Exception {
    Matcher url = LISTENING.matcher(log);
    assertThat(url.find()).as(log).isTrue();
    StringBuilder served = new StringBuilder();
    HttpClient client = HttpClient.newHttpClient();
    for (String path : List.of("", "losses", "metrics", "health/live", "health/ready", "config")) {
      for (String token : List.of("planted-token-for-http", "planted-token-of-nobody")) {
        HttpRequest request =
            HttpRequest.newBuilder(URI.create(url.group(1) + path))
                .header("Authorization", "Bearer " + token)
                .build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        served.append(answer.statusCode()).append(answer.headers().map()).append(answer.body());
      }
    }
    return served.toString();
  }

  private static boolean isLettered(Job job) {
    return job.exists(admin, "letters") && job.committed(job.topic("letters")).size() == 2;
  }

  private static String output(ChildJvm process) {
    try {
      return process.output();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is wrong, and what is said of it. */
  static Stream<Arguments> wrong() {
    String jaas = "  sasl.jaas.config: ";
    String plain = access.kafka(broker, Listener.PLAIN);
    String tls = access.kafka(broker, Listener.TLS);
    String mutual = access.kafka(broker, Listener.MUTUAL);
    String scram = access.kafka(broker, Listener.SCRAM);
    return Stream.of(
        Arguments.of(
            plain.replace(access.plain("jaas"), access.plain("wrong")),
            "Invalid username or password"),
        Arguments.of(scram.replace(access.scram("jaas"), access.scram("wrong")), "SCRAM-SHA-512"),
        Arguments.of(tls.replace("trusts-broker", "trusts-client"), "unable to find valid"),
        Arguments.of(tls.replace(access.scram("stores"), "planted"), "password was incorrect"),
        Arguments.of(tls.replace("trusts-broker", "nowhere"), "nowhere.p12"),
        Arguments.of(mutual.replace("planted-stores", "planted"), "password was incorrect"),
        Arguments.of(mutual.replace("client.p12", "broker.p12"), "Received fatal alert"),
        Arguments.of(plain.replace(jaas + access.plain("jaas"), jaas + "planted planted"), "JAAS"),
        Arguments.of(plain.replace("secrets.properties", "nowhere"), "nowhere"),
        Arguments.of(plain + "  linger.ms: " + access.plain("jaas") + "\n", "linger.ms"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void run_thatIsRefused_saysWhyInALineAndNoSecret(String kafka, String reason) throws Exception {
    Path file = new Job(broker, "refused", false).configuration(directory, kafka, true, REGISTRY);

    Printed quiet = Printed.by("run", "--config", file.toString());
    Printed verbose = Printed.by("run", "--verbose", "--config", file.toString());
    Printed check = Printed.by("check", "--verbose", "--config", file.toString());

    System.out.println("[refused] " + quiet.failure());
    assertThat(quiet.exitCode()).as(quiet.text()).isEqualTo(1);
    assertThat(quiet.failure()).contains(reason);
    assertThat(quiet.text()).doesNotContain("\tat ", Access.CANARY);
    assertThat(verbose.text()).doesNotContain(Access.CANARY);
    assertThat(check.exitCode()).isEqualTo(1);
    assertThat(check.text()).contains(reason).doesNotContain(Access.CANARY);
  }

  @ParameterizedTest
  @CsvSource({"admin", "consumer", "producer"})
  void override_ofOneKindOfClient_isTriedByCheckAndEndsRun(String kind) throws Exception {
    String kafka =
        access.kafka(broker, Listener.PLAIN)
            + "  %s: {sasl.jaas.config: %s}\n".formatted(kind, access.plain("wrong"));
    Path file = new Job(broker, "refused", false).configuration(directory, kafka, true, "");

    Printed check = Printed.by("check", "--config", file.toString());
    Printed run = Printed.by("run", "--config", file.toString());

    assertThat(check.exitCode()).isEqualTo(1);
    assertThat(check.failure())
        .contains("to the " + kind + " client: Authentication failed: Invalid username");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.failure()).contains("Invalid username or password");
    assertThat(check.text() + run.text()).doesNotContain(Access.CANARY, "\tat ");
  }
}
