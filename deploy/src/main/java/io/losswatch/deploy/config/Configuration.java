package io.losswatch.deploy.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.losswatch.deploy.http.HttpSettings;
import io.losswatch.stream.StreamSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A valid configuration of the service. Immutable. */
public final class Configuration {
  private final ObjectNode tree;
  private final StreamSettings settings;

  private Configuration(ObjectNode tree) {
    this.tree = tree;
    this.settings = new SettingsReading(tree).settings();
  }

  /**
   * The configuration of a YAML file.
   *
   * @param file in UTF-8
   * @param environment whose values stand for {@code ${NAME}}
   * @throws ConfigurationException with all that is wrong
   * @throws IOException if the file cannot be read
   */
  public static Configuration load(Path file, Map<String, String> environment)
      throws ConfigurationException, IOException {
    return parse(file.toString(), Files.readString(file), environment);
  }

  /**
   * The configuration of a YAML text.
   *
   * @param source what messages call it
   * @param text YAML
   * @param environment whose values stand for {@code ${NAME}}
   * @throws ConfigurationException with all that is wrong
   */
  static Configuration parse(String source, String text, Map<String, String> environment)
      throws ConfigurationException {
    List<Problem> problems = new ArrayList<>();
    ObjectNode tree;
    try {
      tree = YamlTree.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          source, List.of(new Problem("", String.valueOf(e.getMessage()))));
    }
    new Placeholders(environment, problems).replaceIn(tree);
    problems.addAll(new SchemaCheck().complete(tree));
    SettingsReading reading = new SettingsReading(tree);
    reading.addDefaults();
    problems.addAll(reading.check());
    if (!problems.isEmpty()) {
      throw new ConfigurationException(source, firstOfEachPath(problems));
    }
    return new Configuration(tree);
  }

  /** What the stream needs. */
  public StreamSettings settings() {
    return settings;
  }

  /** Where the service listens. */
  public HttpSettings http() {
    return new HttpReading(tree).settings();
  }

  /** What is allowed, and probably a slip: it has no effect. */
  public List<Problem> doubts() {
    return new KafkaReading(tree.path("kafka"), List.of()).doubts();
  }

  /** All keys with the values in force, defaults too, as YAML; secrets are masked. */
  public String effective() {
    ObjectNode masked = tree.deepCopy();
    masked.put("instance-id", settings.identity().instanceId());
    masked.path("monitors").forEach(entry -> MonitorReading.addDefaults((ObjectNode) entry));
    mask(masked);
    return YamlTree.print(masked);
  }

  /** The first one is the cause: a value that the environment lacks is also no duration. */
  private static List<Problem> firstOfEachPath(List<Problem> problems) {
    Map<String, Problem> firsts = new LinkedHashMap<>();
    problems.forEach(problem -> firsts.putIfAbsent(problem.path(), problem));
    return List.copyOf(firsts.values());
  }

  private static void mask(JsonNode node) {
    if (node instanceof ObjectNode map) {
      for (Map.Entry<String, JsonNode> entry : map.properties()) {
        if (Secrets.isSecret(entry.getKey())) {
          entry.setValue(TextNode.valueOf(Secrets.MASK));
        } else {
          mask(entry.getValue());
        }
      }
    } else if (node instanceof ArrayNode list) {
      list.forEach(Configuration::mask);
    }
  }
}
