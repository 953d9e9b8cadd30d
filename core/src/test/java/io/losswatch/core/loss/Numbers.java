package io.losswatch.core.loss;

import java.util.Random;
import java.util.function.ToDoubleFunction;

/**
 * Arbitrary numbers of a domain.
 *
 * @param ordinary draws one
 * @param specials edges of the domain, strewn among the others when asked for
 */
record Numbers(ToDoubleFunction<Random> ordinary, double... specials) {
  /** Any number; the edges of every datatype. */
  static final Numbers REAL =
      new Numbers(
          random -> random.nextGaussian() * (random.nextInt(8) == 0 ? 100 : 3),
          Double.NaN,
          Double.POSITIVE_INFINITY,
          Double.NEGATIVE_INFINITY,
          0,
          -0.0,
          Float.MIN_VALUE,
          -Float.MIN_VALUE,
          Float.MIN_NORMAL,
          1e-310,
          1e4,
          -1e4,
          3e38,
          -3e38,
          1,
          -1);

  /** Probabilities, independent of each other. */
  static final Numbers PROBABILITY =
      new Numbers(
          random ->
              random.nextInt(8) == 0 ? Math.pow(10, -9 * random.nextDouble()) : random.nextDouble(),
          0,
          1,
          -0.0,
          Float.MIN_VALUE,
          1e-310,
          1 - 0x1p-24);

  /** Logarithms of probabilities; what is no such thing runs through the formulas. */
  static final Numbers LOG_PROBABILITY =
      new Numbers(random -> -Math.abs(random.nextGaussian()) * 4, REAL.specials);

  /** Zeros, ones, and some between. */
  static final Numbers COIN =
      new Numbers(
          random -> random.nextInt(4) == 0 ? random.nextDouble() : random.nextInt(2), Double.NaN);

  /** Minus one and one, and some others. */
  static final Numbers SIGN =
      new Numbers(
          random -> random.nextInt(8) == 0 ? random.nextInt(5) - 2 : random.nextInt(2) * 2 - 1,
          Double.NaN,
          0,
          0.5);

  /** Whole and other numbers from 0, with 0, 1 and their neighbours among them. */
  static final Numbers COUNT =
      new Numbers(
          random -> random.nextInt(3) == 0 ? random.nextDouble() * 3 : random.nextInt(20),
          Double.NaN,
          0,
          1,
          Math.nextUp(1f),
          Float.MIN_VALUE,
          1e4,
          3e38);

  /** Positive numbers around 1, and the edges of what a rate may be. */
  static final Numbers RATE =
      new Numbers(
          random -> Math.exp(random.nextGaussian() * 2),
          Double.NaN,
          Double.POSITIVE_INFINITY,
          0,
          -0.0,
          Float.MIN_VALUE,
          1e4,
          3e38);

  double draw(Random random, boolean special) {
    return special && random.nextInt(5) == 0
        ? specials[random.nextInt(specials.length)]
        : ordinary.applyAsDouble(random);
  }

  double[] draw(Random random, int count, boolean special) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = draw(random, special);
    }
    return values;
  }
}
