package io.losswatch.stream;

import java.time.Duration;
import java.util.List;

/**
 * All that a stream over Kafka needs.
 *
 * @param identity who runs it
 * @param kafka how to reach the brokers
 * @param topics what is read and written
 * @param monitors what is watched, at least one, names distinct
 * @param policy time, limits, pace and format
 */
public record StreamSettings(
    Identity identity, KafkaSettings kafka, Topics topics, List<Monitor> monitors, Policy policy) {
  public StreamSettings {
    monitors = List.copyOf(monitors);
    if (monitors.isEmpty()) {
      throw new IllegalArgumentException("at least one monitor is needed");
    }
    if (monitors.stream().map(Monitor::name).distinct().count() != monitors.size()) {
      throw new IllegalArgumentException("the names of monitors are distinct");
    }
  }

  /**
   * Who runs the stream.
   *
   * @param applicationId consumer groups, state topics and transactional ids derive from it
   * @param instanceId distinct for each running instance
   */
  public record Identity(String applicationId, String instanceId) {}

  /**
   * How the stream behaves.
   *
   * @param time event time, watermarks, lateness
   * @param limits bounds
   * @param commitInterval distance of two transactions
   * @param output how rolling losses are written
   */
  public record Policy(
      TimeSettings time, Limits limits, Duration commitInterval, OutputFormat output) {}

  /** How rolling losses are written. */
  public enum OutputFormat {
    /** Avro single-object. */
    AVRO,
    /** One JSON object a record. */
    JSON
  }
}
