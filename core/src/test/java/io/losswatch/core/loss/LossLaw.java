package io.losswatch.core.loss;

import java.util.Map;

/**
 * One row of the table of laws: a loss with parameters, and what it has to agree with.
 *
 * @param loss the loss
 * @param variant what tells this row from others of the loss
 * @param oracle the same loss, slowly
 * @param batches that the loss takes
 */
record LossLaw(Loss loss, String variant, LossOracle oracle, BatchSource batches) {
  /** A row of a built-in loss. */
  static LossLaw of(
      String name, Map<String, String> parameters, LossOracle oracle, BatchSource batches) {
    String variant = "%s %s".formatted(batches.kind(), parameters);
    return new LossLaw(Losses.of(name, parameters), variant, oracle, batches);
  }

  /** For test names and messages. */
  @Override
  public String toString() {
    return loss.name() + " " + variant;
  }
}
