package io.losswatch.schemas.codec;

import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Avro's single-object framing: C3 01, the writer schema's fingerprint as 8 bytes little-endian,
 * then the record.
 */
final class SingleObject {
  static final int HEADER_BYTES = 10;

  private static final byte MAGIC = (byte) 0xC3;
  private static final byte VERSION = 1;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private SingleObject() {}

  /**
   * The array, if a frame fills this range of it.
   *
   * @throws RefusedException {@code malformed-frame} if none does
   */
  static byte[] check(byte @Nullable [] array, int offset, int length) {
    if (array == null) {
      throw malformed("has no value");
    }
    Objects.checkFromIndexSize(offset, length, array.length);
    if (length < HEADER_BYTES) {
      throw malformed("has " + length + " bytes");
    }
    if (array[offset] != MAGIC || array[offset + 1] != VERSION) {
      throw malformed("starts with %02X %02X".formatted(array[offset], array[offset + 1]));
    }
    return array;
  }

  /** The fingerprint in the frame that begins here. */
  static long fingerprint(byte[] frame, int offset) {
    return (long) LONG.get(frame, offset + 2);
  }

  private static RefusedException malformed(String actual) {
    return new RefusedException(
        Reason.MALFORMED_FRAME,
        "a record starts with C3 01 and an 8-byte fingerprint, but this " + actual);
  }
}
