package io.losswatch.schemas.codec;

import org.jspecify.annotations.Nullable;

/**
 * Reads a string field whose values mostly come again, such as the names of the models of a topic:
 * one that is known is not decoded again, and is the same object; owned by one thread.
 *
 * <p>It keeps {@value #SLOTS} values of up to {@value #MAX_BYTES} bytes, one for each hash of the
 * bytes, whatever is read. Bytes are compared in full.
 */
final class Names {
  static final int SLOTS = 64;

  /** What a length of one byte can say. */
  static final int MAX_BYTES = 63;

  private final byte[][] encodings = new byte[SLOTS][];
  private final @Nullable String[] values = new String[SLOTS];

  /** The string that follows. */
  String read(ByteArrayDecoder in) {
    int size = in.shortStringSize();
    if (size < 0) {
      return in.readString();
    }
    int slot = in.hash(size) & (SLOTS - 1);
    String known = values[slot];
    if (known != null && isNext(encodings[slot], size, in)) {
      return known;
    }
    String name = in.readString();
    encodings[slot] = in.lastRead(size);
    values[slot] = name;
    return name;
  }

  private static boolean isNext(byte[] encoding, int size, ByteArrayDecoder in) {
    return encoding.length == size && in.skipIfEqual(encoding, size);
  }
}
