package io.losswatch.deploy.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * YAML as a tree whose scalars are all text, exactly as written: {@code 1.10} stays {@code 1.10},
 * and a value from the environment is no different from one in the file.
 */
final class YamlTree {
  private static final int MAX_CODE_POINTS = 1 << 20;

  private YamlTree() {}

  /**
   * The tree of a document; an empty one gives an empty map.
   *
   * @throws IllegalArgumentException with the place, if it is no YAML or no map
   */
  static ObjectNode parse(String text) {
    Object root;
    try {
      root = yaml().load(text);
    } catch (MarkedYAMLException e) {
      // the message of the exception itself shows the line, which may hold a secret
      String place =
          e.getProblemMark() == null
              ? ""
              : "line %d, column %d: "
                  .formatted(e.getProblemMark().getLine() + 1, e.getProblemMark().getColumn() + 1);
      throw new IllegalArgumentException(place + "not valid YAML: " + e.getProblem(), e);
    } catch (YAMLException e) {
      throw new IllegalArgumentException("not valid YAML", e);
    }
    JsonNode tree = root == null ? JsonNodeFactory.instance.objectNode() : node(root);
    if (!(tree instanceof ObjectNode map)) {
      throw new IllegalArgumentException("a map of keys and values is expected at the top");
    }
    return map;
  }

  /** The tree as YAML. */
  static String print(JsonNode tree) {
    return yaml().dump(plain(tree));
  }

  private static Yaml yaml() {
    LoaderOptions loading = new LoaderOptions();
    loading.setAllowDuplicateKeys(false);
    loading.setCodePointLimit(MAX_CODE_POINTS);
    DumperOptions dumping = new DumperOptions();
    dumping.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    // two empty lists are one object, which is nobody's business
    dumping.setDereferenceAliases(true);
    return new Yaml(
        new SafeConstructor(loading), new Representer(dumping), dumping, loading, new AllText());
  }

  private static JsonNode node(@Nullable Object value) {
    if (value == null) {
      return JsonNodeFactory.instance.nullNode();
    }
    if (value instanceof Map<?, ?> map) {
      ObjectNode node = JsonNodeFactory.instance.objectNode();
      map.forEach((key, child) -> node.set(String.valueOf(key), node(child)));
      return node;
    }
    if (value instanceof List<?> list) {
      ArrayNode node = JsonNodeFactory.instance.arrayNode();
      list.forEach(child -> node.add(node(child)));
      return node;
    }
    return JsonNodeFactory.instance.textNode(String.valueOf(value));
  }

  private static Object plain(JsonNode node) {
    if (node.isObject()) {
      Map<String, Object> map = new LinkedHashMap<>();
      node.properties().forEach(entry -> map.put(entry.getKey(), plain(entry.getValue())));
      return map;
    }
    if (node.isArray()) {
      return node.valueStream().map(YamlTree::plain).toList();
    }
    return node.asText();
  }

  /** Takes no scalar for anything but text, except for nothing at all. */
  private static final class AllText extends Resolver {
    @Override
    protected void addImplicitResolvers() {
      addImplicitResolver(Tag.NULL, Pattern.compile("~|null|"), "~n\0");
      addImplicitResolver(Tag.NULL, Pattern.compile("^$"), null);
    }
  }
}
