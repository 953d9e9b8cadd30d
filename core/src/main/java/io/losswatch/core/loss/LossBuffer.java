package io.losswatch.core.loss;

/**
 * The losses of one batch. Mutable; owned and reused by the thread that evaluates batches, so that
 * evaluating allocates nothing.
 */
public final class LossBuffer {
  /** An empty buffer that grows with the batches. */
  public LossBuffer() {}

  public int size() {
    return 0;
  }

  public double[] losses() {
    return new double[0];
  }

  public double[] weights() {
    return new double[0];
  }

  public boolean isIgnored(int i) {
    return false;
  }

  public int elementsPerSample() {
    return 1;
  }

  public boolean isWeighted() {
    return false;
  }

  void averageRows() {}
}
