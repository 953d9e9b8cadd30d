package io.losswatch.core.tensor;

import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import java.util.Objects;

/**
 * A view of row-major little-endian numbers in somebody's byte array, which must not change while
 * the view is in use. Immutable itself. The whole view lies inside the array: kernels need no
 * further check.
 */
public final class Tensor {
  private final Datatype datatype;
  private final Shape shape;
  private final byte[] array;
  private final int offset;

  private Tensor(Datatype datatype, Shape shape, byte[] array, int offset) {
    this.datatype = datatype;
    this.shape = shape;
    this.array = array;
    this.offset = offset;
  }

  /**
   * A view of {@code length} bytes of {@code array} from {@code offset}.
   *
   * @throws RefusedException {@code bad-length} unless {@code length} is the number of elements
   *     times the datatype's size
   * @throws IndexOutOfBoundsException if the range is not inside the array
   */
  public static Tensor of(Datatype datatype, Shape shape, byte[] array, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, array.length);
    long expected = (long) shape.elementCount() * datatype.sizeBytes();
    if (length != expected) {
      throw new RefusedException(
          Reason.BAD_LENGTH,
          "data of %s %s has %d bytes, but this has %d"
              .formatted(datatype, shape, expected, length));
    }
    return new Tensor(datatype, shape, array, offset);
  }

  /**
   * An FP32 tensor with a copy of {@code values}.
   *
   * @param extents the shape; none: a scalar
   * @throws RefusedException {@code bad-length} unless the shape has as many elements as there are
   *     values
   */
  public static Tensor ofFloats(float[] values, long... extents) {
    byte[] array = new byte[values.length * Float.BYTES];
    for (int i = 0; i < values.length; i++) {
      LittleEndian.FLOAT.set(array, i * Float.BYTES, values[i]);
    }
    return of(Datatype.FP32, Shape.of(extents), array, 0, array.length);
  }

  /** An FP64 tensor with a copy of {@code values}, as {@link #ofFloats}. */
  public static Tensor ofDoubles(double[] values, long... extents) {
    byte[] array = new byte[values.length * Double.BYTES];
    for (int i = 0; i < values.length; i++) {
      LittleEndian.DOUBLE.set(array, i * Double.BYTES, values[i]);
    }
    return of(Datatype.FP64, Shape.of(extents), array, 0, array.length);
  }

  /** An INT64 tensor with a copy of {@code values}, as {@link #ofFloats}. */
  public static Tensor ofLongs(long[] values, long... extents) {
    byte[] array = new byte[values.length * Long.BYTES];
    for (int i = 0; i < values.length; i++) {
      LittleEndian.LONG.set(array, i * Long.BYTES, values[i]);
    }
    return of(Datatype.INT64, Shape.of(extents), array, 0, array.length);
  }

  /** An INT32 tensor with a copy of {@code values}, as {@link #ofFloats}. */
  public static Tensor ofInts(int[] values, long... extents) {
    byte[] array = new byte[values.length * Integer.BYTES];
    for (int i = 0; i < values.length; i++) {
      LittleEndian.INT.set(array, i * Integer.BYTES, values[i]);
    }
    return of(Datatype.INT32, Shape.of(extents), array, 0, array.length);
  }

  /**
   * The number at a row-major index, widened. Exact but for INT64 beyond 2^53; BOOL is 1 unless the
   * byte is 0.
   *
   * @throws IndexOutOfBoundsException unless {@code 0 <= index < shape().elementCount()}
   */
  public double doubleAt(int index) {
    if (!datatype.isFloating()) {
      return longAt(index);
    }
    int at = position(index);
    return switch (datatype) {
      case FP64 -> (double) LittleEndian.DOUBLE.get(array, at);
      case FP32 -> (float) LittleEndian.FLOAT.get(array, at);
      case FP16 -> LittleEndian.halfToFloat((short) LittleEndian.SHORT.get(array, at));
      default -> LittleEndian.brainToFloat((short) LittleEndian.SHORT.get(array, at));
    };
  }

  /**
   * The integer at a row-major index; BOOL is 1 unless the byte is 0.
   *
   * @throws IndexOutOfBoundsException unless {@code 0 <= index < shape().elementCount()}
   * @throws IllegalStateException if the datatype is a floating one
   */
  public long longAt(int index) {
    int at = position(index);
    return switch (datatype) {
      case INT64 -> (long) LittleEndian.LONG.get(array, at);
      case INT32 -> (int) LittleEndian.INT.get(array, at);
      case INT16 -> (short) LittleEndian.SHORT.get(array, at);
      case INT8 -> array[at];
      case UINT8 -> array[at] & 0xff;
      case BOOL -> array[at] == 0 ? 0 : 1;
      default -> throw new IllegalStateException(datatype + " holds no integers");
    };
  }

  private int position(int index) {
    return offset + Objects.checkIndex(index, shape.elementCount()) * datatype.sizeBytes();
  }

  /**
   * Widens {@code count} numbers from row-major index {@code start} into {@code target} from {@code
   * at}, as {@link #doubleAt} does.
   *
   * @throws IndexOutOfBoundsException if either range is not inside its bounds
   */
  public void copyTo(int start, int count, double[] target, int at) {
    Objects.checkFromIndexSize(start, count, shape.elementCount());
    Objects.checkFromIndexSize(at, count, target.length);
    switch (datatype) {
      case FP32 -> widenFloats(start, count, target, at);
      case FP64 -> widenDoubles(start, count, target, at);
      default -> {
        for (int i = 0; i < count; i++) {
          target[at + i] = doubleAt(start + i);
        }
      }
    }
  }

  private void widenFloats(int start, int count, double[] target, int at) {
    int from = offset + start * Float.BYTES;
    for (int i = 0; i < count; i++) {
      target[at + i] = (float) LittleEndian.FLOAT.get(array, from + i * Float.BYTES);
    }
  }

  private void widenDoubles(int start, int count, double[] target, int at) {
    int from = offset + start * Double.BYTES;
    for (int i = 0; i < count; i++) {
      target[at + i] = (double) LittleEndian.DOUBLE.get(array, from + i * Double.BYTES);
    }
  }

  /**
   * A view of the same numbers under another shape.
   *
   * @throws RefusedException {@code bad-length} unless both shapes have as many elements
   */
  public Tensor reshape(long... extents) {
    return of(datatype, Shape.of(extents), array, offset, length());
  }

  /**
   * A tensor of some rows of the first axis, in this order; a view of the same bytes if they are
   * all of them in their order, a copy otherwise.
   *
   * @param rows each {@code 0 <= row < shape().extent(0)}; may repeat
   * @throws IndexOutOfBoundsException if a row is not there
   * @throws IllegalStateException of a scalar, which has no rows
   */
  public Tensor rows(int... rows) {
    if (shape.rank() == 0) {
      throw new IllegalStateException("a scalar has no rows");
    }
    long[] extents = shape.toArray();
    int there = Math.toIntExact(extents[0]);
    boolean isWhole = rows.length == there;
    for (int i = 0; i < rows.length; i++) {
      isWhole &= Objects.checkIndex(rows[i], there) == i;
    }
    if (isWhole) {
      return this;
    }
    int rowBytes = length() / there;
    byte[] picked = new byte[Math.multiplyExact(rowBytes, rows.length)];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(array, offset + rows[i] * rowBytes, picked, i * rowBytes, rowBytes);
    }
    extents[0] = rows.length;
    return of(datatype, Shape.of(extents), picked, 0, picked.length);
  }

  /** How each number is stored. */
  public Datatype datatype() {
    return datatype;
  }

  /** Extents, row-major. */
  public Shape shape() {
    return shape;
  }

  /** The array that this is a view of: shared, read only. */
  public byte[] array() {
    return array;
  }

  /** Where in {@link #array()} the first number starts. */
  public int offset() {
    return offset;
  }

  /** Bytes of the view. */
  public int length() {
    return shape.elementCount() * datatype.sizeBytes();
  }

  /** Type and shape, such as {@code FP32 [32, 10]}; never the numbers. */
  @Override
  public String toString() {
    return datatype + " " + shape;
  }
}
