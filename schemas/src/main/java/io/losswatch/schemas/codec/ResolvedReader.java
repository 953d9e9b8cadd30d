package io.losswatch.schemas.codec;

import io.losswatch.core.batch.RefusedException;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** Reads frames of one type of record, written with any of many schemas; owned by one thread. */
final class ResolvedReader<T> {
  private final WriterSchemas writers;
  private final Schema readerSchema;
  private final FieldReading<T> fields;
  private final ByteArrayDecoder bytes = new ByteArrayDecoder();
  private final Map<Long, Resolution<T>> resolutions = new HashMap<>();

  ResolvedReader(WriterSchemas writers, Schema readerSchema, FieldReading<T> fields) {
    this.writers = writers;
    this.readerSchema = readerSchema;
    this.fields = fields;
  }

  /**
   * The record in the single-object frame that fills this range.
   *
   * @throws RefusedException if there is none, whatever the bytes are
   */
  T read(byte @Nullable [] array, int offset, int length) {
    byte[] frame = SingleObject.check(array, offset, length);
    Resolution<T> resolution =
        resolutions.computeIfAbsent(SingleObject.fingerprint(frame, offset), this::resolution);
    int header = SingleObject.HEADER_BYTES;
    bytes.reset(frame, offset + header, length - header);
    try {
      T record = resolution.read();
      bytes.checkEnd();
      return record;
    } finally {
      bytes.release();
    }
  }

  private Resolution<T> resolution(long fingerprint) {
    return new Resolution<>(writers.find(fingerprint), readerSchema, fields, bytes);
  }
}
