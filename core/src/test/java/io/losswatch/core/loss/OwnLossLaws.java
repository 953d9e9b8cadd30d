package io.losswatch.core.loss;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.example.LogCosh;
import io.losswatch.core.example.Pinball;
import java.util.List;

/** Losses that somebody else wrote, outside of this package. */
final class OwnLossLaws {
  private static final BatchSource VALUES =
      BatchSource.ofElements(OutputKind.VALUES, Numbers.REAL, Numbers.REAL);

  private OwnLossLaws() {}

  static List<LossLaw> all() {
    return List.of(
        new LossLaw(
            new LogCosh(), "of a user", LossOracle.ofElements(OwnLossLaws::logCosh), VALUES),
        new LossLaw(new Pinball(0.9), "of a user", OwnLossLaws::pinball, VALUES));
  }

  /** ln(1 + 2·sinh²(d/2)), and |d| − ln 2 where the rest is nothing. */
  private static Exact logCosh(double x, double y) {
    double d = Math.abs(x - y);
    double value = d < 100 ? Math.log1p(2 * Math.pow(Math.sinh(d / 2), 2)) : d - Math.log(2);
    return new Exact(value, Math.log(2));
  }

  private static Expected pinball(Batch batch) {
    Expected expected =
        LossOracle.ofElements((x, y) -> Exact.of(y > x ? 0.9 * (y - x) : (1 - 0.9) * (x - y)))
            .elements(batch);
    for (int i = 0; i < expected.size(); i++) {
      if (Double.isNaN(LossOracle.labels(batch).doubleAt(i))) {
        expected.ignore(i);
      }
    }
    return expected;
  }
}
