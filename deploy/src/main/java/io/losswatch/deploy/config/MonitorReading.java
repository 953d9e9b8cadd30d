package io.losswatch.deploy.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.losswatch.core.loss.Loss;
import io.losswatch.core.loss.Losses;
import io.losswatch.core.window.Window;
import io.losswatch.stream.Monitor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Reads one entry of {@code monitors}: whatever of it is no key of its own belongs to its loss. */
final class MonitorReading {
  private static final Set<String> OWN_KEYS =
      Set.of("name", "model", "loss", "metrics", "time-axis", "deduplicate", "slices", "windows");

  private final JsonNode entry;
  private final String path;

  MonitorReading(JsonNode entry, String path) {
    this.entry = entry;
    this.path = path;
  }

  /** Adds what is wrong with the loss's parameters to the problems, each by itself. */
  void check(List<Problem> problems) {
    String loss = entry.path("loss").asText();
    if (!ValueFormat.LOSS.objection(loss).isEmpty()) {
      return;
    }
    int before = problems.size();
    parameters()
        .forEach((key, value) -> check(loss, Map.of(key, value), Paths.child(path, key), problems));
    if (problems.size() == before) {
      check(loss, parameters(), path, problems);
    }
  }

  Monitor monitor() {
    return new Monitor(
        entry.path("name").asText(),
        entry.path("model").asText(),
        loss(),
        entry.path("windows").valueStream().map(window -> Window.parse(window.asText())).toList(),
        entry
            .path("slices")
            .valueStream()
            .map(slice -> slice.valueStream().map(JsonNode::asText).toList())
            .toList());
  }

  private Loss loss() {
    return Losses.of(entry.path("loss").asText(), parameters());
  }

  private Map<String, String> parameters() {
    Map<String, String> parameters = new TreeMap<>();
    for (Map.Entry<String, JsonNode> property : entry.properties()) {
      if (!OWN_KEYS.contains(property.getKey()) && !property.getValue().isObject()) {
        parameters.put(property.getKey(), text(property.getValue()));
      }
    }
    return parameters;
  }

  private static String text(JsonNode value) {
    return value.isArray()
        ? value.valueStream().map(JsonNode::asText).collect(Collectors.joining(","))
        : value.asText();
  }

  private static void check(
      String loss, Map<String, String> parameters, String path, List<Problem> problems) {
    try {
      Losses.of(loss, parameters);
    } catch (IllegalArgumentException e) {
      problems.add(new Problem(path, String.valueOf(e.getMessage())));
    }
  }
}
