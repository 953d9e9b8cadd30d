package io.losswatch.schemas.codec;

import io.losswatch.core.batch.RefusedException;
import io.losswatch.schemas.registry.RegistrySchemas;
import io.losswatch.schemas.registry.SchemaId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads one of our own records as Avro single-object encoding: every released version of
 * it can be read. Safe for use by many threads.
 *
 * @param <T> the generated class
 */
public final class RecordCodec<T extends SpecificRecord> {
  private final WriterSchemas writers;
  private final SpecificData model;
  private final Schema schema;
  private final BinaryMessageEncoder<T> encoder;
  private final Map<Long, SpecificDatumReader<T>> readers = new ConcurrentHashMap<>();
  private final Map<SchemaId, SpecificDatumReader<T>> registered = new ConcurrentHashMap<>();

  private RecordCodec(Class<T> type) {
    model = new GeneratedClasses(type);
    schema = SpecificData.getForClass(type).getSchema(type);
    writers = WriterSchemas.builtIn().with(List.of(schema));
    encoder = new BinaryMessageEncoder<>(model, schema);
  }

  /** The codec of a generated class. */
  public static <T extends SpecificRecord> RecordCodec<T> of(Class<T> type) {
    return new RecordCodec<>(type);
  }

  /** The record in its frame: a new array that belongs to the caller. */
  public byte[] encode(T record) {
    try {
      return encoder.encode(record).array();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The record in Confluent's frame, with the number that a registry gave our schema. */
  public byte[] encode(T record, int schemaId) {
    byte[] single = encode(record);
    byte[] prefix = SchemaId.prefix(schemaId);
    int bodyBytes = single.length - SingleObject.HEADER_BYTES;
    byte[] frame = Arrays.copyOf(prefix, prefix.length + bodyBytes);
    System.arraycopy(single, SingleObject.HEADER_BYTES, frame, prefix.length, bodyBytes);
    return frame;
  }

  /**
   * The record of a frame of either kind. Blocks when a schema has to be fetched.
   *
   * @param registry of Confluent's frames; null: there are none
   * @throws RefusedException as {@link #decode(byte[], int, int)}
   * @throws io.losswatch.schemas.registry.RegistryException if the registry cannot be asked
   */
  public T decode(byte @Nullable [] value, @Nullable RegistrySchemas registry) {
    int length = value == null ? 0 : value.length;
    SchemaId id = registry == null || value == null ? null : SchemaId.ofPrefix(value, 0, length);
    if (registry == null || id == null) {
      return decode(value, 0, length);
    }
    SpecificDatumReader<T> reader = registered.get(id);
    if (reader == null) {
      registry.fetch(id);
      Schema writer = WriterSchemas.find(registry, id);
      Resolution.check(writer, schema);
      reader = new SpecificDatumReader<>(writer, schema, model);
      registered.put(id, reader);
    }
    return read(reader, Objects.requireNonNull(value), SchemaId.NUMBER_BYTES);
  }

  private T read(SpecificDatumReader<T> reader, byte[] frame, int header) {
    ByteArrayDecoder bytes = new ByteArrayDecoder();
    bytes.reset(frame, header, frame.length - header);
    T record = Resolution.parse(schema.getName(), bytes, () -> reader.read(null, bytes));
    bytes.checkEnd();
    return record;
  }

  /**
   * The record in {@code length} bytes of {@code array} from {@code offset}; nothing of it is a
   * view of the array.
   *
   * @param array null as Kafka's value of a tombstone is
   * @throws RefusedException {@code malformed-frame}, {@code unknown-schema} or {@code
   *     malformed-record}
   */
  public T decode(byte @Nullable [] array, int offset, int length) {
    byte[] frame = SingleObject.check(array, offset, length);
    SpecificDatumReader<T> reader =
        readers.computeIfAbsent(SingleObject.fingerprint(frame, offset), this::reader);
    ByteArrayDecoder bytes = new ByteArrayDecoder();
    int header = SingleObject.HEADER_BYTES;
    bytes.reset(frame, offset + header, length - header);
    T record = Resolution.parse(schema.getName(), bytes, () -> reader.read(null, bytes));
    bytes.checkEnd();
    return record;
  }

  private SpecificDatumReader<T> reader(long fingerprint) {
    Schema writer = writers.find(fingerprint);
    Resolution.check(writer, schema);
    return new SpecificDatumReader<>(writer, schema, model);
  }
}
