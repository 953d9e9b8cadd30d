package io.losswatch.core.loss;

import java.util.List;
import java.util.stream.Stream;

/** The table of laws: every built-in loss with its variants, and two that a user wrote. */
final class LossLaws {
  private LossLaws() {}

  /** All rows. */
  static List<LossLaw> all() {
    return Stream.concat(builtIn().stream(), OwnLossLaws.all().stream()).toList();
  }

  /** The rows of losses that {@link Losses} knows. */
  static List<LossLaw> builtIn() {
    return Stream.of(RegressionLaws.all(), BinaryLaws.all(), MarginLaws.all(), ClassLaws.all())
        .flatMap(List::stream)
        .toList();
  }
}
