package io.losswatch.core.batch;

/** What the numbers of a prediction are. A loss says which kinds it takes; none is ever guessed. */
public enum OutputKind {
  /** Unnormalised scores. */
  LOGITS,
  /** Natural logarithms of probabilities. */
  LOG_PROBS,
  /** Probabilities. */
  PROBS,
  /** Plain values, as of a regression. */
  VALUES
}
