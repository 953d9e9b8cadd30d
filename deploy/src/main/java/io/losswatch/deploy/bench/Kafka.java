package io.losswatch.deploy.bench;

import java.util.Map;

/**
 * The brokers that are measured.
 *
 * @param bootstrapServers where they are
 */
record Kafka(String bootstrapServers) {
  /** What every client is told. */
  Map<String, Object> properties() {
    return Map.of("bootstrap.servers", bootstrapServers);
  }
}
