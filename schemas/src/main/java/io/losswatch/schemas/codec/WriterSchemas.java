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
import io.losswatch.schemas.registry.RegistrySchemas;
import io.losswatch.schemas.registry.SchemaId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.jspecify.annotations.Nullable;

/**
 * The schemas that records may be written with, by their fingerprint (CRC-64-AVRO of the canonical
 * form). Immutable.
 */
public final class WriterSchemas {
  private static final WriterSchemas BUILT_IN =
      new WriterSchemas(Map.of(), null)
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

  private final @Nullable RegistrySchemas registry;

  private WriterSchemas(Map<Long, Schema> schemas, @Nullable RegistrySchemas registry) {
    this.schemas = Map.copyOf(schemas);
    this.registry = registry;
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
    return new WriterSchemas(all, registry);
  }

  /** These and the schemas of a registry, for records in Confluent's framing. */
  public WriterSchemas with(RegistrySchemas further) {
    return new WriterSchemas(schemas, further);
  }

  /** The schemas of the registry; null without one. */
  public @Nullable RegistrySchemas registry() {
    return registry;
  }

  /**
   * These and the schemas in all {@code .avsc} files of a folder. A file defines every type that it
   * uses, so that several versions of a type may lie side by side, or refers to types that other
   * files of the folder define.
   *
   * @throws IllegalArgumentException naming the file, if one is no schema, as {@link #with} says,
   *     or if records written with it can be none of ours
   * @throws IOException if the folder or a file cannot be read
   */
  public WriterSchemas withFolder(Path folder) throws IOException {
    return with(new SchemaFolder(folder).schemas());
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

  /**
   * The schema with this id of the registry; never blocks.
   *
   * @throws io.losswatch.schemas.registry.SchemaAwaitedException if it has to be fetched first
   * @throws RefusedException {@code unknown-schema} if there is none that can be read
   */
  static Schema find(RegistrySchemas registry, SchemaId id) {
    Schema schema = registry.known(id);
    try {
      SchemaDepth.check(schema);
    } catch (IllegalArgumentException e) {
      throw new RefusedException(Reason.UNKNOWN_SCHEMA, id + ": " + e.getMessage());
    }
    return schema;
  }
}
