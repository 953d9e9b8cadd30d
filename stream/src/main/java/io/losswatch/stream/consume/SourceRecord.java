package io.losswatch.stream.consume;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record as Kafka brought it.
 *
 * @param source where it comes from
 * @param offset its offset there
 * @param timestampMillis Kafka's timestamp
 * @param key null if it has none
 * @param content value and headers
 */
@SuppressWarnings("ArrayRecordComponent") // a view of bytes; nobody compares records
public record SourceRecord(
    SourcePartition source,
    long offset,
    long timestampMillis,
    byte @Nullable [] key,
    Content content) {
  private static final long OBJECTS_BYTES = 200;

  /**
   * Value and headers.
   *
   * @param value null: a tombstone
   * @param headers in their order, names may repeat
   */
  public record Content(
      @Nullable Payload value, List<Map.Entry<String, byte @Nullable []>> headers) {
    /** The value of the last header of this name; null if there is none. */
    public byte @Nullable [] lastHeader(String name) {
      byte @Nullable [] last = null;
      for (Map.Entry<String, byte @Nullable []> header : headers) {
        if (header.getKey().equals(name)) {
          last = header.getValue();
        }
      }
      return last;
    }
  }

  /**
   * A view of bytes, which may lie in an array that the records of a whole fetch share: whoever
   * keeps it keeps them all.
   *
   * @param array shared, read only
   * @param offset of the first byte
   * @param length in bytes
   */
  public record Payload(byte[] array, int offset, int length) {
    /** The bytes alone. */
    public byte[] copy() {
      return Arrays.copyOfRange(array, offset, offset + length);
    }
  }

  /** What it holds in memory, about: key, value, headers, and the objects around them. */
  public long sizeBytes() {
    Payload value = content.value();
    long headers = 0;
    for (Map.Entry<String, byte @Nullable []> header : content.headers()) {
      byte[] bytes = header.getValue();
      headers += OBJECTS_BYTES + header.getKey().length() + (bytes == null ? 0 : bytes.length);
    }
    return OBJECTS_BYTES
        + headers
        + (key == null ? 0 : key.length)
        + (value == null ? 0 : value.length());
  }

  /** Such as {@code predictions-3@1204}. */
  public String position() {
    return source + "@" + offset;
  }
}
