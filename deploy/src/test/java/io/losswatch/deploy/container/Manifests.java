package io.losswatch.deploy.container;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The objects for Kubernetes. */
final class Manifests {
  static final Path FOLDER = Path.of("kubernetes");

  private Manifests() {}

  /** Names of the files of objects. */
  static List<String> files() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.equals("kustomization.yaml"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The object of a file. */
  static JsonNode object(String file) {
    return YamlFiles.one(FOLDER.resolve(file));
  }

  /** The pod that the StatefulSet makes. */
  static JsonNode pod() {
    return object("statefulset.yaml").at("/spec/template");
  }

  /** Its only container. */
  static JsonNode container() {
    return pod().at("/spec/containers/0");
  }

  /** The texts of a list. */
  static List<String> texts(JsonNode list) {
    return elements(list).stream().map(JsonNode::asText).toList();
  }

  static List<JsonNode> elements(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).toList();
  }
}
