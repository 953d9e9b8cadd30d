package io.losswatch.deploy.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.losswatch.stream.KafkaSettings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** Reads the block {@code kafka}: Kafka's own definitions say what a property may be. */
final class KafkaReading {
  private static final Set<String> CLIENTS = Set.of("producer", "consumer", "admin");

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
