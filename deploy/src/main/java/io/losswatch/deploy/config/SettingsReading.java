package io.losswatch.deploy.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.losswatch.core.window.DurationText;
import io.losswatch.stream.LateLabelSettings;
import io.losswatch.stream.Limits;
import io.losswatch.stream.Monitor;
import io.losswatch.stream.StreamSettings;
import io.losswatch.stream.TimeSettings;
import io.losswatch.stream.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads a tree that has its defaults: what several values say together, and the settings. */
final class SettingsReading {
  private static final String AVRO_LIMIT = "org.apache.avro.limits.bytes.maxLength";

  /** Without labels that come later; with them it is their horizon. */
  private static final String ALLOWED_LATENESS = "1m";

  private final ObjectNode tree;

  SettingsReading(ObjectNode tree) {
    this.tree = tree;
  }

  /** Adds the default that depends on other values. */
  void addDefaults() {
    if (tree.path("time") instanceof ObjectNode time && !time.has("allowed-lateness")) {
      time.put(
          "allowed-lateness",
          labelsTopic() == null ? ALLOWED_LATENESS : text(time, "label-horizon"));
    }
  }

  private @Nullable String labelsTopic() {
    String labels = text(tree.path("topics"), "labels");
    return labels.isEmpty() ? null : labels;
  }

  /** What is wrong with values that are valid by themselves. */
  List<Problem> check() {
    List<Problem> problems = new ArrayList<>();
    new KafkaReading(tree.path("kafka"), problems).check();
    checkMonitors(problems);
    checkTopics(problems);
    checkLabels(problems);
    checkSizes(problems);
    new FormatReading(tree).check(problems);
    new HttpReading(tree).check(problems);
    return problems;
  }

  /** The settings of a tree without problems. */
  StreamSettings settings() {
    return new StreamSettings(
        new StreamSettings.Identity(text(tree, "application-id"), instanceId()),
        new KafkaReading(tree.path("kafka"), List.of()).settings(),
        topics(tree.path("topics")),
        monitors(),
        new StreamSettings.Policy(
            time(tree.path("time")),
            limits(tree.path("limits")),
            duration(tree, "commit-interval"),
            new StreamSettings.Formats(
                StreamSettings.OutputFormat.valueOf(
                    text(tree.path("output"), "format").toUpperCase(Locale.ROOT)),
                new FormatReading(tree).writers()),
            new LateLabelSettings(
                labelsTopic(),
                duration(tree.path("time"), "label-horizon"),
                SizeText.parseBytes(text(tree.path("limits"), "max-pending-label-bytes")))));
  }

  private void checkLabels(List<Problem> problems) {
    if (labelsTopic() == null) {
      return;
    }
    JsonNode inputs = tree.path("topics").path("predictions");
    if (inputs.size() > 1) {
      problems.add(
          new Problem(
              "topics.predictions",
              "%d topics are refused: labels that come later accompany one; allowed: one topic"
                  .formatted(inputs.size())));
    }
    String lateness = text(tree.path("time"), "allowed-lateness");
    String horizon = text(tree.path("time"), "label-horizon");
    if (ValueFormat.DELAY.objection(lateness).isEmpty()
        && ValueFormat.DURATION.objection(horizon).isEmpty()
        && DurationText.parseMillis(lateness) < DurationText.parseMillis(horizon)) {
      problems.add(
          new Problem(
              "time.allowed-lateness",
              "'%s' is refused: labels correct windows for as long as they may come; allowed: at least label-horizon, %s"
                  .formatted(lateness, horizon)));
    }
  }

  private void checkMonitors(List<Problem> problems) {
    Map<String, String> places = new HashMap<>();
    JsonNode entries = tree.path("monitors");
    for (int i = 0; i < entries.size(); i++) {
      String path = Paths.item("monitors", i);
      new MonitorReading(entries.get(i), path).check(problems);
      checkDistinct(places, text(entries.get(i), "name"), Paths.child(path, "name"), problems);
    }
  }

  private void checkTopics(List<Problem> problems) {
    Map<String, String> places = new HashMap<>();
    JsonNode topics = tree.path("topics");
    JsonNode inputs = topics.path("predictions");
    for (int i = 0; i < inputs.size(); i++) {
      places.putIfAbsent(inputs.get(i).asText(), Paths.item("topics.predictions", i));
    }
    for (String key : List.of("labels", "partials", "output", "dead-letter")) {
      checkDistinct(places, text(topics, key), Paths.child("topics", key), problems);
    }
  }

  private static void checkDistinct(
      Map<String, String> places, String name, String path, List<Problem> problems) {
    if (name.isEmpty()) {
      return;
    }
    String other = places.putIfAbsent(name, path);
    if (other != null) {
      problems.add(
          new Problem(
              path,
              "'" + name + "' is refused: " + other + " is the same; allowed: a name of its own"));
    }
  }

  private void checkSizes(List<Problem> problems) {
    String path = "limits.max-record-bytes";
    String written = text(tree.path("limits"), "max-record-bytes");
    String bound = text(tree.path("limits"), "max-in-flight-bytes");
    if (ValueFormat.SIZE.objection(written).isPresent()
        || ValueFormat.SIZE.objection(bound).isPresent()) {
      return;
    }
    long bytes = SizeText.parseBytes(written);
    if (bytes > SizeText.parseBytes(bound)) {
      problems.add(
          new Problem(
              path,
              "'" + written + "' is refused; allowed: at most max-in-flight-bytes, " + bound));
    }
    long avro = Long.getLong(AVRO_LIMIT, Integer.MAX_VALUE);
    if (bytes > avro) {
      problems.add(
          new Problem(
              path,
              "'%s' is refused; allowed: at most %d bytes, the JVM's limit (raise it by LOSSWATCH_OPTS=-D%s=BYTES)"
                  .formatted(written, avro, AVRO_LIMIT)));
    }
  }

  private String instanceId() {
    String written = text(tree, "instance-id");
    return written.isEmpty() ? UUID.randomUUID().toString() : written;
  }

  private static Topics topics(JsonNode topics) {
    return new Topics(
        topics.path("predictions").valueStream().map(JsonNode::asText).toList(),
        text(topics, "partials"),
        text(topics, "output"),
        text(topics, "dead-letter"),
        new Topics.Creation(
            Boolean.parseBoolean(text(topics, "create")),
            Integer.parseInt(text(topics, "partitions")),
            Short.parseShort(text(topics, "replication-factor"))));
  }

  private List<Monitor> monitors() {
    return tree.path("monitors")
        .valueStream()
        .map(entry -> new MonitorReading(entry, "").monitor())
        .toList();
  }

  private static TimeSettings time(JsonNode time) {
    return new TimeSettings(
        duration(time, "max-out-of-orderness"),
        duration(time, "idle-after"),
        duration(time, "future-tolerance"),
        new TimeSettings.Lateness(
            duration(time, "allowed-lateness"), duration(time, "revise-every")),
        duration(time, "max-skew"));
  }

  private static Limits limits(JsonNode limits) {
    return new Limits(
        SizeText.parseBytes(text(limits, "max-record-bytes")),
        Integer.parseInt(text(limits, "max-series")),
        SizeText.parseBytes(text(limits, "max-in-flight-bytes")));
  }

  private static Duration duration(JsonNode parent, String key) {
    return Duration.ofMillis(DurationText.parseMillis(text(parent, key)));
  }

  private static String text(JsonNode parent, String key) {
    return parent.path(key).asText();
  }
}
