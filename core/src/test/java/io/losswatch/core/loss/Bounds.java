package io.losswatch.core.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.losswatch.core.tensor.Datatype;

/** How close a loss must be to the same loss in float64 of the widened inputs. */
final class Bounds {
  /** Roundings of double that both an oracle and the loss may make of terms that cancel. */
  private static final double ROUNDINGS = 8 * 0x1p-52;

  private Bounds() {}

  /** Relative 5e-7 or absolute 1e-7, or 1e-12 of FP64 with what the oracle itself loses. */
  static void assertClose(double actual, double expected, Datatype datatype, String place) {
    if (Double.isNaN(expected) || Double.isInfinite(expected)) {
      assertThat(Double.valueOf(actual)).as(place).isEqualTo(Double.valueOf(expected));
      return;
    }
    boolean exact = datatype == Datatype.FP64;
    double bound =
        exact ? 1e-12 * Math.abs(expected) + 2e-15 : Math.max(5e-7 * Math.abs(expected), 1e-7);
    if (!(Math.abs(actual - expected) <= bound)) {
      fail("%s: %s instead of %s, beyond %s", place, actual, expected, bound);
    }
  }

  /**
   * Relative 5e-7 or absolute 1e-7, of FP64 relative 1e-12, and beside it what doubles lose of
   * terms that cancel, or below their normal range.
   */
  static double of(Exact expected, Datatype datatype) {
    double magnitude = Math.abs(expected.value());
    double stated =
        datatype == Datatype.FP64
            ? 1e-12 * magnitude + Double.MIN_NORMAL
            : Math.max(5e-7 * magnitude, 1e-7);
    return stated + ROUNDINGS * expected.scale();
  }

  /** True if a number is within its bound; NaN and infinities only if they are the same. */
  static boolean isClose(double actual, double expected, double bound) {
    if (Double.isNaN(expected) || Double.isInfinite(expected)) {
      return Double.compare(actual, expected) == 0;
    }
    return Math.abs(actual - expected) <= bound;
  }
}
