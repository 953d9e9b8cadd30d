package io.losswatch.schemas.registry;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a record names its schema in a registry.
 *
 * @param number of the registry; 0 if it is named by GUID
 * @param guid the same in all registries; null if it is named by number
 */
public record SchemaId(int number, @Nullable UUID guid) {
  /** The record header that carries an id, of either form. */
  public static final String HEADER = "__value_schema_id";

  /** Bytes of an id by number: magic 0, then the number, big-endian. */
  public static final int NUMBER_BYTES = 5;

  private static final int GUID_BYTES = 17;
  private static final byte NUMBER_MAGIC = 0;
  private static final byte GUID_MAGIC = 1;

  /** By number. */
  public static SchemaId of(int number) {
    return new SchemaId(number, null);
  }

  /** By GUID. */
  public static SchemaId of(UUID guid) {
    return new SchemaId(0, guid);
  }

  /** The id that a header holds; null if it holds none: 00 and 4 bytes, or 01 and 16. */
  public static @Nullable SchemaId ofHeader(byte[] header) {
    ByteBuffer bytes = ByteBuffer.wrap(header);
    if (header.length == NUMBER_BYTES && bytes.get() == NUMBER_MAGIC) {
      return of(bytes.getInt());
    }
    if (header.length == GUID_BYTES && bytes.get(0) == GUID_MAGIC) {
      return of(new UUID(bytes.getLong(1), bytes.getLong(1 + Long.BYTES)));
    }
    return null;
  }

  /** The id before a record; null if it begins with none. */
  public static @Nullable SchemaId ofPrefix(byte[] array, int offset, int length) {
    return length >= NUMBER_BYTES && array[offset] == NUMBER_MAGIC
        ? of(ByteBuffer.wrap(array, offset + 1, Integer.BYTES).getInt())
        : null;
  }

  /** The prefix of a record with this number. */
  public static byte[] prefix(int number) {
    return ByteBuffer.allocate(NUMBER_BYTES).put(NUMBER_MAGIC).putInt(number).array();
  }

  /** Where a registry has it, below its URL. */
  String path() {
    return guid == null
        ? "/schemas/ids/" + Integer.toUnsignedString(number)
        : "/schemas/guids/" + guid;
  }

  @Override
  public String toString() {
    return guid == null
        ? "the schema id " + Integer.toUnsignedString(number)
        : "the schema GUID " + guid;
  }
}
