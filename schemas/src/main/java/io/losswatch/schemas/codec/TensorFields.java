package io.losswatch.schemas.codec;

import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.tensor.Datatype;
import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;
import io.losswatch.schemas.DataType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.ResolvingDecoder;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one of a record's {@code Tensor}s; owned by one thread. Shapes mostly repeat
 * from record to record, so the last one is kept.
 */
final class TensorFields {
  private static final Symbols<Datatype> DATATYPES =
      new Symbols<>(DataType.getClassSchema(), Datatype.class, Reason.BAD_DATATYPE);
  private static final int FIRST_NUMBERS = 64;

  private final String name;
  private final long[] extents = new long[Shape.MAX_RANK];
  private Shape lastShape = Shape.of();

  private @Nullable Datatype datatype;
  private @Nullable Shape shape;
  private @Nullable ByteBuffer bytes;
  private double @Nullable [] numbers;

  /**
   * @param name of the tensor in its record, for messages
   */
  TensorFields(String name) {
    this.name = name;
  }

  /** The tensor that follows, as Avro resolves it. */
  Tensor read(ResolvingDecoder in) throws IOException {
    try {
      for (Schema.Field field : in.readFieldOrder()) {
        readField(field.name(), in);
      }
      return tensor(Objects.requireNonNull(datatype), Objects.requireNonNull(shape));
    } catch (RefusedException e) {
      throw named(e);
    } finally {
      bytes = null;
      numbers = null;
    }
  }

  /** The tensor that follows, in the order of our schema. */
  Tensor read(ByteArrayDecoder in) throws IOException {
    try {
      Datatype datatype = DATATYPES.read(in);
      Shape shape = readShape(in);
      return in.readBranch(2) == 0
          ? tensor(datatype, shape, in.readBytes(ByteArrayDecoder.VIEW))
          : tensor(datatype, shape, readNumbers(in));
    } catch (RefusedException e) {
      throw named(e);
    }
  }

  private RefusedException named(RefusedException e) {
    return new RefusedException(e.reason(), name + ": " + e.getMessage());
  }

  private void readField(String name, ResolvingDecoder in) throws IOException {
    switch (name) {
      case "datatype" -> datatype = DATATYPES.read(in);
      case "shape" -> shape = readShape(in);
      case "data" -> readData(in);
      default -> throw new IllegalStateException("Tensor has a field that is not read: " + name);
    }
  }

  private Shape readShape(Decoder in) throws IOException {
    int rank = 0;
    for (long count = in.readArrayStart(); count != 0; count = in.arrayNext()) {
      if (count > extents.length - rank) {
        throw new RefusedException(
            Reason.BAD_SHAPE,
            "a tensor has at most %d axes, but this has %d or more"
                .formatted(extents.length, rank + count));
      }
      for (long i = 0; i < count; i++) {
        extents[rank++] = in.readLong();
      }
    }
    return shape(rank);
  }

  private Shape shape(int rank) {
    if (!isLast(rank)) {
      lastShape = Shape.of(Arrays.copyOf(extents, rank));
    }
    return lastShape;
  }

  private boolean isLast(int rank) {
    boolean isLast = lastShape.rank() == rank;
    for (int axis = 0; isLast && axis < rank; axis++) {
      isLast = lastShape.extent(axis) == extents[axis];
    }
    return isLast;
  }

  private void readData(ResolvingDecoder in) throws IOException {
    if (in.readIndex() == 0) {
      bytes = in.readBytes(ByteArrayDecoder.VIEW);
    } else {
      numbers = readNumbers(in);
    }
  }

  /** Grows with the numbers that are there, not with those that are claimed. */
  private static double[] readNumbers(Decoder in) throws IOException {
    double[] numbers = new double[FIRST_NUMBERS];
    int size = 0;
    for (long count = in.readArrayStart(); count != 0; count = in.arrayNext()) {
      for (long i = 0; i < count; i++) {
        if (size == numbers.length) {
          numbers = Arrays.copyOf(numbers, 2 * size);
        }
        numbers[size++] = in.readDouble();
      }
    }
    return Arrays.copyOf(numbers, size);
  }

  private Tensor tensor(Datatype datatype, Shape shape) {
    return numbers == null
        ? tensor(datatype, shape, Objects.requireNonNull(bytes))
        : tensor(datatype, shape, numbers);
  }

  private static Tensor tensor(Datatype datatype, Shape shape, double[] numbers) {
    byte[] encoded = NumberEncoding.encode(datatype, shape, numbers);
    return Tensor.of(datatype, shape, encoded, 0, encoded.length);
  }

  private static Tensor tensor(Datatype datatype, Shape shape, ByteBuffer view) {
    int offset = view.arrayOffset() + view.position();
    return Tensor.of(datatype, shape, view.array(), offset, view.remaining());
  }
}
