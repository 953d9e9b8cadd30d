package io.losswatch.core.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.losswatch.core.tensor.Datatype;

/** How close a loss must be to the same loss in float64 of the widened inputs. */
final class Bounds {
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
}
