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
import org.apache.avro.io.ResolvingDecoder;
import org.jspecify.annotations.Nullable;

/** Reads the fields of a {@code Tensor}; owned by one thread. */
final class TensorFields {
  private static final Symbols<Datatype> DATATYPES =
      new Symbols<>(DataType.getClassSchema(), Datatype.class, Reason.BAD_DATATYPE);
  private static final int FIRST_NUMBERS = 64;

  private final long[] extents = new long[Shape.MAX_RANK];

  private @Nullable Datatype datatype;
  private @Nullable Shape shape;
  private @Nullable ByteBuffer bytes;
  private double @Nullable [] numbers;

  /**
   * The tensor that follows.
   *
   * @param name of the tensor in its record, for messages
   */
  Tensor read(String name, ResolvingDecoder in) throws IOException {
    try {
      for (Schema.Field field : in.readFieldOrder()) {
        readField(field.name(), in);
      }
      return tensor(Objects.requireNonNull(datatype), Objects.requireNonNull(shape));
    } catch (RefusedException e) {
      throw new RefusedException(e.reason(), name + ": " + e.getMessage());
    } finally {
      bytes = null;
      numbers = null;
    }
  }

  private void readField(String name, ResolvingDecoder in) throws IOException {
    switch (name) {
      case "datatype" -> datatype = DATATYPES.read(in);
      case "shape" -> shape = readShape(in);
      case "data" -> readData(in);
      default -> throw new IllegalStateException("Tensor has a field that is not read: " + name);
    }
  }

  private Shape readShape(ResolvingDecoder in) throws IOException {
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
    return Shape.of(Arrays.copyOf(extents, rank));
  }

  private void readData(ResolvingDecoder in) throws IOException {
    if (in.readIndex() == 0) {
      bytes = in.readBytes(ByteArrayDecoder.VIEW);
    } else {
      numbers = readNumbers(in);
    }
  }

  /** Grows with the numbers that are there, not with those that are claimed. */
  private static double[] readNumbers(ResolvingDecoder in) throws IOException {
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
    if (numbers != null) {
      byte[] encoded = NumberEncoding.encode(datatype, shape, numbers);
      return Tensor.of(datatype, shape, encoded, 0, encoded.length);
    }
    ByteBuffer view = Objects.requireNonNull(bytes);
    int offset = view.arrayOffset() + view.position();
    return Tensor.of(datatype, shape, view.array(), offset, view.remaining());
  }
}
