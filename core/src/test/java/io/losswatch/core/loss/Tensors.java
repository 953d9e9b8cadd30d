package io.losswatch.core.loss;

import io.losswatch.core.tensor.Datatype;
import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/** Tensors of tests. */
final class Tensors {
  private Tensors() {}

  /** Rounds to any datatype (FP16, BF16 and integers by cutting off) at an odd offset. */
  static Tensor of(Datatype datatype, double[] values, long... extents) {
    int offset = 3;
    ByteBuffer bytes =
        ByteBuffer.allocate(offset + values.length * datatype.sizeBytes() + 1)
            .order(ByteOrder.LITTLE_ENDIAN)
            .position(offset);
    for (double value : values) {
      switch (datatype) {
        case FP64 -> bytes.putDouble(value);
        case FP32 -> bytes.putFloat((float) value);
        case BF16 -> bytes.putShort((short) (Float.floatToIntBits((float) value) >>> 16));
        case FP16 -> bytes.putShort(half(value));
        case INT64 -> bytes.putLong((long) value);
        case INT32 -> bytes.putInt((int) value);
        case INT16 -> bytes.putShort((short) value);
        case INT8, UINT8 -> bytes.put((byte) value);
        case BOOL -> bytes.put((byte) (value > 0 ? 1 : 0));
      }
    }
    int length = values.length * datatype.sizeBytes();
    return Tensor.of(datatype, Shape.of(extents), bytes.array(), offset, length);
  }

  private static short half(double value) {
    if (Double.isNaN(value)) {
      return 0x7e00;
    }
    int sign = Math.copySign(1, value) < 0 ? 0x8000 : 0;
    double magnitude = Math.abs(value);
    if (magnitude > 65504) {
      return (short) (sign | (Double.isInfinite(value) ? 0x7c00 : 0x7bff));
    }
    if (magnitude < 0x1p-14) {
      return (short) (sign | (int) (magnitude * 0x1p24));
    }
    int exponent = Math.getExponent(magnitude);
    int mantissa = (int) ((magnitude / Math.pow(2, exponent) - 1) * 1024);
    return (short) (sign | (exponent + 15) << 10 | mantissa);
  }

  static double[] doubles(Tensor tensor) {
    double[] values = new double[tensor.shape().elementCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = tensor.doubleAt(i);
    }
    return values;
  }

  static double[] gaussians(Random random, int count, double scale) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextGaussian() * scale;
    }
    return values;
  }

  static double[] row(double[] values, int row, int width) {
    double[] result = new double[width];
    System.arraycopy(values, row * width, result, 0, width);
    return result;
  }
}
