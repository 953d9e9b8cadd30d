package io.losswatch.schemas.codec;

import io.losswatch.schemas.LabelBatch;
import io.losswatch.schemas.LogitBatch;
import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.RollingLoss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.jspecify.annotations.Nullable;

/**
 * The {@code .avsc} files of a folder that producers write with. A file that is none of our records
 * is there because another one refers to it. Mutable while it reads; one thread.
 */
final class SchemaFolder {
  private static final Map<String, Schema> OURS =
      Stream.of(
              LogitBatch.getClassSchema(),
              LabelBatch.getClassSchema(),
              RollingLoss.getClassSchema(),
              PartialBatch.getClassSchema())
          .collect(Collectors.toUnmodifiableMap(Schema::getName, schema -> schema));

  private final Path folder;
  private final Map<Path, Schema> parsed = new LinkedHashMap<>();

  /** By full name; a type that files define differently has several. */
  private final Map<String, Set<Schema>> types = new HashMap<>();

  SchemaFolder(Path folder) {
    this.folder = folder;
  }

  /** Those that are records of ours, checked. */
  List<Schema> schemas() throws IOException {
    parse();
    List<Schema> writers = new ArrayList<>();
    for (Map.Entry<Path, Schema> file : parsed.entrySet()) {
      Schema writer = file.getValue();
      @Nullable Schema ours =
          writer.getType() == Schema.Type.RECORD ? OURS.get(writer.getName()) : null;
      if (ours != null) {
        check(file.getKey(), writer, ours);
        writers.add(writer);
      } else if (!isPart(writer)) {
        throw refused(
            file.getKey(),
            "a file defines LogitBatch or LabelBatch or what another file refers to, but this is "
                + (writer.getType() == Schema.Type.RECORD
                    ? writer.getFullName()
                    : "the type " + writer.getType().getName()));
      }
    }
    return writers;
  }

  /** Rounds, since a file may refer to one that comes later. */
  private void parse() throws IOException {
    Map<Path, String> waiting = new LinkedHashMap<>();
    for (Path file : files()) {
      waiting.put(file, Files.readString(file));
    }
    while (!waiting.isEmpty()) {
      int before = waiting.size();
      Map<Path, String> failures = new LinkedHashMap<>();
      waiting.entrySet().removeIf(file -> parse(file.getKey(), file.getValue(), failures));
      if (waiting.size() == before) {
        Map.Entry<Path, String> first = failures.entrySet().iterator().next();
        throw refused(first.getKey(), first.getValue());
      }
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".avsc")).sorted().toList();
    }
  }

  private boolean parse(Path file, String text, Map<Path, String> failures) {
    try {
      Schema schema = parse(text);
      SchemaDepth.check(schema);
      parsed.put(file, schema);
      addTypes(schema, new HashSet<>());
      return true;
    } catch (AvroRuntimeException | IllegalArgumentException e) {
      failures.put(file, String.valueOf(e.getMessage()));
      return false;
    }
  }

  private Schema parse(String text) {
    try {
      return new Schema.Parser().parse(text);
    } catch (AvroRuntimeException selfContained) {
      Map<String, Schema> references = references(text);
      if (references.isEmpty()) {
        throw selfContained;
      }
      return new Schema.Parser().addTypes(references.values()).parse(text);
    }
  }

  /** Types of other files that this one names, but for those that it defines. */
  private Map<String, Schema> references(String text) {
    Map<String, Schema> references = new HashMap<>();
    types.forEach((name, versions) -> {
      String simple = name.substring(name.lastIndexOf('.') + 1);
      boolean isNamed = text.contains('"' + name + '"') || text.contains('"' + simple + '"');
      if (isNamed && !text.matches("(?s).*\"name\"\\s*:\\s*\"(" + name + "|" + simple + ")\".*")) {
        if (versions.size() > 1) {
          throw new IllegalArgumentException(
              "it refers to " + name + ", which other files define in different ways");
        }
        references.put(name, versions.iterator().next());
      }
    });
    return references;
  }

  private void addTypes(Schema schema, Set<String> seen) {
    switch (schema.getType()) {
      case RECORD, ENUM, FIXED -> {
        if (seen.add(schema.getFullName())) {
          types.computeIfAbsent(schema.getFullName(), name -> new HashSet<>()).add(schema);
          if (schema.getType() == Schema.Type.RECORD) {
            schema.getFields().forEach(field -> addTypes(field.schema(), seen));
          }
        }
      }
      case UNION -> schema.getTypes().forEach(branch -> addTypes(branch, seen));
      case ARRAY -> addTypes(schema.getElementType(), seen);
      case MAP -> addTypes(schema.getValueType(), seen);
      default -> {}
    }
  }

  /** Part of another file's schema, or a type that our own records are made of. */
  private boolean isPart(Schema schema) {
    return Stream.concat(parsed.values().stream(), OURS.values().stream())
        .filter(whole -> !whole.equals(schema))
        .anyMatch(whole -> namedIn(whole, new HashSet<>()).contains(name(schema)));
  }

  private static String name(Schema schema) {
    return switch (schema.getType()) {
      case RECORD, ENUM, FIXED -> schema.getFullName();
      default -> "";
    };
  }

  private static Set<String> namedIn(Schema schema, Set<String> names) {
    switch (schema.getType()) {
      case RECORD -> {
        if (names.add(schema.getFullName())) {
          schema.getFields().forEach(field -> namedIn(field.schema(), names));
        }
      }
      case ENUM, FIXED -> names.add(schema.getFullName());
      case UNION -> schema.getTypes().forEach(branch -> namedIn(branch, names));
      case ARRAY -> namedIn(schema.getElementType(), names);
      case MAP -> namedIn(schema.getValueType(), names);
      default -> {}
    }
    return names;
  }

  private static void check(Path file, Schema writer, Schema ours) {
    SchemaCompatibility.SchemaCompatibilityResult result =
        SchemaCompatibility.checkReaderWriterCompatibility(ours, writer).getResult();
    if (result.getCompatibility() != SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE) {
      throw refused(
          file,
          result.getIncompatibilities().stream()
              .map(why ->
                  "%s at %s: %s".formatted(why.getType(), why.getLocation(), why.getMessage()))
              .collect(
                  Collectors.joining(
                      "; ", "it must resolve to " + ours.getFullName() + ", but does not: ", "")));
    }
  }

  private static IllegalArgumentException refused(Path file, String why) {
    return new IllegalArgumentException(file + ": " + why);
  }
}
