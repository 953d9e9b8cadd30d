package io.losswatch.schemas.codec;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.schemas.LogitBatch;
import org.jspecify.annotations.Nullable;

/**
 * Reads the values of prediction records; owned by one thread. Tensor bytes stay where they are:
 * the batch's tensors are views of the array that was read, which must not change while the batch
 * is in use. Numbers that came as an array of doubles, and bytes that their writer declared as a
 * string, are copied.
 *
 * <p>Memory: a few hundred bytes besides names, tags and ids, however large the tensors are; never
 * more than a small multiple of the record's length, whatever lengths it claims.
 */
public final class LogitBatchReader {
  private final ResolvedReader<Batch> reader;

  /** A reader of records written with any of these schemas that resolves to ours. */
  public LogitBatchReader(WriterSchemas writers) {
    reader = new ResolvedReader<>(writers, LogitBatch.getClassSchema(), new LogitBatchFields());
  }

  /**
   * The batch in {@code length} bytes of {@code array} from {@code offset}, framed as Avro
   * single-object encoding, or in Confluent's framing if there is a registry.
   *
   * @param array null as Kafka's value of a tombstone is
   * @throws RefusedException the only exception about the bytes: {@code malformed-frame}, {@code
   *     unknown-schema}, {@code malformed-record}, {@code bad-shape}, {@code bad-datatype}, {@code
   *     bad-length}, {@code bad-value} or {@code too-large}
   */
  public Batch read(byte @Nullable [] array, int offset, int length) {
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
  public Batch read(byte @Nullable [] array, int offset, int length, byte @Nullable [] schemaId) {
    return reader.read(array, offset, length, schemaId);
  }
}
