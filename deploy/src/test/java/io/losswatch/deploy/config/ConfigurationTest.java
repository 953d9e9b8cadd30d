package io.losswatch.deploy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.losswatch.core.loss.Metrics;
import io.losswatch.deploy.http.HttpSettings;
import io.losswatch.stream.KafkaSettings;
import io.losswatch.stream.LateLabelSettings;
import io.losswatch.stream.Limits;
import io.losswatch.stream.StreamSettings;
import io.losswatch.stream.TimeSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationTest {
  private static final String SMALLEST =
      """
      kafka: {bootstrap.servers: localhost:9092}
      topics: {predictions: [predictions]}
      monitors:
        - {name: m, model: "*", loss: mse, windows: ["tumbling:1h"]}
      """;

  /** Contract.md's example without what comes later. */
  private static final String FULL =
      """
      application-id: losswatch
      instance-id:
      kafka:
        bootstrap.servers: localhost:9092
        linger.ms: 5
        producer: {compression.type: lz4}
        consumer: {max.poll.records: 100}
        admin:
      topics:
        predictions: [predictions]
        labels:
        partials: losswatch-partials
        output: rolling-loss
        dead-letter: losswatch-dead-letter
        samples:
        create: true
        partitions: 6
        replication-factor: -1
      registry:
        url:
        basic-auth:
      schemas: []
      output: {format: avro}
      monitors:
        - name: digits-ce
          model: digits
          loss: cross_entropy
          ignore-index: -1
          class-weights: [1, 2.50, 3]
          metrics: []
          time-axis: prediction
          deduplicate: false
          slices: [[region], [region, device]]
          windows: ["rolling:5m/10s", "ewma:10m", "tumbling:1h"]
      time: {max-out-of-orderness: 2s, allowed-lateness: 1m, idle-after: 10s, future-tolerance: 5m, label-horizon: 1h, revise-every: 10s, max-skew: 10m}
      limits: {max-record-bytes: 64MiB, max-series: 100000, max-in-flight-bytes: 256MiB, max-pending-label-bytes: 64MiB}
      commit-interval: 200ms
      http:
        host: 127.0.0.1
        port: 8080
        token:
        tls: {certificate: , private-key: }
      """;

  @Test
  void contractExample_withoutWhatComesLater_givesItsSettings() throws Exception {
    StreamSettings settings = parse(FULL).settings();

    assertThat(settings.kafka())
        .isEqualTo(
            new KafkaSettings(
                Map.of("bootstrap.servers", "localhost:9092", "linger.ms", "5"),
                Map.of("max.poll.records", "100"),
                Map.of("compression.type", "lz4"),
                Map.of()));
    assertThat(settings.monitors().get(0).loss().parameters())
        .containsEntry("ignore-index", "-1")
        .containsKey("class-weights");
    assertThat(settings.monitors().get(0).windows())
        .extracting(Object::toString)
        .containsExactly("rolling:5m/10s", "ewma:10m", "tumbling:1h");
    assertThat(settings.monitors().get(0).slices())
        .containsExactly(List.of("region"), List.of("region", "device"));
    assertThat(settings.topics().creation().replicationFactor()).isEqualTo((short) -1);
  }

  /** A loss with its parameters as a monitor has them, and what the loss makes of them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          loss: smooth_l1, beta: 0.5                                | {beta=0.5}
          loss: huber_loss, delta: "2"                              | {delta=2.0}
          loss: kl_div, log-target: true                            | {log-target=true}
          loss: poisson_nll, log-input: false, full: true, eps: 0.1 | {eps=0.1, full=true, log-input=false}
          loss: gaussian_nll, full: false                           | {}
          loss: multi_margin, p: 2, margin: -1, class-weights: [1, 2.50] | {class-weights=1.0,2.5, margin=-1.0, p=2.0}
          loss: multilabel_soft_margin, class-weights: [3]          | {class-weights=3.0}
          loss: focal, alpha: -1, gamma: 0                          | {alpha=-1.0, gamma=0.0}
          """)
  void parameters_ofAnyLoss_reachIt(String loss, String expected) throws Exception {
    StreamSettings settings = parse(SMALLEST.replace("loss: mse", loss)).settings();

    assertThat(settings.monitors().get(0).loss().parameters().toString()).isEqualTo(expected);
  }

  @Test
  void smallest_defaults_areThoseOfTheContract() throws Exception {
    StreamSettings smallest = parse(SMALLEST).settings();
    StreamSettings full = parse(FULL).settings();

    assertThat(smallest.policy()).isEqualTo(full.policy());
    assertThat(smallest.topics()).isEqualTo(full.topics());
    assertThat(smallest.policy().time()).isEqualTo(TimeSettings.defaults());
    assertThat(smallest.policy().limits()).isEqualTo(Limits.defaults());
    assertThat(smallest.policy().commitInterval()).isEqualTo(Duration.ofMillis(200));
    assertThat(smallest.identity().applicationId()).isEqualTo("losswatch");
    assertThat(smallest.identity().instanceId())
        .isNotEmpty()
        .isNotEqualTo(full.identity().instanceId());
  }

  /** Key and value in the place of a line of the full example; path and words of the error. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          commit-interval: 200ms     | commit-interval: soon             | commit-interval: 'soon' is refused | such as 200ms 5s 10m 1h 7d
          commit-interval: 200ms     | commit-interval: 0s               | commit-interval: '0s' is refused   | above zero
          commit-interval: 200ms     | commit-interval: {a: b}           | commit-interval: a map is refused  | a duration above zero
          max-record-bytes: 64MiB    | max-record-bytes: 64MB            | limits.max-record-bytes: '64MB'    | 512B 100KiB 64MiB 1GiB
          max-record-bytes: 64MiB    | max-record-bytes: 1GiB            | limits.max-record-bytes: '1GiB'    | at most max-in-flight-bytes, 256MiB
          max-series: 100000         | max-series: 0                     | limits.max-series: '0' is refused  | from 1 to 2147483647
          create: true               | create: yes                       | topics.create: 'yes' is refused    | true or false
          partitions: 6              | partitions: six                   | topics.partitions: 'six'           | from 1 to 2147483647
          partitions: 6              | partition: 6                      | topics.partition: unknown key      | did you mean 'partitions'?
          replication-factor: -1     | replication-factor: 0             | topics.replication-factor: '0'     | -1 (the broker's default) or a number
          predictions: [predictions] | predictions: predictions          | topics.predictions: 'predictions'  | allowed: a list
          predictions: [predictions] | predictions: []                   | topics.predictions: an empty list  | allowed: a list
          predictions: [predictions] | predictions: [a b]                | topics.predictions[0]: 'a b'       | letters, digits
          predictions: [predictions] | prediction: [predictions]         | topics.predictions: missing        | is 'prediction' a slip of it?
          predictions: [predictions] | predictions: [rolling-loss]       | topics.output: 'rolling-loss'      | topics.predictions[0] is the same
          bootstrap.servers: localho | bootstrap.server: localho         | kafka.bootstrap.servers: missing   | is 'bootstrap.server' a slip of it?
          linger.ms: 5               | linger.ms: five                   | kafka.linger.ms: 'five' is refused | Kafka's type LONG
          linger.ms: 5               | acks: all                         | kafka.acks: 'all' is refused       | losswatch sets it itself
          max.poll.records: 100      | max.poll.records: 0               | kafka.consumer.max.poll.records    | allowed: Kafka's type INT
          format: avro               | format: csv                       | output.format: 'csv' is refused    | allowed: avro, json
          loss: cross_entropy        | loss: cross_entrpy                | monitors[0].loss: 'cross_entrpy'   | cross_entropy
          ignore-index: -1           | ignore-index: one                 | monitors[0].ignore-index:          | one
          ignore-index: -1           | label-smoothing: 2                | monitors[0].label-smoothing:       | 2
          ignore-index: -1           | beta: 1                           | monitors[0].beta:                  | beta
          ignore-index: -1           | ignore_index: -1                  | monitors[0].ignore_index: unknown  | did you mean 'ignore-index'?
          name: digits-ce            | name: " "                         | monitors[0].name: ' ' is refused   | any text but an empty one
          model: digits              | mdl: digits                       | monitors[0].model: missing         | is 'mdl' a slip of it?
          "tumbling:1h"]             | "sliding:1h"]                     | monitors[0].windows[2]: 'sliding   | tumbling:SIZE such as tumbling:1h
          "tumbling:1h"]             | "rolling:5m/10s"]                 | monitors[0].windows: a list of 3   | nothing twice
          "tumbling:1h"]             | "last:10000/7"]                   | monitors[0].windows[2]: 'last:1000 | common divisor of N and M
          "tumbling:1h"]             | "ewma:10ms"]                      | monitors[0].windows[2]: 'ewma:10ms | a multiple of 8ms
          "tumbling:1h"]             | "ewma:10m/1m"]                    | monitors[0].windows[2]: 'ewma:10m/ | a duration is written
          labels:                    | labels: a b                       | topics.labels: 'a b' is refused    | letters, digits
          labels:                    | labels: rolling-loss              | topics.output: 'rolling-loss' is   | topics.labels is the same
          labels:                    | labels: predictions               | topics.labels: 'predictions' is    | topics.predictions[0] is the same
          labels:                    | labels: late-labels               | time.allowed-lateness: '1m' is     | at least label-horizon, 1h
          samples:                   | samples: s                        | topics.samples: 's' is refused     | does not have a topic of per-sample losses yet
          url:                       | url: ftp://r                      | registry.url: 'ftp://r' is refused | it is no such URL
          url:                       | url: http://r?user=me             | registry.url: 'http://r?user=me'   | http://HOST:PORT
          basic-auth:                | basic-auth: me:pw                 | registry.basic-auth: ******        | with registry.url
          schemas: []                | schemas: [no/such/folder]         | schemas[0]: 'no/such/folder' is re | it cannot be read
          schemas: []                | schemas: [a, a]                   | schemas: a list of 2 is refused    | nothing twice
          metrics: []                | metrics: [f1]                     | monitors[0].metrics[0]: 'f1' is re | allowed: one of accuracy, brier, ece, perplexity, top_k
          metrics: []                | metrics: [ece, ece]               | monitors[0].metrics: a list of 2   | nothing twice
          metrics: []                | metrics: accuracy                 | monitors[0].metrics: 'accuracy'    | a list, nothing twice
          metrics: []                | k: 3                              | monitors[0].k: '3' is refused      | it is of top_k, which is not among the metrics
          metrics: []                | k: 0                              | monitors[0].k: '0' is refused      | a whole number from 1
          time-axis: prediction      | time-axis: arrival                | monitors[0].time-axis: 'arrival'   | allowed: prediction, label
          deduplicate: false         | deduplicate: perhaps              | monitors[0].deduplicate: 'perhaps' | true or false
          label-horizon: 1h          | label-horizon: 0s                 | time.label-horizon: '0s'           | a duration above zero
          max-pending-label-bytes: 64MiB | max-pending-label-bytes: x    | limits.max-pending-label-bytes: 'x | a size
          max-skew: 10m              | max-skew: 0s                      | time.max-skew: '0s' is refused     | above zero
          slices: [[region], [region | slices: [[a], [max-series, region | monitors[0].slices[1][0]: 'max-ser | allowed: any other tag
          port: 8080                 | prot:                             | http.prot: unknown key             | did you mean 'port'?
          certificate: , private-key | cerificate: , private-key         | http.tls.cerificate: unknown key   | did you mean 'certificate'?
          format: avro               | fromat: avro                      | output.fromat: unknown key         | did you mean 'format'?
          basic-auth:                | basic-aut: planted                | registry.basic-aut: unknown key    | did you mean 'basic-auth'?
          max-skew: 10m              | max-skw: 10m                      | time.max-skw: unknown key          | did you mean 'max-skew'?
          max-series: 100000         | max-serie: 1                      | limits.max-serie: unknown key      | did you mean 'max-series'?
          time: {max-out             | tme: {max-out                     | tme: unknown key                   | did you mean 'time'?
          port: 8080                 | port: 65536                       | http.port: '65536' is refused      | a port from 1 to 65535
          port: 8080                 | port: eighty                      | http.port: 'eighty' is refused     | a port from 1 to 65535
          host: 127.0.0.1            | host: 0.0.0.0                     | http.host: '0.0.0.0' is refused    | allowed: with http.token, or a loopback
          certificate: ,             | certificate: nowhere.pem,         | http.tls.certificate: 'nowhere.pem | allowed: a PEM file
          private-key: }             | private-key: nowhere.pem}         | http.tls.certificate: is missing   | allowed: both, or neither
          token:                     | token: planted                    | http.token: ****** is refused      | at least 16 characters
          application-id: losswatch  | application-id: ${UNSET}          | application-id: the environment    | has no UNSET
          application-id: losswatch  | application-id: ${file:/a:b}      | application-id: '${file:/a:b}'     | allowed: ${NAME} or ${NAME:default}
          """)
  void oneError_anywhere_namesPathValueAndWhatIsAllowed(
      String line, String wrong, String error, String allowed) {
    assertThat(FULL).contains(line);

    ConfigurationException refused =
        refused(FULL.replaceFirst(Pattern.quote(line), Matcher.quoteReplacement(wrong)));

    assertThat(refused.problems())
        .filteredOn(problem -> problem.toString().contains(error))
        .hasSize(1)
        .first()
        .asString()
        .contains(allowed);
  }

  @Test
  void metrics_thatTheLossLacks_areSaidEachWithWhatItHas() {
    ConfigurationException refused =
        refused(
            """
            kafka: {bootstrap.servers: localhost:9092}
            topics: {predictions: [predictions]}
            monitors:
              - {name: a, model: m, loss: mse, windows: ["tumbling:1h"], metrics: [accuracy]}
              - {name: b, model: m, loss: bce, windows: ["tumbling:1h"], metrics: [brier, ece, top_k], k: 3}
            """);

    assertThat(refused.problems())
        .extracting(Problem::toString)
        .containsExactly(
            "monitors[0].metrics[0]: 'accuracy' is refused: mse does not have it; allowed: nothing",
            "monitors[1].metrics[1]: 'ece' is refused: bce does not have it;"
                + " allowed: accuracy, brier",
            "monitors[1].metrics[2]: 'top_k' is refused: bce does not have it;"
                + " allowed: accuracy, brier");
  }

  @Test
  void metrics_ofAMonitor_reachItsSettingsAndAreShown() throws Exception {
    Configuration three =
        parse(FULL.replace("metrics: []", "metrics: [top_k, accuracy]\n    k: 3"));
    Configuration unsaid = parse(FULL.replace("metrics: []", "metrics: [top_k]"));

    assertThat(three.settings().monitors().get(0).metrics())
        .isEqualTo(Metrics.of(List.of("accuracy", "top_k"), 3));
    assertThat(unsaid.settings().monitors().get(0).metrics())
        .isEqualTo(Metrics.of(List.of("top_k"), 5));
    assertThat(parse(SMALLEST).settings().monitors().get(0).metrics()).isEqualTo(Metrics.NONE);
    assertThat(three.effective()).contains("k: 3");
    assertThat(unsaid.effective()).contains("k: 5");
    assertThat(parse(SMALLEST).effective()).contains("metrics: []").doesNotContain("k: 5");
    assertThat(parse(unsaid.effective()).effective()).isEqualTo(unsaid.effective());
  }

  @Test
  void labelsThatComeLater_reachTheSettingsAndLengthenTheLateness() throws Exception {
    String labelled =
        FULL.replace("labels:", "labels: late-labels")
            .replace("allowed-lateness: 1m, ", "")
            .replace("label-horizon: 1h", "label-horizon: 2h")
            .replace("max-pending-label-bytes: 64MiB", "max-pending-label-bytes: 1MiB")
            .replace("time-axis: prediction", "time-axis: label")
            .replace("deduplicate: false", "deduplicate: true");
    Configuration configuration = parse(labelled);
    StreamSettings settings = configuration.settings();

    assertThat(settings.policy().lateLabels())
        .isEqualTo(new LateLabelSettings("late-labels", Duration.ofHours(2), 1 << 20));
    assertThat(settings.policy().time().lateness().allowed()).isEqualTo(Duration.ofHours(2));
    assertThat(settings.monitors().get(0).isByLabelTime()).isTrue();
    assertThat(settings.monitors().get(0).deduplicates()).isTrue();
    assertThat(configuration.effective()).contains("allowed-lateness: 2h");
    assertThat(parse(configuration.effective()).effective()).isEqualTo(configuration.effective());
  }

  @Test
  void withoutLabelsThatComeLater_latenessIsAMinute() throws Exception {
    StreamSettings settings = parse(SMALLEST).settings();

    assertThat(settings.policy().time().lateness().allowed()).isEqualTo(Duration.ofMinutes(1));
    assertThat(settings.policy().lateLabels()).isEqualTo(LateLabelSettings.none());
    assertThat(settings.monitors().get(0).isByLabelTime()).isFalse();
    assertThat(settings.monitors().get(0).deduplicates()).isFalse();
  }

  @Test
  void labelsThatComeLater_ofManyTopics_areRefused() {
    ConfigurationException refused =
        refused(
            FULL.replace("predictions: [predictions]", "predictions: [a, b]")
                .replace("labels:", "labels: late-labels")
                .replace("allowed-lateness: 1m, ", ""));

    assertThat(refused.problems())
        .extracting(Problem::toString)
        .containsExactly(
            "topics.predictions: 2 topics are refused: labels that come later accompany one;"
                + " allowed: one topic");
  }

  @Test
  void manyErrors_ofEveryKind_areSaidAtOnce() {
    ConfigurationException refused =
        refused(
            """
            aplication-id: x
            kafka: {linger.ms: five, enable.auto.commit: true}
            topics: {predictions: [p], output: p, partials: "${NOT_SET}"}
            time: {idle-after: 0s}
            monitors:
              - {name: a, model: m, loss: mse, windows: ["tumbling:1h"], eps: 1, margin: 2}
              - {name: a, model: m, loss: nope, windows: ["tumbling:soon"]}
            """);

    assertThat(refused.problems())
        .extracting(Problem::path)
        .containsExactlyInAnyOrder(
            "aplication-id",
            "kafka.bootstrap.servers",
            "kafka.linger.ms",
            "kafka.enable.auto.commit",
            "topics.output",
            "topics.partials",
            "time.idle-after",
            "monitors[0].eps",
            "monitors[0].margin",
            "monitors[1].name",
            "monitors[1].loss",
            "monitors[1].windows[0]");
    assertThat(refused).hasMessageStartingWith("test.yaml: 12 errors\n  ");
  }

  @Test
  void empty_asAFile_lacksWhatIsRequired() {
    assertThat(refused("").problems())
        .extracting(Problem::toString)
        .containsExactlyInAnyOrder("kafka: missing", "topics: missing", "monitors: missing");
  }

  @Test
  void notYaml_withASecret_saysThePlaceAndNotTheText() {
    assertThatThrownBy(() -> parse("kafka:\n  sasl.jaas.config: 'hunter2\n"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("line 3, column 1: not valid YAML")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void duplicateKey_inAMap_isRefused() {
    assertThatThrownBy(() -> parse(SMALLEST + "kafka: {}\n"))
        .hasMessageContaining("duplicate key kafka");
  }

  @Test
  void placeholders_ofTheEnvironment_areReplacedAnywhere() throws Exception {
    String text =
        SMALLEST
                .replace("localhost:9092", "\"${BROKERS:localhost:9092}\"")
                .replace("name: m", "name: \"${NAME}-${STAGE:test}\"")
            + "commit-interval: ${PACE}\ninstance-id: ${INSTANCE:}\n";

    StreamSettings settings =
        Configuration.parse("t", text, Map.of("NAME", "ce", "PACE", "1s")).settings();

    assertThat(settings.kafka().common()).containsEntry("bootstrap.servers", "localhost:9092");
    assertThat(settings.monitors().get(0).name()).isEqualTo("ce-test");
    assertThat(settings.policy().commitInterval()).isEqualTo(Duration.ofSeconds(1));
    assertThat(settings.identity().instanceId()).isNotEmpty();
  }

  @Test
  void placeholders_ofConfigProviders_staySoUnderKafka() throws Exception {
    String text =
        SMALLEST.replace(
            "localhost:9092}",
            "localhost:9092, sasl.jaas.config: \"${file:/etc/s:jaas}\","
                + " ssl.endpoint.identification.algorithm: \"\", ssl.key.password: \"${PW}\"}");

    Map<String, String> kafka =
        Configuration.parse("t", text, Map.of("PW", "${X}$1\\")).settings().kafka().common();

    assertThat(kafka)
        .containsEntry("sasl.jaas.config", "${file:/etc/s:jaas}")
        .containsEntry("ssl.endpoint.identification.algorithm", "")
        .containsEntry("ssl.key.password", "${X}$1\\");
  }

  @Test
  void doubts_areWhatKafkaWouldPassOver() throws Exception {
    String text =
        SMALLEST.replace(
            "localhost:9092}",
            """
            localhost:9092, linger.mss: 5, max.poll.records: 5, config.providers: file,
              config.providers.file.class: x, ssl.key.password: "a${vault:v:planted}",
              sasl.jaas.config: "${file:/etc/s:jaas}",
              consumer: {linger.ms: 5, fetch.min.byte: 1}, admin: {config.providers: vault,
              ssl.key.password: "${vault:v:k}"}}\
            """);

    assertThat(parse(text).doubts())
        .extracting(Problem::toString)
        .containsExactlyInAnyOrder(
            "kafka.linger.mss: no property of this kind of Kafka client;"
                + " did you mean 'linger.ms'?",
            "kafka.ssl.key.password: ${vault:...} stays as it is written:"
                + " config.providers does not name vault",
            "kafka.consumer.linger.ms: no property of this kind of Kafka client",
            "kafka.consumer.fetch.min.byte: no property of this kind of Kafka client;"
                + " did you mean 'fetch.min.bytes'?");
    assertThat(parse(FULL).doubts()).isEmpty();
  }

  @Test
  void overrides_ofOneKindOfClient_reachItAlone() throws Exception {
    KafkaSettings kafka =
        parse(
                SMALLEST.replace(
                    "localhost:9092}",
                    "localhost:9092, client.rack: a, consumer: {client.rack: b},"
                        + " producer: {linger.ms: 7}, admin: {retries: 3}}"))
            .settings()
            .kafka();

    assertThat(kafka.common()).containsEntry("client.rack", "a").doesNotContainKey("linger.ms");
    assertThat(kafka.consumer()).isEqualTo(Map.of("client.rack", "b"));
    assertThat(kafka.producer()).isEqualTo(Map.of("linger.ms", "7"));
    assertThat(kafka.admin()).isEqualTo(Map.of("retries", "3"));
  }

  @Test
  void effective_withPlantedSecrets_neverPrintsThem() throws Exception {
    String text =
        SMALLEST.replace(
            "localhost:9092}",
            """
            localhost:9092, sasl.jaas.config: planted1, ssl.key.password: planted2,
              ssl.keystore.key: planted3, sasl.oauthbearer.client.credentials.client.secret: planted4,
              producer: {ssl.truststore.password: "${PW}"}, my.Token: planted5}\
            """);

    Configuration configuration = Configuration.parse("t", text, Map.of("PW", "planted6"));

    assertThat(configuration.effective())
        .doesNotContain("planted")
        .contains("sasl.jaas.config: '******'")
        .contains("revise-every: 10s")
        .contains("bootstrap.servers: localhost:9092");
    assertThat(configuration.settings().toString()).doesNotContain("planted");
  }

  @Test
  void error_aboutASecret_neverPrintsIt() {
    String text =
        SMALLEST
            + """
            registry: {basic-auth: "me:planted"}
            http: {token: planted, tls: {private-key: planted}}
            """;

    assertThat(refused(text))
        .hasMessageContaining("registry.basic-auth: ****** is refused")
        .hasMessageNotContaining("planted");
  }

  @Test
  void http_boundElsewhereWithAToken_givesItsSettings() throws Exception {
    Configuration configuration =
        parse(SMALLEST + "http: {host: 0.0.0.0, port: 0, token: planted-and-long-enough}\n");

    assertThat(configuration.http())
        .isEqualTo(new HttpSettings("0.0.0.0", 0, "planted-and-long-enough", null));
    assertThat(configuration.http().toString()).doesNotContain("planted");
    assertThat(configuration.effective()).contains("token: '******'").doesNotContain("planted");
    assertThat(parse(SMALLEST).http()).isEqualTo(HttpSettings.local(8080));
  }

  @Test
  void effective_loadedAgain_isTheSame() throws Exception {
    String effective = parse(FULL).effective();

    assertThat(parse(effective).effective()).isEqualTo(effective);
  }

  @Test
  void scalars_ofAnyLook_areTakenAsWritten() throws Exception {
    StreamSettings settings =
        parse(SMALLEST.replace("name: m", "name: 1.10").replace("\"*\"", "0x1F")).settings();

    assertThat(settings.monitors().get(0).name()).isEqualTo("1.10");
    assertThat(settings.monitors().get(0).model()).isEqualTo("0x1F");
  }

  private static Configuration parse(String text) throws ConfigurationException {
    return Configuration.parse("test.yaml", text, Map.of());
  }

  private static ConfigurationException refused(String text) {
    return catchThrowableOfType(ConfigurationException.class, () -> parse(text));
  }
}
