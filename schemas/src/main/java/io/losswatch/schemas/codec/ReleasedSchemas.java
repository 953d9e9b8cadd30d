package io.losswatch.schemas.codec;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;

/**
 * The texts of the versions released so far. Records written with them stay readable for ever, so a
 * text is never changed, only added.
 */
final class ReleasedSchemas {
  private static final List<String> FILES =
      List.of(
          "v1/LogitBatch.avsc",
          "v1/LabelBatch.avsc",
          "v1/RollingLoss.avsc",
          "v1/PartialBatch.avsc",
          "v2/RollingLoss.avsc",
          "v2/PartialBatch.avsc");

  private ReleasedSchemas() {}

  static List<Schema> all() {
    return FILES.stream().map(ReleasedSchemas::load).toList();
  }

  /** All versions of the record of this name, oldest first. */
  static List<Schema> of(String name) {
    Stream<String> versions = FILES.stream().filter(file -> file.endsWith("/" + name + ".avsc"));
    return versions.map(ReleasedSchemas::load).toList();
  }

  private static Schema load(String file) {
    try (InputStream text = ReleasedSchemas.class.getResourceAsStream(file)) {
      if (text == null) {
        throw new IllegalStateException("the released schema " + file + " is missing");
      }
      return new Schema.Parser().parse(text);
    } catch (IOException e) {
      throw new UncheckedIOException("the released schema " + file + " cannot be read", e);
    }
  }
}
