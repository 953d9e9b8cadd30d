package io.losswatch.deploy.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values of the environment, {@code ${NAME}} or {@code ${NAME:default}}, put into a tree. Under
 * {@code kafka} any other {@code ${...}} stays: it is for Kafka's config providers.
 */
final class Placeholders {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}]*)}");
  private static final Pattern ENVIRONMENT =
      Pattern.compile("([A-Z][A-Z0-9_]*)(?::(.*))?", Pattern.DOTALL);

  private final Map<String, String> environment;
  private final List<Problem> problems;

  Placeholders(Map<String, String> environment, List<Problem> problems) {
    this.environment = environment;
    this.problems = problems;
  }

  /** Replaces within the tree; what cannot be replaced is added to the problems. */
  void replaceIn(ObjectNode tree) {
    replaceIn(tree, "");
  }

  private void replaceIn(ObjectNode map, String path) {
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      entry.setValue(replaced(entry.getValue(), Paths.child(path, entry.getKey())));
    }
  }

  private JsonNode replaced(JsonNode node, String path) {
    if (node instanceof ObjectNode map) {
      replaceIn(map, path);
    } else if (node instanceof ArrayNode list) {
      for (int i = 0; i < list.size(); i++) {
        list.set(i, replaced(list.get(i), Paths.item(path, i)));
      }
    }
    return node.isTextual() ? TextNode.valueOf(text(node.asText(), path)) : node;
  }

  private String text(String text, String path) {
    StringBuilder result = new StringBuilder();
    Matcher matcher = PLACEHOLDER.matcher(text);
    while (matcher.find()) {
      matcher.appendReplacement(result, Matcher.quoteReplacement(value(matcher, path)));
    }
    return matcher.appendTail(result).toString();
  }

  private String value(Matcher placeholder, String path) {
    Matcher name = ENVIRONMENT.matcher(placeholder.group(1));
    if (!name.matches()) {
      if (!Paths.isKafka(path)) {
        problems.add(
            new Problem(
                path,
                Secrets.quoted(path, placeholder.group())
                    + " is no value of the environment; allowed: ${NAME} or ${NAME:default},"
                    + " NAME of A-Z, 0-9 and _"));
      }
      return placeholder.group();
    }
    String value = environment.getOrDefault(name.group(1), name.group(2));
    if (value == null) {
      problems.add(
          new Problem(
              path,
              "the environment has no %s; set it, or write ${%s:default}"
                  .formatted(name.group(1), name.group(1))));
      return placeholder.group();
    }
    return value;
  }
}
