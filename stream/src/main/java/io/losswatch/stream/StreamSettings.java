package io.losswatch.stream;

import io.losswatch.schemas.codec.WriterSchemas;
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
    String labels = policy.lateLabels().topic();
    if (labels != null && topics.predictions().size() > 1) {
      throw new IllegalArgumentException(
          "with labels that come later there is one topic of predictions, but there are "
              + topics.predictions());
    }
    if (labels != null && topics.predictions().contains(labels)) {
      throw new IllegalArgumentException(
          "labels that come later have a topic of their own, but it is " + labels);
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
   * @param formats how records are read and rolling losses written
   * @param lateLabels labels that come later, and for how long ids are remembered
   */
  public record Policy(
      TimeSettings time,
      Limits limits,
      Duration commitInterval,
      Formats formats,
      LateLabelSettings lateLabels) {
    public Policy {
      Duration allowed = time.lateness().allowed();
      if (lateLabels.topic() != null && allowed.compareTo(lateLabels.horizon()) < 0) {
        throw new IllegalArgumentException(
            "allowed lateness is at least the horizon of labels that come later, %s, but it is %s"
                .formatted(lateLabels.horizon(), allowed));
      }
    }

    /** A policy without labels that come later. */
    public Policy(TimeSettings time, Limits limits, Duration commitInterval, OutputFormat output) {
      this(time, limits, commitInterval, output, LateLabelSettings.none());
    }

    /** A policy without a registry and schemas of other writers. */
    public Policy(
        TimeSettings time,
        Limits limits,
        Duration commitInterval,
        OutputFormat output,
        LateLabelSettings lateLabels) {
      this(time, limits, commitInterval, new Formats(output, WriterSchemas.builtIn()), lateLabels);
    }

    /** How rolling losses are written. */
    public OutputFormat output() {
      return formats.output();
    }
  }

  /**
   * What is between bytes and records.
   *
   * @param output how rolling losses are written
   * @param writers the schemas that producers write with, those of a registry too
   */
  public record Formats(OutputFormat output, WriterSchemas writers) {}

  /** How rolling losses are written. */
  public enum OutputFormat {
    /** Avro single-object, or Confluent's framing if there is a registry. */
    AVRO,
    /** One JSON object a record. */
    JSON
  }
}
