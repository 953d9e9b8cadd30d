package io.losswatch.schemas.codec;

import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.schemas.AverageState;
import io.losswatch.schemas.LabelBatch;
import io.losswatch.schemas.LaneState;
import io.losswatch.schemas.LogitBatch;
import io.losswatch.schemas.MarkState;
import io.losswatch.schemas.PaneState;
import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.PublicationState;
import io.losswatch.schemas.RollingLoss;
import io.losswatch.schemas.RosterState;
import io.losswatch.schemas.SeenState;
import io.losswatch.schemas.SourceState;
import io.losswatch.schemas.WaitingLabelState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.SchemaParser;

/**
 * The schemas that records may be written with, by their fingerprint (CRC-64-AVRO of the canonical
 * form). Immutable.
 */
public final class WriterSchemas {
  private static final WriterSchemas BUILT_IN =
      new WriterSchemas(Map.of())
          .with(ReleasedSchemas.all())
          .with(
              List.of(
                  LogitBatch.getClassSchema(),
                  LabelBatch.getClassSchema(),
                  RollingLoss.getClassSchema(),
                  PartialBatch.getClassSchema(),
                  LaneState.getClassSchema(),
                  SourceState.getClassSchema(),
                  RosterState.getClassSchema(),
                  PaneState.getClassSchema(),
                  PublicationState.getClassSchema(),
                  AverageState.getClassSchema(),
                  MarkState.getClassSchema(),
                  SeenState.getClassSchema(),
                  WaitingLabelState.getClassSchema()));

  private final Map<Long, Schema> schemas;

  private WriterSchemas(Map<Long, Schema> schemas) {
    this.schemas = Map.copyOf(schemas);
  }

  /** Every released version of our own records. */
  public static WriterSchemas builtIn() {
    return BUILT_IN;
  }

  /**
   * These and further schemas that producers write with.
   *
   * @throws IllegalArgumentException if one is recursive or nested deeper than 32 levels: such a
   *     record could claim any depth, and none of ours does
   */
  public WriterSchemas with(Collection<Schema> further) {
    Map<Long, Schema> all = new HashMap<>(schemas);
    for (Schema schema : further) {
      SchemaDepth.check(schema);
      all.put(SchemaNormalization.parsingFingerprint64(schema), schema);
    }
    return new WriterSchemas(all);
  }

  /**
   * These and the schemas in all {@code .avsc} files of some folders. Each file defines every type
   * that it uses, so that several versions of a type may lie side by side.
   *
   * @throws IllegalArgumentException as {@link #with}, or if a file is no schema
   * @throws IOException if a folder or file cannot be read
   */
  public WriterSchemas withFolders(Collection<Path> folders) throws IOException {
    List<Schema> further = new ArrayList<>();
    for (Path folder : folders) {
      for (Path file : files(folder)) {
        further.add(parse(file));
      }
    }
    return with(further);
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".avsc")).sorted().toList();
    }
  }

  private static Schema parse(Path file) throws IOException {
    try {
      Schema schema = SchemaParser.parseSingle(file);
      SchemaDepth.check(schema);
      return schema;
    } catch (AvroRuntimeException | IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  /** Whether records with this fingerprint can be read. */
  public boolean contains(long fingerprint) {
    return schemas.containsKey(fingerprint);
  }

  /**
   * The schema with this fingerprint.
   *
   * @throws RefusedException {@code unknown-schema} if there is none
   */
  Schema find(long fingerprint) {
    Schema schema = schemas.get(fingerprint);
    if (schema == null) {
      throw new RefusedException(
          Reason.UNKNOWN_SCHEMA,
          "the writer's schema must be known, but fingerprint %016x is not".formatted(fingerprint));
    }
    return schema;
  }
}
