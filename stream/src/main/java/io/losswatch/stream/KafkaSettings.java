package io.losswatch.stream;

import java.util.Map;

/**
 * Properties of the Kafka clients, by Kafka's own names. Never printed: they hold secrets.
 *
 * @param common for all clients
 * @param consumer override for consumers
 * @param producer override for producers
 * @param admin override for admin clients
 */
public record KafkaSettings(
    Map<String, String> common,
    Map<String, String> consumer,
    Map<String, String> producer,
    Map<String, String> admin) {
  public KafkaSettings {
    common = Map.copyOf(common);
    consumer = Map.copyOf(consumer);
    producer = Map.copyOf(producer);
    admin = Map.copyOf(admin);
  }

  /** All clients talk to these brokers, with Kafka's defaults. */
  public static KafkaSettings of(String bootstrapServers) {
    return new KafkaSettings(
        Map.of("bootstrap.servers", bootstrapServers), Map.of(), Map.of(), Map.of());
  }

  @Override
  public String toString() {
    return "KafkaSettings[bootstrap.servers=" + common.get("bootstrap.servers") + "]";
  }
}
