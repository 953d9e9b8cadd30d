package io.losswatch.core.loss;

import java.util.Random;
import java.util.SplittableRandom;

/** Random numbers for one thread, several times faster than those that threads may share. */
final class QuickRandom extends Random {
  private static final long serialVersionUID = 1;

  private final transient SplittableRandom source;

  QuickRandom(long seed) {
    super(seed);
    source = new SplittableRandom(seed);
  }

  @Override
  protected int next(int bits) {
    return (int) (source.nextLong() >>> Long.SIZE - bits);
  }

  @Override
  public double nextDouble() {
    return source.nextDouble();
  }

  @Override
  public double nextGaussian() {
    return source.nextGaussian();
  }
}
