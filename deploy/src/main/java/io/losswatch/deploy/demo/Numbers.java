package io.losswatch.deploy.demo;

import io.losswatch.schemas.DataType;
import io.losswatch.schemas.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * A tensor, row-major, with exactly those numbers that go over the wire: what is FP32 there is
 * rounded to float here. Nobody writes into it.
 */
final class Numbers {
  private final DataType datatype;
  private final List<Long> shape;
  private final double[] values;

  private Numbers(DataType datatype, List<Long> shape, double[] values) {
    long elements = shape.stream().reduce(1L, (a, b) -> a * b);
    if (elements != values.length) {
      throw new IllegalArgumentException(
          "shape %s has %d numbers, but there are %d".formatted(shape, elements, values.length));
    }
    this.datatype = datatype;
    this.shape = shape;
    this.values = values;
  }

  /** Rounded to float. */
  static Numbers fp32(List<Long> shape, double[] values) {
    return new Numbers(
        DataType.FP32, shape, Arrays.stream(values).map(value -> (float) value).toArray());
  }

  /** Integers of 1 byte (UINT8), 4 (INT32) or 8 (INT64). */
  static Numbers integers(DataType datatype, List<Long> shape, double[] values) {
    return new Numbers(datatype, shape, values.clone());
  }

  int size() {
    return values.length;
  }

  double at(int index) {
    return values[index];
  }

  /** Extent of the last axis. */
  int lastExtent() {
    return Math.toIntExact(shape.get(shape.size() - 1));
  }

  /** Extent of the first axis. */
  int rows() {
    return Math.toIntExact(shape.get(0));
  }

  /** The same as an Avro tensor with little-endian bytes. */
  Tensor toTensor() {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      switch (datatype) {
        case FP32 -> bytes.putFloat((float) value);
        case INT64 -> bytes.putLong((long) value);
        case INT32 -> bytes.putInt((int) value);
        case UINT8 -> bytes.put((byte) value);
        default -> throw new IllegalStateException("the demo sends no " + datatype);
      }
    }
    return new Tensor(datatype, shape, bytes.flip());
  }
}
