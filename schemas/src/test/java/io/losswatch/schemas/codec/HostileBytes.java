package io.losswatch.schemas.codec;

import java.util.Arrays;
import java.util.Random;

/** Bytes with something cut, inserted or replaced at any place, by a long varint among others. */
final class HostileBytes {
  private HostileBytes() {}

  /** The bytes but for one place. */
  static byte[] changed(byte[] bytes, Random random) {
    int at = random.nextInt(bytes.length + 1);
    return switch (random.nextInt(4)) {
      case 0 -> Arrays.copyOf(bytes, at);
      case 1 -> spliced(bytes, at, 0, new byte[] {(byte) random.nextInt()});
      case 2 -> spliced(bytes, at, 1, varint(random));
      default -> spliced(bytes, at, 1, new byte[] {(byte) random.nextInt()});
    };
  }

  private static byte[] varint(Random random) {
    byte[] bytes = new byte[1 + random.nextInt(11)];
    Arrays.fill(bytes, (byte) 0xFF);
    bytes[bytes.length - 1] = (byte) random.nextInt(128);
    return bytes;
  }

  private static byte[] spliced(byte[] bytes, int at, int removed, byte[] inserted) {
    int rest = Math.min(bytes.length, at + removed);
    byte[] result = new byte[at + inserted.length + bytes.length - rest];
    System.arraycopy(bytes, 0, result, 0, at);
    System.arraycopy(inserted, 0, result, at, inserted.length);
    System.arraycopy(bytes, rest, result, at + inserted.length, bytes.length - rest);
    return result;
  }
}
