package io.losswatch.core.loss;

/**
 * A number as an oracle computes it, and how large its terms are: what a double cannot hold of them
 * is lost to whoever adds them up in whatever order.
 *
 * @param value the number
 * @param scale Σ|term| where terms of both signs meet, else 0
 */
record Exact(double value, double scale) {
  /** A number whose formula loses nothing but its last bits. */
  static Exact of(double value) {
    return new Exact(value, 0);
  }

  /** Σ terms, which may cancel. */
  static Exact sum(double... terms) {
    double value = 0;
    double scale = 0;
    for (double term : terms) {
      value += term;
      scale += Math.abs(term);
    }
    return new Exact(value, scale);
  }

  Exact plus(Exact other) {
    return new Exact(value + other.value, scale + other.scale);
  }

  Exact times(double factor) {
    return new Exact(value * factor, scale * Math.abs(factor));
  }
}
