package io.losswatch.deploy.config;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;

/** Which keys hold secrets, so that their values are never printed. */
final class Secrets {
  static final String MASK = "******";

  private static final Set<String> WORDS =
      Set.of("password", "secret", "token", "jaas", "basic-auth", "private-key");

  /** Those that Kafka itself never prints, such as {@code ssl.keystore.key}. */
  private static final Set<String> KAFKA_KEYS =
      Stream.of(
              ConsumerConfig.configDef(), ProducerConfig.configDef(), AdminClientConfig.configDef())
          .flatMap(definitions -> definitions.configKeys().values().stream())
          .filter(key -> key.type == ConfigDef.Type.PASSWORD)
          .map(key -> key.name)
          .collect(Collectors.toUnmodifiableSet());

  private Secrets() {}

  /** True if the value of a key is a secret. */
  static boolean isSecret(String key) {
    String lower = key.toLowerCase(Locale.ROOT);
    return KAFKA_KEYS.contains(lower) || WORDS.stream().anyMatch(lower::contains);
  }

  /** The value in quotes for a message, or the mask. */
  static String quoted(String path, String value) {
    return isSecret(path) ? MASK : "'" + value + "'";
  }
}
