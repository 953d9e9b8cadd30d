package io.losswatch.core.kernel;

import static io.losswatch.core.kernel.Lanes.COUNT;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The largest of a block of little-endian floats, bfloat16 or binary16, two vectors of floats at
 * least. They are compared as integers, which have an instruction of their own for it: the largest
 * integer is the largest number if that is not negative, else the smallest integer is. Mutable
 * scratch: one thread owns it.
 *
 * <p>NaN if there is a NaN; but a negative NaN among floats or bfloat16 may go unseen: the sum of
 * exponentials, or {@link #hasNan}, meets it.
 */
final class Maxima {
  private static final int PAIR_OF_FLOATS = 2 * COUNT * Float.BYTES;
  private static final int VECTOR = COUNT * Float.BYTES;
  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, Lanes.FLOATS.vectorShape());
  private static final ShortVector MAGNITUDE = ShortVector.broadcast(SHORTS, 0x7fff);
  private static final int HALF_INFINITY = 0x7c00;
  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  private final int[] ints = new int[COUNT];
  private final short[] shorts = new short[2 * COUNT];

  float ofFloats(byte[] array, int at, int count) {
    int bits = largestInt(array, at, at + count * Float.BYTES);
    return Float.intBitsToFloat(
        bits >= 0 ? bits : smallestInt(array, at, at + count * Float.BYTES));
  }

  float ofBrains(byte[] array, int at, int count) {
    int bits = largestShort(array, at, at + count * Short.BYTES);
    int best = bits >= 0 ? bits : smallestShort(array, at, at + count * Short.BYTES);
    return Float.intBitsToFloat(best << 16);
  }

  float ofHalves(byte[] array, int at, int count) {
    int end = at + count * Short.BYTES;
    if (largestMagnitude(array, at, end) > HALF_INFINITY) {
      return Float.NaN;
    }
    int bits = largestShort(array, at, end);
    return widened(bits >= 0 ? bits : smallestShort(array, at, end));
  }

  private static float widened(int half) {
    if ((half & 0x7fff) == HALF_INFINITY) {
      return half > 0 ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY;
    }
    return Float.intBitsToFloat(((half << 16) >> 3) & 0x8fffe000) * 0x1p112f;
  }

  private int largestInt(byte[] array, int at, int end) {
    IntVector even = IntVector.broadcast(Lanes.INTS, Integer.MIN_VALUE);
    IntVector odd = IntVector.broadcast(Lanes.INTS, Integer.MIN_VALUE);
    int last = end - PAIR_OF_FLOATS;
    for (int i = at; i < last; i += PAIR_OF_FLOATS) {
      even = ByteVector.fromArray(Lanes.BYTES, array, i).reinterpretAsInts().max(even);
      odd = ByteVector.fromArray(Lanes.BYTES, array, i + VECTOR).reinterpretAsInts().max(odd);
    }
    even = ByteVector.fromArray(Lanes.BYTES, array, last).reinterpretAsInts().max(even);
    odd = ByteVector.fromArray(Lanes.BYTES, array, last + VECTOR).reinterpretAsInts().max(odd);
    even.max(odd).intoArray(ints, 0);
    int top = ints[0];
    for (int i = 1; i < COUNT; i++) {
      top = Math.max(top, ints[i]);
    }
    return top;
  }

  private int smallestInt(byte[] array, int at, int end) {
    IntVector even = IntVector.broadcast(Lanes.INTS, Integer.MAX_VALUE);
    IntVector odd = IntVector.broadcast(Lanes.INTS, Integer.MAX_VALUE);
    int last = end - PAIR_OF_FLOATS;
    for (int i = at; i < last; i += PAIR_OF_FLOATS) {
      even = ByteVector.fromArray(Lanes.BYTES, array, i).reinterpretAsInts().min(even);
      odd = ByteVector.fromArray(Lanes.BYTES, array, i + VECTOR).reinterpretAsInts().min(odd);
    }
    even = ByteVector.fromArray(Lanes.BYTES, array, last).reinterpretAsInts().min(even);
    odd = ByteVector.fromArray(Lanes.BYTES, array, last + VECTOR).reinterpretAsInts().min(odd);
    even.min(odd).intoArray(ints, 0);
    int least = ints[0];
    for (int i = 1; i < COUNT; i++) {
      least = Math.min(least, ints[i]);
    }
    return least;
  }

  private int largestShort(byte[] array, int at, int end) {
    ShortVector top = ShortVector.broadcast(SHORTS, Short.MIN_VALUE);
    int last = end - VECTOR;
    for (int i = at; i < last; i += VECTOR) {
      top = ByteVector.fromArray(Lanes.BYTES, array, i).reinterpretAsShorts().max(top);
    }
    top = ByteVector.fromArray(Lanes.BYTES, array, last).reinterpretAsShorts().max(top);
    top.intoArray(shorts, 0);
    return largestOfShorts();
  }

  private int smallestShort(byte[] array, int at, int end) {
    ShortVector least = ShortVector.broadcast(SHORTS, Short.MAX_VALUE);
    int last = end - VECTOR;
    for (int i = at; i < last; i += VECTOR) {
      least = ByteVector.fromArray(Lanes.BYTES, array, i).reinterpretAsShorts().min(least);
    }
    least = ByteVector.fromArray(Lanes.BYTES, array, last).reinterpretAsShorts().min(least);
    least.intoArray(shorts, 0);
    int result = shorts[0];
    for (int i = 1; i < shorts.length; i++) {
      result = Math.min(result, shorts[i]);
    }
    return result;
  }

  private int largestMagnitude(byte[] array, int at, int end) {
    ShortVector top = ShortVector.zero(SHORTS);
    int last = end - VECTOR;
    for (int i = at; i < last; i += VECTOR) {
      ShortVector x = ByteVector.fromArray(Lanes.BYTES, array, i).reinterpretAsShorts();
      top = x.and(MAGNITUDE).max(top);
    }
    ShortVector x = ByteVector.fromArray(Lanes.BYTES, array, last).reinterpretAsShorts();
    top = x.and(MAGNITUDE).max(top);
    top.intoArray(shorts, 0);
    return largestOfShorts();
  }

  private int largestOfShorts() {
    int result = shorts[0];
    for (int i = 1; i < shorts.length; i++) {
      result = Math.max(result, shorts[i]);
    }
    return result;
  }

  /** True if one of the floats is NaN. */
  static boolean hasNan(byte[] array, int at, int count) {
    for (int i = 0; i < count; i++) {
      if (Float.isNaN((float) FLOAT.get(array, at + i * Float.BYTES))) {
        return true;
      }
    }
    return false;
  }

  /** True if one of the bfloat16 is NaN. */
  static boolean hasBrainNan(byte[] array, int at, int count) {
    for (int i = 0; i < count; i++) {
      int bits = (short) SHORT.get(array, at + i * Short.BYTES);
      if (Float.isNaN(Float.intBitsToFloat(bits << 16))) {
        return true;
      }
    }
    return false;
  }
}
