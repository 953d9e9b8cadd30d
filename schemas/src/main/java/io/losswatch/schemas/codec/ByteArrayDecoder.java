package io.losswatch.schemas.codec;

import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * Reads Avro's binary encoding from a range of a byte array, owned by one thread. It differs from
 * Avro's own decoder in what untrusted bytes need:
 *
 * <ul>
 *   <li>{@code readBytes(VIEW)} gives a view of the array, no copy
 *   <li>every length is compared with what remains before anything is allocated
 *   <li>all arrays and maps of a record together claim at most as many items as the record has
 *       bytes, so no count can keep a reader busy; an array of items without bytes, such as nulls,
 *       is refused when it is longer than that
 *   <li>an int or long longer than its type is refused
 * </ul>
 *
 * <p>It throws {@link RefusedException} with {@code malformed-record}; the position in the message
 * counts from the first byte of the range.
 */
final class ByteArrayDecoder extends Decoder {
  /** Asks {@link #readBytes} for a view. Anything else gets a copy that fills its array. */
  static final ByteBuffer VIEW = ByteBuffer.allocate(0);

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final byte[] EMPTY = {};

  private byte[] array = EMPTY;
  private int start;
  private int position;
  private int limit;
  private long itemsLeft;
  private int sizedBlocks;

  /** Starts anew on a range of {@code array}. */
  void reset(byte[] array, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, array.length);
    this.array = array;
    this.start = offset;
    this.position = offset;
    this.limit = offset + length;
    this.itemsLeft = length;
    this.sizedBlocks = 0;
  }

  /** Lets go of the array. */
  void release() {
    reset(EMPTY, 0, 0);
  }

  /** Bytes read so far. */
  int consumed() {
    return position - start;
  }

  /** Items that arrays and maps may still claim. */
  long itemsLeft() {
    return itemsLeft;
  }

  /** Blocks read so far that gave their size in bytes. */
  int sizedBlocks() {
    return sizedBlocks;
  }

  @Override
  public int remainingBytes() {
    return limit - position;
  }

  @Override
  public void readNull() {}

  @Override
  public boolean readBoolean() {
    byte value = array[advance(1)];
    if (value != 0 && value != 1) {
      throw malformed("a boolean is 0 or 1, but this is " + value);
    }
    return value == 1;
  }

  @Override
  public int readInt() {
    long value = readLong();
    if (value != (int) value) {
      throw malformed("an int has 32 bits, but this is " + value);
    }
    return (int) value;
  }

  @Override
  public long readLong() {
    long bits = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = array[advance(1)];
      bits |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return (bits >>> 1) ^ -(bits & 1);
      }
    }
    throw malformed("a long has at most 10 bytes, but this goes on");
  }

  @Override
  public float readFloat() {
    return Float.intBitsToFloat((int) INT.get(array, advance(Float.BYTES)));
  }

  @Override
  public double readDouble() {
    return Double.longBitsToDouble((long) LONG.get(array, advance(Double.BYTES)));
  }

  /**
   * Bytes of the string that follows, its length included, if that takes one byte and all of it is
   * there; else −1.
   */
  int shortStringSize() {
    if (position == limit) {
      return -1;
    }
    byte first = array[position];
    int size = 1 + (first >> 1);
    return first >= 0 && (first & 1) == 0 && size <= remainingBytes() ? size : -1;
  }

  /** A hash of the bytes that follow, so many of them. */
  int hash(int length) {
    int hash = 0;
    for (int i = position; i < position + length; i++) {
      hash = 31 * hash + array[i];
    }
    return hash ^ (hash >>> 6) ^ (hash >>> 12);
  }

  /** A copy of the last bytes read, so many of them. */
  byte[] lastRead(int length) {
    return Arrays.copyOfRange(array, position - length, position);
  }

  @Override
  public Utf8 readString(@Nullable Utf8 old) {
    return new Utf8(copy(readLength()));
  }

  @Override
  public String readString() {
    int length = readLength();
    return length == 0 ? "" : new String(array, advance(length), length, StandardCharsets.UTF_8);
  }

  @Override
  public void skipString() {
    advance(readLength());
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // every empty buffer equals VIEW
  public ByteBuffer readBytes(@Nullable ByteBuffer old) {
    int length = readLength();
    return old == VIEW
        ? ByteBuffer.wrap(array, advance(length), length)
        : ByteBuffer.wrap(copy(length));
  }

  @Override
  public void skipBytes() {
    advance(readLength());
  }

  @Override
  public void readFixed(byte[] bytes, int offset, int length) {
    System.arraycopy(array, advance(length), bytes, offset, length);
  }

  @Override
  public void skipFixed(int length) {
    advance(length);
  }

  @Override
  public int readEnum() {
    return readInt();
  }

  @Override
  public int readIndex() {
    return readInt();
  }

  /**
   * Reads which branch of a union follows: what {@link #readIndex} leaves to a parser that knows
   * the schema.
   */
  int readBranch(int branches) {
    int branch = readInt();
    if (branch < 0 || branch >= branches) {
      throw malformed("a union has %d branches, but this is branch %d".formatted(branches, branch));
    }
    return branch;
  }

  /** Reads which symbol of an enum follows, as {@link #readBranch} does. */
  int readSymbol(int symbols) {
    int symbol = readInt();
    if (symbol < 0 || symbol >= symbols) {
      throw malformed("an enum has %d symbols, but this is symbol %d".formatted(symbols, symbol));
    }
    return symbol;
  }

  /** Whether the bytes that follow begin with these; then they count as read. */
  boolean skipIfEqual(byte[] bytes, int length) {
    boolean isEqual =
        length <= remainingBytes()
            && Arrays.equals(array, position, position + length, bytes, 0, length);
    position += isEqual ? length : 0;
    return isEqual;
  }

  /** Copies the last {@code length} bytes that were read. */
  void copyRead(int length, byte[] target) {
    System.arraycopy(array, position - length, target, 0, length);
  }

  @Override
  public long readArrayStart() {
    return readItemCount();
  }

  @Override
  public long arrayNext() {
    return readItemCount();
  }

  /** Skips blocks that give their size; returns the items of the first one that does not. */
  @Override
  public long skipArray() {
    long count = readLong();
    while (count < 0) {
      advance(readLength());
      count = readLong();
    }
    return claim(count);
  }

  @Override
  public long readMapStart() {
    return readItemCount();
  }

  @Override
  public long mapNext() {
    return readItemCount();
  }

  @Override
  public long skipMap() {
    return skipArray();
  }

  /** Items of the next block. A negative count is followed by the block's size in bytes. */
  private long readItemCount() {
    long count = readLong();
    if (count >= 0) {
      return claim(count);
    }
    readLength();
    sizedBlocks++;
    return claim(-count);
  }

  /** Counts items of a block against what the record may hold; the same number. */
  long claim(long count) {
    if (count < 0 || count > itemsLeft) {
      throw malformed("a record has at most as many items as bytes, but a block claims more");
    }
    itemsLeft -= count;
    return count;
  }

  private int readLength() {
    long length = readLong();
    if (length < 0 || length > remainingBytes()) {
      throw malformed(
          "a length is at most what remains, but this is %d of %d"
              .formatted(length, remainingBytes()));
    }
    return (int) length;
  }

  private byte[] copy(int length) {
    byte[] copy = new byte[length];
    readFixed(copy, 0, length);
    return copy;
  }

  /** Where the next {@code length} bytes begin, which count as read then. */
  private int advance(int length) {
    if (length > limit - position) {
      throw malformed("the record ends early");
    }
    int from = position;
    position += length;
    return from;
  }

  /** Refuses bytes that follow the record. */
  void checkEnd() {
    if (remainingBytes() > 0) {
      throw malformed("nothing follows a record, but here something does");
    }
  }

  /** A refusal that says how far the decoder came. */
  RefusedException malformed(String message) {
    return new RefusedException(
        Reason.MALFORMED_RECORD,
        "%s (at byte %d of %d)".formatted(message, consumed(), limit - start));
  }
}
