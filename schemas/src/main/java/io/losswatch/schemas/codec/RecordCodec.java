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
   * The record of a frame of either kind, as {@link #decode(byte[], int, int)} gives it. Blocks
   * when a schema has to be fetched.
   *
   * @param registry of Confluent's frames; null: there are none
   * @throws io.losswatch.schemas.registry.RegistryException if the registry cannot be asked
   */
  public T decode(byte @Nullable [] value, @Nullable RegistrySchemas registry) {
    int length = value == null ? 0 : value.length;
    SchemaId id = registry == null || value == null ? null : SchemaId.ofPrefix(value, 0, length);
    if (registry == null || id == null) {
      return decode(value, 0, length);
    }
    if (!registered.containsKey(id)) {
      registry.fetch(id);
    }
    return read(registered(registry, id), Objects.requireNonNull(value), SchemaId.NUMBER_BYTES);
  }

  /**
   * The value of a record in single-object framing with a schema that is built in, so that it can
   * be read for ever and without its headers: a new array.
   *
   * @param value whose schema is known, and which has been read before
   * @param schemaId the header that may name the schema
   * @param from the schemas that it may be written with
   */
  public byte[] reframed(byte[] value, byte @Nullable [] schemaId, WriterSchemas from) {
    RegistrySchemas registry = from.registry();
    SchemaId inHeader = registry == null || schemaId == null ? null : SchemaId.ofHeader(schemaId);
    if (registry != null && inHeader != null) {
      return encode(read(registered(registry, inHeader), value, 0));
    }
    SchemaId prefix = registry == null ? null : SchemaId.ofPrefix(value, 0, value.length);
    if (registry != null && prefix != null) {
      return encode(read(registered(registry, prefix), value, SchemaId.NUMBER_BYTES));
    }
    long fingerprint = SingleObject.fingerprint(SingleObject.check(value, 0, value.length), 0);
    return writers.contains(fingerprint)
        ? value.clone()
        : encode(read(reader(from.find(fingerprint)), value, SingleObject.HEADER_BYTES));
  }

  private SpecificDatumReader<T> registered(RegistrySchemas registry, SchemaId id) {
    SpecificDatumReader<T> known = registered.get(id);
    if (known == null) {
      known = reader(WriterSchemas.find(registry, id));
      if (registered.size() >= ResolvedReader.MAX_REGISTERED) {
        registered.clear();
      }
      registered.put(id, known);
    }
    return known;
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
    return reader(writers.find(fingerprint));
  }

  private SpecificDatumReader<T> reader(Schema writer) {
    Resolution.check(writer, schema);
    return new SpecificDatumReader<>(writer, schema, model);
  }
}
