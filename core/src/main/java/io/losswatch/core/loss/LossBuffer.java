package io.losswatch.core.loss;

/**
 * The losses of one batch. Mutable; owned and reused by the thread that evaluates batches, so that
 * evaluating allocates nothing.
 */
public final class LossBuffer {
  /** An empty buffer that grows with the batches. */
  public LossBuffer() {}

  void averageRows() {}
}
