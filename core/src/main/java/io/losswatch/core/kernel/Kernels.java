package io.losswatch.core.kernel;

/** Chooses the kernels of this JVM, once. */
public final class Kernels {
  private Kernels() {}

  /** A kernel for one thread. */
  public static Kernel create() {
    return new ScalarKernel();
  }
}
