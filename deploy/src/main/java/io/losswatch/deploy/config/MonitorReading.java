package io.losswatch.deploy.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.losswatch.core.loss.Loss;
import io.losswatch.core.loss.Losses;
import io.losswatch.core.loss.Metrics;
import io.losswatch.core.window.Series;
import io.losswatch.core.window.Window;
import io.losswatch.stream.Monitor;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Reads one entry of {@code monitors}: whatever of it is no key of its own belongs to its loss. */
final class MonitorReading {
  private static final Set<String> OWN_KEYS =
      Set.of(
          "name", "model", "loss", "metrics", "k", "time-axis", "deduplicate", "slices", "windows");

  private static final String TOP_K = "top_k";

  private final JsonNode entry;
  private final String path;

  MonitorReading(JsonNode entry, String path) {
    this.entry = entry;
    this.path = path;
  }

  /** Adds what is wrong with slices, the loss's parameters and its companions, each by itself. */
  void check(List<Problem> problems) {
    checkSlices(problems);
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
    checkMetrics(loss, problems);
  }

  private void checkSlices(List<Problem> problems) {
    JsonNode slices = entry.path("slices");
    for (int slice = 0; slice < slices.size(); slice++) {
      for (int tag = 0; tag < slices.get(slice).size(); tag++) {
        if (slices.get(slice).get(tag).asText().equals(Series.RESERVED_TAG)) {
          problems.add(
              new Problem(
                  Paths.item(Paths.item(Paths.child(path, "slices"), slice), tag),
                  "'%s' is refused: it marks the series of what there is no room for; allowed: any other tag"
                      .formatted(Series.RESERVED_TAG)));
        }
      }
    }
  }

  private void checkMetrics(String loss, List<Problem> problems) {
    SortedSet<String> allowed = new TreeSet<>(Losses.of(loss, Map.of()).metrics());
    List<String> names = metricNames();
    for (int i = 0; i < names.size(); i++) {
      if (!allowed.contains(names.get(i))) {
        problems.add(
            new Problem(
                Paths.item(Paths.child(path, "metrics"), i),
                "'%s' is refused: %s does not have it; allowed: %s"
                    .formatted(
                        names.get(i),
                        loss,
                        allowed.isEmpty() ? "nothing" : String.join(", ", allowed))));
      }
    }
    if (entry.has("k") && !names.contains(TOP_K)) {
      problems.add(
          new Problem(
              Paths.child(path, "k"),
              "'%s' is refused: it is of top_k, which is not among the metrics; allowed: nothing"
                  .formatted(entry.path("k").asText())));
    }
  }

  /** Adds the values in force that depend on others, to show them. */
  static void addDefaults(ObjectNode entry) {
    if (!entry.has("k") && new MonitorReading(entry, "").metricNames().contains(TOP_K)) {
      entry.put("k", Integer.toString(Metrics.DEFAULT_K));
    }
  }

  Monitor monitor() {
    return new Monitor(
        entry.path("name").asText(),
        entry.path("model").asText(),
        new Monitor.Measure(loss(), metrics()),
        entry.path("windows").valueStream().map(window -> Window.parse(window.asText())).toList(),
        entry
            .path("slices")
            .valueStream()
            .map(slice -> slice.valueStream().map(JsonNode::asText).toList())
            .toList(),
        counting());
  }

  private Monitor.Counting counting() {
    return new Monitor.Counting(
        Monitor.TimeAxis.valueOf(entry.path("time-axis").asText().toUpperCase(Locale.ROOT)),
        Boolean.parseBoolean(entry.path("deduplicate").asText()));
  }

  private Loss loss() {
    return Losses.of(entry.path("loss").asText(), parameters());
  }

  private Metrics metrics() {
    int k = entry.has("k") ? Integer.parseInt(entry.path("k").asText()) : Metrics.DEFAULT_K;
    return Metrics.of(metricNames(), k);
  }

  private List<String> metricNames() {
    return entry.path("metrics").valueStream().map(JsonNode::asText).toList();
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
