package io.losswatch.core.tensor;

import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import java.util.Arrays;

/** Extents of a tensor's axes, row-major. Rank 0 is a scalar. An extent may be 0. Immutable. */
public final class Shape {
  /** Axes at most: more than any model uses, few enough that a hostile record costs nothing. */
  public static final int MAX_RANK = 16;

  private static final Shape SCALAR = new Shape(new long[0], 1);

  private final long[] extents;
  private final int elementCount;

  private Shape(long[] extents, int elementCount) {
    this.extents = extents;
    this.elementCount = elementCount;
  }

  /**
   * The shape with these extents.
   *
   * @throws RefusedException {@code bad-shape} if the rank is above {@link #MAX_RANK}, an extent is
   *     negative or the number of elements does not fit an int
   */
  public static Shape of(long... extents) {
    if (extents.length == 0) {
      return SCALAR;
    }
    if (extents.length > MAX_RANK) {
      throw new RefusedException(
          Reason.BAD_SHAPE,
          "a tensor has at most " + MAX_RANK + " axes, but this has " + extents.length);
    }
    return new Shape(extents.clone(), product(extents));
  }

  private static int product(long[] extents) {
    boolean empty = false;
    for (long extent : extents) {
      if (extent < 0) {
        throw new RefusedException(
            Reason.BAD_SHAPE,
            "an extent is never negative, but the shape is " + Arrays.toString(extents));
      }
      empty |= extent == 0;
    }
    long product = empty ? 0 : 1;
    for (long extent : extents) {
      if (product != 0 && extent > Integer.MAX_VALUE / product) {
        throw new RefusedException(
            Reason.BAD_SHAPE,
            "a tensor has at most "
                + Integer.MAX_VALUE
                + " elements, but the shape is "
                + Arrays.toString(extents));
      }
      product *= extent;
    }
    return (int) product;
  }

  /** Number of axes. */
  public int rank() {
    return extents.length;
  }

  /** Extent of an axis, counted from 0. */
  public long extent(int axis) {
    return extents[axis];
  }

  /** Product of the extents; 1 for a scalar. */
  public int elementCount() {
    return elementCount;
  }

  /** This shape less one axis. */
  public Shape without(int axis) {
    long[] rest = new long[extents.length - 1];
    System.arraycopy(extents, 0, rest, 0, axis);
    System.arraycopy(extents, axis + 1, rest, axis, rest.length - axis);
    return of(rest);
  }

  /** A copy of the extents. */
  public long[] toArray() {
    return extents.clone();
  }

  @Override
  public boolean equals(Object other) {
    return this == other || (other instanceof Shape that && isEqual(that));
  }

  /** A loop: calling what compares long arrays takes longer than comparing two or three extents. */
  private boolean isEqual(Shape that) {
    boolean isEqual = extents.length == that.extents.length && elementCount == that.elementCount;
    for (int axis = 0; isEqual && axis < extents.length; axis++) {
      isEqual = extents[axis] == that.extents[axis];
    }
    return isEqual;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(extents);
  }

  /** Such as {@code [32, 10]}. */
  @Override
  public String toString() {
    return Arrays.toString(extents);
  }
}
