package io.losswatch.deploy.container;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The services of compose.yaml. */
record Compose(JsonNode tree) {
  static final Path FILE = Path.of("docker/compose.yaml");
  static final Path CONFIGURATION = Path.of("docker/losswatch.yaml");

  static Compose load() {
    return new Compose(YamlFiles.one(FILE));
  }

  /** All of them, by name. */
  Map<String, JsonNode> services() {
    Map<String, JsonNode> services = new TreeMap<>();
    tree.path("services")
        .properties()
        .forEach(each -> services.put(each.getKey(), each.getValue()));
    return services;
  }

  /** The image of a service, without what the environment may put in its place. */
  String image(String service) {
    String image = tree.path("services").path(service).path("image").asText();
    return image.replaceFirst("^\\$\\{[A-Z_]+:-(.*)}$", "$1");
  }
}
