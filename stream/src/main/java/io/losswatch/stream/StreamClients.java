package io.losswatch.stream;

import java.util.HashMap;
import java.util.Map;

/**
 * Properties of each client: the common ones, the overrides of its kind, and its name. Holds
 * secrets, so it prints none.
 */
final class StreamClients {
  private final KafkaSettings kafka;
  private final String clientId;

  StreamClients(KafkaSettings kafka, String clientId) {
    this.kafka = kafka;
    this.clientId = clientId;
  }

  Map<String, Object> consumer() {
    Map<String, Object> properties = with(kafka.consumer());
    // as the system tunes it: 64 KiB, Kafka's default, is too small for fetches of megabytes
    properties.putIfAbsent("receive.buffer.bytes", -1);
    properties.putIfAbsent("max.poll.records", 500);
    // a fetch of nothing but partitions at their ends holds up those whose data was just used up
    properties.putIfAbsent("fetch.max.wait.ms", 100);
    return properties;
  }

  Map<String, Object> producer() {
    return with(kafka.producer());
  }

  Map<String, Object> admin() {
    return with(kafka.admin());
  }

  private Map<String, Object> with(Map<String, String> overrides) {
    Map<String, Object> properties = new HashMap<>(kafka.common());
    properties.putAll(overrides);
    properties.putIfAbsent("client.id", clientId);
    return properties;
  }
}
