package io.losswatch.deploy.container;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Files of YAML as trees. A key that stands twice in a map is an error. */
final class YamlFiles {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private YamlFiles() {}

  /** The only document of a file. */
  static JsonNode one(Path file) {
    List<JsonNode> documents = all(file);
    if (documents.size() != 1) {
      throw new IllegalArgumentException(
          file + " should have one document, but has " + documents.size());
    }
    return documents.get(0);
  }

  /** The documents of a file. */
  static List<JsonNode> all(Path file) {
    List<JsonNode> documents = new ArrayList<>();
    for (Object document : yaml().loadAll(text(file))) {
      documents.add(MAPPER.valueToTree(document));
    }
    return documents;
  }

  /** A text as it is in UTF-8. */
  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Yaml yaml() {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    return new Yaml(new SafeConstructor(options));
  }
}
