package io.losswatch.core.kernel;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * What the vector kernels have in common: species, loads, constants and the exponential.
 *
 * <p>Rules that C2 insists on, each worth a factor (measured on AVX2 with JDK 17 and 25): operators
 * and species are literals; constants are vectors in {@code static final} fields; but a loop's
 * accumulator starts from a vector that is made there, since one from a field stays boxed; {@code
 * max} and {@code min} pay for NaN and −0, compare and blend do not; {@code lane(i)} of a variable
 * i is a call, so that a vector is added up through a small array; an accumulator is an argument,
 * {@code term.add(sum)}, for as what a method is called on JDK 17 boxes it now and then. One shape
 * of vectors alone: JDK 17 looks up the profile that all loads share, and with a second shape in it
 * boxes vectors.
 */
final class Lanes {
  static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  static final VectorSpecies<Byte> BYTES = VectorSpecies.of(byte.class, FLOATS.vectorShape());
  static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());
  static final VectorSpecies<Double> DOUBLES = VectorSpecies.of(double.class, FLOATS.vectorShape());

  static final VectorSpecies<Long> LONGS = VectorSpecies.of(long.class, FLOATS.vectorShape());

  /** Floats in a vector. */
  static final int COUNT = FLOATS.length();

  /** Doubles in a vector. */
  static final int HALF_COUNT = DOUBLES.length();

  static final FloatVector ZERO = FloatVector.zero(FLOATS);
  static final FloatVector ONE = constant(1);

  static final FloatVector LOG2_E = constant(1.44269504);

  static final FloatVector MINUS_LOG2_E = constant(-1.44269504);

  /** Below e^−87 a float is subnormal: smaller exponents count as this one. */
  static final FloatVector LOWEST = constant(-87);

  /**
   * The bits of 87: as an integer, the smaller of it and a float that is not below 0 is that float,
   * at most 87. One instruction; but NaN becomes 87, unless its sign is set.
   */
  static final IntVector FARTHEST = IntVector.broadcast(INTS, Float.floatToRawIntBits(87));

  /**
   * 1.5·2^23 + 127: added to t, it rounds t to an integer n, whose biased exponent 127 + n then
   * stands in the lowest bits.
   */
  static final FloatVector ROUNDING = constant(12582912 + 127);

  // 2^f on [−½, ½] with p(0) = 1, fitted for the least relative error: 1.1e-7
  static final FloatVector E1 = constant(0.693147003651);
  static final FloatVector E2 = constant(0.240222424269);
  static final FloatVector E3 = constant(0.055507335812);
  static final FloatVector E4 = constant(0.009671512991);
  static final FloatVector E5 = constant(0.001326472731);

  private Lanes() {}

  static FloatVector constant(double value) {
    return FloatVector.broadcast(FLOATS, (float) value);
  }

  static FloatVector load(byte[] array, int offset) {
    return ByteVector.fromArray(BYTES, array, offset).reinterpretAsFloats();
  }

  /** The first half of the floats, widened. The second half has no cheap way on JDK 17. */
  static DoubleVector low(FloatVector x) {
    return (DoubleVector) x.convertShape(VectorOperators.F2D, DOUBLES, 0);
  }

  /** As many floats as there are lanes of doubles, widened; {@link #COUNT} floats are read. */
  static DoubleVector wide(byte[] array, int offset) {
    return low(load(array, offset));
  }

  /**
   * How many of {@code count} floats, a multiple of {@link #COUNT}, can be read half a vector at a
   * time by {@link #wide}, which reads as much again behind the last.
   *
   * @param length of the array in bytes, which may be the largest that there is: nothing is added
   */
  static int wholeWide(int length, int at, int count) {
    int whole = count - count % COUNT;
    boolean fits = whole + HALF_COUNT <= (length - at) / Float.BYTES;
    return fits ? whole : Math.max(0, whole - COUNT);
  }

  /**
   * e^d of d <= 0, relative error 1.8e-7 + 1.4e-8·|d|, since log2(e) is one float: 3e-7 at −10,
   * 1.4e-6 at −87; exactly 1 for 0, at least e^−87, NaN for NaN.
   */
  static FloatVector exp(FloatVector d) {
    FloatVector clamped = d.blend(LOWEST, d.compare(VectorOperators.LT, LOWEST));
    FloatVector rounded = clamped.fma(LOG2_E, ROUNDING);
    FloatVector f = clamped.fma(LOG2_E, ROUNDING.sub(rounded));
    FloatVector power =
        rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
    return E5.fma(f, E4).fma(f, E3).fma(f, E2).fma(f, E1).fma(f, ONE).mul(power);
  }
}
