package io.losswatch.schemas.codec;

import io.losswatch.core.batch.LateLabels;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.schemas.LabelBatch;
import org.jspecify.annotations.Nullable;

/**
 * Reads the values of records of labels that come later; owned by one thread. Tensor bytes stay
 * where they are, and the cost is bounded by the record's length, as {@link LogitBatchReader} says.
 */
public final class LabelBatchReader {
  private final ResolvedReader<LateLabels> reader;

  /** A reader of records written with any of these schemas that resolves to ours. */
  public LabelBatchReader(WriterSchemas writers) {
    reader = new ResolvedReader<>(writers, LabelBatch.getClassSchema(), new LabelBatchFields());
  }

  /**
   * The labels in {@code length} bytes of {@code array} from {@code offset}, framed as Avro
   * single-object encoding, or in Confluent's framing if there is a registry.
   *
   * @param array null as Kafka's value of a tombstone is
   * @throws RefusedException the only exception about the bytes: {@code malformed-frame}, {@code
   *     unknown-schema}, {@code malformed-record}, {@code bad-shape}, {@code bad-datatype}, {@code
   *     bad-length}, {@code bad-value} or {@code too-large}
   */
  public LateLabels read(byte @Nullable [] array, int offset, int length) {
    return read(array, offset, length, null);
  }

  /**
   * The same for a record that may carry its schema's id in a header.
   *
   * @param schemaId the header {@code __value_schema_id}, which counts if there is a registry; null
   *     if the record has none
   * @throws io.losswatch.schemas.registry.SchemaAwaitedException if its schema has to be fetched
   *     from the registry first
   */
  public LateLabels read(
      byte @Nullable [] array, int offset, int length, byte @Nullable [] schemaId) {
    return reader.read(array, offset, length, schemaId);
  }
}
