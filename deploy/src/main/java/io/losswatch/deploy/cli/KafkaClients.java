package io.losswatch.deploy.cli;

import io.losswatch.stream.KafkaSettings;
import java.security.UnrecoverableKeyException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Plain Kafka clients for commands that are over soon or only look. */
final class KafkaClients {
  private static final Pattern VALUE =
      Pattern.compile(
          "(Invalid value |control flag ').*( for configuration .*|' in JAAS config)",
          Pattern.DOTALL);

  private KafkaClients() {}

  /** An admin client that gives up after a while. */
  static Admin admin(KafkaSettings kafka, int timeoutMillis) {
    Map<String, Object> properties = new HashMap<>(kafka.common());
    properties.putAll(kafka.admin());
    properties.put("default.api.timeout.ms", timeoutMillis);
    properties.put("request.timeout.ms", timeoutMillis);
    return Admin.create(properties);
  }

  /** A producer without transactions that gives up after a while. */
  static KafkaProducer<byte[], byte[]> writer(KafkaSettings kafka, int timeoutMillis) {
    Map<String, Object> properties = new HashMap<>(kafka.common());
    properties.putAll(kafka.producer());
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, timeoutMillis);
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** A consumer of what is committed, without a group. */
  static KafkaConsumer<byte[], byte[]> reader(KafkaSettings kafka) {
    Map<String, Object> properties = new HashMap<>(kafka.common());
    properties.putAll(kafka.consumer());
    properties.remove(ConsumerConfig.GROUP_PROTOCOL_CONFIG);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /**
   * A consumer of what is committed that can ask for a group's offsets and never joins it. Where an
   * offset is gone it fails.
   */
  static KafkaConsumer<byte[], byte[]> observer(KafkaSettings kafka, String groupId) {
    Map<String, String> properties = new HashMap<>(kafka.consumer());
    properties.keySet().removeAll(Set.of("group.instance.id", "group.remote.assignor"));
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, groupId);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    return reader(new KafkaSettings(kafka.common(), properties, kafka.producer(), kafka.admin()));
  }

  /** What is at the bottom of a failure, in one line. */
  static String reason(Throwable failure) {
    Throwable cause = failure;
    // below a password that does not open a keystore is only the arithmetic
    while (cause.getCause() != null && !(cause.getCause() instanceof UnrecoverableKeyException)) {
      cause = cause.getCause();
    }
    return message(cause);
  }

  /** What a failure says, but for the value of a property: a config provider may have given it. */
  static String message(Throwable failure) {
    String text = failure.getMessage();
    if (text == null) {
      return failure.getClass().getSimpleName();
    }
    return quotesAProperty(failure) ? VALUE.matcher(text).replaceFirst("$1******$2") : text;
  }

  /** True if the value of a property may be in what a failure or one of its causes says. */
  static boolean quotesAProperty(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConfigException
          || (cause instanceof IllegalArgumentException
              && String.valueOf(cause.getMessage()).endsWith("JAAS config"))) {
        return true;
      }
    }
    return false;
  }
}
