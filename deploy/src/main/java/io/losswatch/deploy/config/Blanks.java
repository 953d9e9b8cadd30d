package io.losswatch.deploy.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Map;

/**
 * Keys without a value: they count as absent. Under {@code kafka} an empty text is a value, since
 * Kafka has properties that are switched off by it.
 */
final class Blanks {
  private Blanks() {}

  /** Removes such keys from the tree. */
  static void removeFrom(ObjectNode tree) {
    removeFrom(tree, "");
  }

  private static void removeFrom(JsonNode node, String path) {
    if (node instanceof ObjectNode map) {
      for (Map.Entry<String, JsonNode> entry : new ArrayList<>(map.properties())) {
        String child = Paths.child(path, entry.getKey());
        if (isBlank(entry.getValue(), child)) {
          map.remove(entry.getKey());
        } else {
          removeFrom(entry.getValue(), child);
        }
      }
    } else if (node.isArray()) {
      node.forEach(item -> removeFrom(item, path));
    }
  }

  private static boolean isBlank(JsonNode value, String path) {
    boolean isEmptyText = value.isTextual() && value.asText().isEmpty();
    return value.isNull() || (isEmptyText && !Paths.isKafka(path));
  }
}
