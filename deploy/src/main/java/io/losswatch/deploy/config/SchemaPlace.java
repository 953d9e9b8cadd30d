package io.losswatch.deploy.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.path.NodePath;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The place in the schema where a value was refused; it words the refusal.
 *
 * @param node what the schema says about the value
 */
record SchemaPlace(JsonNode node) {
  /** The schema's keyword for what this version does not have yet. */
  static final String LATER = "x-later";

  /** The place that an evaluation came through; its last step is the keyword that refused. */
  static SchemaPlace at(JsonNode schema, NodePath evaluation) {
    JsonNode node = schema;
    for (int i = 0; i < evaluation.getNameCount() - 1; i++) {
      String step = String.valueOf(evaluation.getElement(i));
      if (!step.equals("$ref")) {
        node = node.path(step);
      } else if (!node.has("format")) {
        node = schema.at(node.path(step).asText().substring(1));
      }
    }
    return new SchemaPlace(node);
  }

  /** That a key is missing in {@code parent}. */
  String missing(String key, JsonNode parent) {
    List<String> unknown = new ArrayList<>();
    parent.fieldNames().forEachRemaining(unknown::add);
    unknown.removeIf(name -> node.path("properties").has(name));
    return "missing"
        + NearestName.of(key, unknown).map(name -> "; is '" + name + "' a slip of it?").orElse("");
  }

  /** That a key is not known here. */
  String unknown(String key) {
    List<String> known = new ArrayList<>();
    node.path("properties").fieldNames().forEachRemaining(known::add);
    return "unknown key"
        + NearestName.of(key, known).map(name -> "; did you mean '" + name + "'?").orElse("")
        + "; allowed: "
        + known.stream().sorted().collect(Collectors.joining(", "));
  }

  /** That a value is refused. */
  String refused(String path, JsonNode value) {
    Optional<String> later = later();
    String shown = shown(path, value);
    if (later.isPresent()) {
      return shown
          + " is refused: this version does not have "
          + later.get()
          + " yet; allowed: "
          + (node.has("enum") ? choices() : "nothing");
    }
    return shown + " is refused" + objection(value) + "; allowed: " + allowed();
  }

  private String objection(JsonNode value) {
    return format()
        .filter(format -> value.isTextual())
        .flatMap(format -> format.objection(value.asText()))
        .map(objection -> ": " + objection)
        .orElse("");
  }

  private String allowed() {
    if (format().isPresent()) {
      return format().get().allowed();
    }
    if (node.has("enum")) {
      return choices();
    }
    return switch (node.path("type").asText()) {
      case "object" -> "a map of keys and values";
      case "array" -> node.has("uniqueItems") ? "a list, nothing twice" : "a list";
      default -> "a text or a number";
    };
  }

  private String choices() {
    return node.path("enum").valueStream().map(JsonNode::asText).collect(Collectors.joining(", "));
  }

  private Optional<ValueFormat> format() {
    return ValueFormat.named(node.path("format").asText());
  }

  private Optional<String> later() {
    return Optional.ofNullable(node.get(LATER)).map(JsonNode::asText);
  }

  private static String shown(String path, JsonNode value) {
    if (value.isObject()) {
      return "a map";
    }
    if (value.isArray()) {
      return value.isEmpty() ? "an empty list" : "a list of " + value.size();
    }
    return value.isNull() ? "no value" : Secrets.quoted(path, value.asText());
  }
}
