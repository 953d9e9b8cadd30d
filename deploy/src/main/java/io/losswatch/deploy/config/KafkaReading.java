package io.losswatch.deploy.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.losswatch.stream.KafkaSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** Reads the block {@code kafka}: Kafka's own definitions say what a property may be. */
final class KafkaReading {
  private static final Set<String> CLIENTS = Set.of("producer", "consumer", "admin");

  /** Names the config providers; each has further properties behind it. */
  private static final String PROVIDERS = "config.providers";

  private static final Pattern PROVIDED = Pattern.compile("\\$\\{([^}:]+):[^}]*}");

  /** What the exactly-once stream stands on; another value would break it silently. */
  private static final Set<String> OURS =
      Set.of(
          "group.id",
          "group.instance.id",
          "transactional.id",
          "transaction.timeout.ms",
          "enable.idempotence",
          "acks",
          "enable.auto.commit",
          "isolation.level",
          "partition.assignment.strategy",
          "group.remote.assignor",
          "key.serializer",
          "value.serializer",
          "key.deserializer",
          "value.deserializer");

  private final JsonNode block;
  private final List<Problem> problems;

  KafkaReading(JsonNode block, List<Problem> problems) {
    this.block = block;
    this.problems = problems;
  }

  /** Adds what is wrong with single properties to the problems. */
  void check() {
    ConfigDef consumer = ConsumerConfig.configDef();
    ConfigDef producer = ProducerConfig.configDef();
    ConfigDef admin = AdminClientConfig.configDef();
    properties("").forEach((key, value) -> check("kafka", key, value, consumer, producer, admin));
    properties("consumer").forEach((key, value) -> check("kafka.consumer", key, value, consumer));
    properties("producer").forEach((key, value) -> check("kafka.producer", key, value, producer));
    properties("admin").forEach((key, value) -> check("kafka.admin", key, value, admin));
  }

  /** What Kafka would pass over in silence: properties that none of its clients knows. */
  List<Problem> doubts() {
    List<Problem> doubts = new ArrayList<>();
    ConfigDef consumer = ConsumerConfig.configDef();
    ConfigDef producer = ProducerConfig.configDef();
    ConfigDef admin = AdminClientConfig.configDef();
    doubt("", doubts, consumer, producer, admin);
    doubt("consumer", doubts, consumer);
    doubt("producer", doubts, producer);
    doubt("admin", doubts, admin);
    return doubts;
  }

  private void doubt(String client, List<Problem> doubts, ConfigDef... definitions) {
    Set<String> known = new TreeSet<>();
    for (ConfigDef definition : definitions) {
      known.addAll(definition.names());
    }
    String parent = client.isEmpty() ? "kafka" : Paths.child("kafka", client);
    Set<String> providers = providers(client);
    properties(client)
        .forEach((key, value) -> {
          String path = Paths.child(parent, key);
          if (!known.contains(key) && !key.startsWith(PROVIDERS)) {
            doubts.add(new Problem(path, unknown(key, known)));
          }
          unnamed(value, providers).ifPresent(name -> doubts.add(new Problem(path, name)));
        });
  }

  private static String unknown(String key, Set<String> known) {
    return "no property of this kind of Kafka client"
        + NearestName.of(key, known).map(name -> "; did you mean '" + name + "'?").orElse("");
  }

  private static Optional<String> unnamed(String value, Set<String> providers) {
    Matcher provided = PROVIDED.matcher(value);
    while (provided.find()) {
      if (!providers.contains(provided.group(1))) {
        return Optional.of(
            "${%s:...} stays as it is written: %s does not name %s"
                .formatted(provided.group(1), PROVIDERS, provided.group(1)));
      }
    }
    return Optional.empty();
  }

  private Set<String> providers(String client) {
    String common = properties("").getOrDefault(PROVIDERS, "");
    String named = client.isEmpty() ? common : properties(client).getOrDefault(PROVIDERS, common);
    return Set.copyOf(Arrays.stream(named.split(",")).map(String::strip).distinct().toList());
  }

  KafkaSettings settings() {
    return new KafkaSettings(
        properties(""), properties("consumer"), properties("producer"), properties("admin"));
  }

  private Map<String, String> properties(String client) {
    Map<String, String> properties = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry :
        (client.isEmpty() ? block : block.path(client)).properties()) {
      if (entry.getValue().isValueNode()
          && !(client.isEmpty() && CLIENTS.contains(entry.getKey()))) {
        properties.put(entry.getKey(), entry.getValue().asText());
      }
    }
    return properties;
  }

  private void check(String parent, String key, String value, ConfigDef... definitions) {
    String path = Paths.child(parent, key);
    if (OURS.contains(key)) {
      problems.add(
          new Problem(
              path,
              Secrets.quoted(path, value)
                  + " is refused: losswatch sets it itself; allowed: nothing"));
      return;
    }
    for (ConfigDef definition : definitions) {
      ConfigDef.ConfigKey known = definition.configKeys().get(key);
      if (known != null && !value.contains("${")) {
        check(path, value, known);
        return;
      }
    }
  }

  private void check(String path, String value, ConfigDef.ConfigKey known) {
    try {
      Object parsed = ConfigDef.parseType(known.name, value, known.type);
      if (known.validator != null) {
        known.validator.ensureValid(known.name, parsed);
      }
    } catch (ConfigException e) {
      String allowed = known.validator == null ? "" : ", " + known.validator;
      problems.add(
          new Problem(
              path,
              Secrets.quoted(path, value)
                  + " is refused; allowed: Kafka's type "
                  + known.type
                  + allowed));
    }
  }
}
