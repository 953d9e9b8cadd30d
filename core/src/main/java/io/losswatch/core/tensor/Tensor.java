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
