package io.losswatch.schemas.codec;

import org.jspecify.annotations.Nullable;

/**
 * The last values of a field that mostly repeats from record to record, by their bytes: a value
 * that comes again is not decoded again; owned by one thread.
 *
 * <p>It keeps {@value #VALUES} values of up to {@value #MAX_BYTES} bytes, whatever is read, and
 * allocates nothing once it holds that many. Bytes are compared in full. That is enough, since no
 * encoding of a value begins with another one's.
 *
 * @param <T> immutable
 */
final class Repeated<T> {
  static final int VALUES = 4;
  static final int MAX_BYTES = 256;

  private final byte[][] encodings = new byte[VALUES][];
  private final int[] lengths = new int[VALUES];
  private final Object[] values = new Object[VALUES];
  private int size;
  private int next;

  /** The value whose bytes follow, which are read then; null if they are not known. */
  @Nullable T read(ByteArrayDecoder in) {
    for (int i = 0; i < size; i++) {
      if (in.skipIfEqual(encodings[i], lengths[i])) {
        return value(i);
      }
    }
    return null;
  }

  @SuppressWarnings("unchecked") // keep puts nothing else in
  private T value(int index) {
    return (T) values[index];
  }

  /**
   * Keeps the value of the last {@code length} bytes read in place of the oldest, if it is short.
   */
  void keep(ByteArrayDecoder in, int length, T value) {
    if (length > MAX_BYTES) {
      return;
    }
    if (size < VALUES) {
      encodings[size++] = new byte[MAX_BYTES];
    }
    in.copyRead(length, encodings[next]);
    lengths[next] = length;
    values[next] = value;
    next = (next + 1) % VALUES;
  }
}
