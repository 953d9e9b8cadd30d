package io.losswatch.deploy.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.losswatch.schemas.codec.WriterSchemas;
import io.losswatch.schemas.registry.HttpRegistry;
import io.losswatch.schemas.registry.RegistrySchemas;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** Reads {@code registry} and {@code schemas}: what producers write with. */
final class FormatReading {
  private final JsonNode registry;
  private final JsonNode folders;

  FormatReading(JsonNode tree) {
    this.registry = tree.path("registry");
    this.folders = tree.path("schemas");
  }

  void check(List<Problem> problems) {
    if (registry.has("basic-auth") && !registry.has("url")) {
      problems.add(
          new Problem(
              "registry.basic-auth",
              Secrets.MASK + " is refused: it is of no registry; allowed: with registry.url"));
    }
    for (int i = 0; i < folders.size(); i++) {
      checkFolder(folders.get(i).asText(), Paths.item("schemas", i), problems);
    }
  }

  private static void checkFolder(String folder, String path, List<Problem> problems) {
    try {
      WriterSchemas.builtIn().withFolder(Path.of(folder));
    } catch (IOException | UncheckedIOException | InvalidPathException e) {
      problems.add(
          new Problem(
              path,
              "'%s' is refused: it cannot be read (%s); allowed: a folder with .avsc files"
                  .formatted(folder, e.getClass().getSimpleName())));
    } catch (IllegalArgumentException e) {
      problems.add(
          new Problem(
              path,
              "'%s' is refused: %s; allowed: a folder with .avsc files that LogitBatch or LabelBatch can be read from"
                  .formatted(folder, e.getMessage())));
    }
  }

  /** The schemas of a tree without problems. */
  WriterSchemas writers() {
    WriterSchemas writers = WriterSchemas.builtIn();
    try {
      for (JsonNode folder : folders) {
        writers = writers.withFolder(Path.of(folder.asText()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String url = registry.path("url").asText();
    if (url.isEmpty()) {
      return writers;
    }
    String credentials = registry.path("basic-auth").asText();
    return writers.with(
        RegistrySchemas.of(
            HttpRegistry.of(URI.create(url), credentials.isEmpty() ? null : credentials)));
  }
}
