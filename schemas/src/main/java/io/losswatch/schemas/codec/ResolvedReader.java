package io.losswatch.schemas.codec;

import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.schemas.registry.RegistrySchemas;
import io.losswatch.schemas.registry.SchemaId;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** Reads frames of one type of record, written with any of many schemas; owned by one thread. */
final class ResolvedReader<T> {
  /** A registry may know any number of schemas; a topic's writers use a few. */
  static final int MAX_REGISTERED = 1000;

  private final WriterSchemas writers;
  private final Schema readerSchema;
  private final FieldReading<T> fields;
  private final ByteArrayDecoder bytes = new ByteArrayDecoder();
  private final Map<Long, Resolution<T>> resolutions = new HashMap<>();
  private final Map<SchemaId, Resolution<T>> registered = new HashMap<>();
  private @Nullable Resolution<T> last;
  private long lastFingerprint;

  ResolvedReader(WriterSchemas writers, Schema readerSchema, FieldReading<T> fields) {
    this.writers = writers;
    this.readerSchema = readerSchema;
    this.fields = fields;
  }

  /**
   * The record in the frame that fills this range: Confluent's if there is a registry and the
   * header or the first byte says so, else single-object.
   *
   * @param schemaId the header {@link SchemaId#HEADER}; null if the record has none
   * @throws RefusedException if there is none, whatever the bytes are
   * @throws io.losswatch.schemas.registry.SchemaAwaitedException if its schema has to be fetched
   */
  T read(byte @Nullable [] array, int offset, int length, byte @Nullable [] schemaId) {
    RegistrySchemas registry = writers.registry();
    if (registry != null && array != null) {
      Objects.checkFromIndexSize(offset, length, array.length);
      if (schemaId != null) {
        return read(registered(registry, inHeader(schemaId)), array, offset, length);
      }
      SchemaId prefix = SchemaId.ofPrefix(array, offset, length);
      if (prefix != null) {
        int header = SchemaId.NUMBER_BYTES;
        return read(registered(registry, prefix), array, offset + header, length - header);
      }
    }
    byte[] frame = SingleObject.check(array, offset, length);
    int header = SingleObject.HEADER_BYTES;
    long fingerprint = SingleObject.fingerprint(frame, offset);
    return read(resolution(fingerprint), frame, offset + header, length - header);
  }

  private T read(Resolution<T> resolution, byte[] array, int offset, int length) {
    bytes.reset(array, offset, length);
    try {
      T record = resolution.read();
      bytes.checkEnd();
      return record;
    } finally {
      bytes.release();
    }
  }

  private static SchemaId inHeader(byte[] header) {
    SchemaId id = SchemaId.ofHeader(header);
    if (id == null) {
      throw new RefusedException(
          Reason.MALFORMED_FRAME,
          "the header %s is 00 and a 4-byte id, or 01 and a 16-byte GUID, but this has %d bytes"
              .formatted(SchemaId.HEADER, header.length));
    }
    return id;
  }

  /** The next record is mostly written as the last one was. */
  private Resolution<T> resolution(long fingerprint) {
    if (last == null || lastFingerprint != fingerprint) {
      last = resolutions.computeIfAbsent(fingerprint, this::newResolution);
      lastFingerprint = fingerprint;
    }
    return last;
  }

  private Resolution<T> newResolution(long fingerprint) {
    return Resolution.of(writers.find(fingerprint), readerSchema, fields, bytes);
  }

  private Resolution<T> registered(RegistrySchemas registry, SchemaId id) {
    Resolution<T> known = registered.get(id);
    if (known == null) {
      known = Resolution.of(WriterSchemas.find(registry, id), readerSchema, fields, bytes);
      if (registered.size() >= MAX_REGISTERED) {
        registered.clear();
      }
      registered.put(id, known);
    }
    return known;
  }
}
