package io.losswatch.schemas.codec;

import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.tensor.Datatype;
import io.losswatch.core.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Stores numbers that came as doubles the way their datatype says. */
final class NumberEncoding {
  private static final int FP16_MANTISSA_BITS = 10;
  private static final int FP16_MIN_EXPONENT = -14;
  private static final int FP16_INFINITY = 0x7C00;
  private static final int BF16_MANTISSA_BITS = 7;
  private static final int BF16_MIN_EXPONENT = -126;
  private static final int BF16_INFINITY = 0x7F80;
  private static final int HALF_SIGN = 0x8000;

  private NumberEncoding() {}

  /**
   * The numbers in little-endian order. Floating point is rounded to the nearest, ties to even.
   *
   * @throws RefusedException {@code bad-length} unless there is a number for each element, {@code
   *     bad-value} if an integer is not integral or out of range
   */
  static byte[] encode(Datatype datatype, Shape shape, double[] numbers) {
    if (numbers.length != shape.elementCount()) {
      throw new RefusedException(
          Reason.BAD_LENGTH,
          "data of %s %s has %d numbers, but this has %d"
              .formatted(datatype, shape, shape.elementCount(), numbers.length));
    }
    long length = (long) numbers.length * datatype.sizeBytes();
    if (length > Integer.MAX_VALUE - Long.BYTES) {
      throw new RefusedException(
          Reason.TOO_LARGE, "a tensor has less than 2 GiB, but this has " + length + " bytes");
    }
    ByteBuffer out = ByteBuffer.allocate((int) length).order(ByteOrder.LITTLE_ENDIAN);
    for (double number : numbers) {
      put(out, datatype, number);
    }
    return out.array();
  }

  private static void put(ByteBuffer out, Datatype datatype, double number) {
    switch (datatype) {
      case FP64 -> out.putDouble(number);
      case FP32 -> out.putFloat((float) number);
      case FP16 -> out.putShort(fp16(number));
      case BF16 -> out.putShort(bf16(number));
      case INT64 -> out.putLong(integer(datatype, number, Long.MIN_VALUE, 0x1p63));
      case INT32 -> out.putInt((int) integer(datatype, number, Integer.MIN_VALUE, 0x1p31));
      case INT16 -> out.putShort((short) integer(datatype, number, Short.MIN_VALUE, 0x1p15));
      case INT8 -> out.put((byte) integer(datatype, number, Byte.MIN_VALUE, 0x1p7));
      case UINT8 -> out.put((byte) integer(datatype, number, 0, 0x1p8));
      case BOOL -> out.put((byte) integer(datatype, number, 0, 2));
    }
  }

  private static long integer(Datatype datatype, double number, double from, double to) {
    if (number != Math.rint(number) || !(number >= from && number < to)) {
      throw new RefusedException(
          Reason.BAD_VALUE,
          "a number of %s is integral and in range, but this is %s".formatted(datatype, number));
    }
    return (long) number;
  }

  static short fp16(double number) {
    return half(number, FP16_MANTISSA_BITS, FP16_MIN_EXPONENT, FP16_INFINITY);
  }

  static short bf16(double number) {
    return half(number, BF16_MANTISSA_BITS, BF16_MIN_EXPONENT, BF16_INFINITY);
  }

  /**
   * Rounds once, from the double: by way of a float, ties would be decided twice. A mantissa that
   * rounds up to the next power of two carries into the exponent, and that into infinity.
   */
  private static short half(double number, int mantissaBits, int minExponent, int infinity) {
    int sign = Double.doubleToRawLongBits(number) < 0 ? HALF_SIGN : 0;
    if (Double.isNaN(number)) {
      return (short) (sign | infinity | 1 << (mantissaBits - 1));
    }
    if (Double.isInfinite(number)) {
      return (short) (sign | infinity);
    }
    int exponent = Math.max(Math.getExponent(number), minExponent);
    int mantissa = (int) Math.rint(Math.scalb(Math.abs(number), mantissaBits - exponent));
    long bits = ((long) (exponent - minExponent) << mantissaBits) + mantissa;
    return (short) (sign | (int) Math.min(bits, infinity));
  }
}
