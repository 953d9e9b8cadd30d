package io.losswatch.core.loss;

/** How the losses of one batch become one number, by PyTorch's names. */
public enum Reduction {
  /** They do not: one number per element. */
  NONE,
  /** Σ numerators / Σ denominators; NaN if nothing counts. */
  MEAN,
  /** Σ numerators; 0 if nothing counts. */
  SUM,
  /** Σ numerators / extent of the predictions' first axis. */
  BATCHMEAN
}
