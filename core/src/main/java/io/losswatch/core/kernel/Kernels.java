package io.losswatch.core.kernel;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the kernels of this JVM, once: vectors if the module is there and its lanes are wide
 * enough, else plain Java and one line in the log that says which flag is missing.
 */
public final class Kernels {
  private static final Supplier<Kernel> CHOSEN = choose();

  private Kernels() {}

  /** A kernel for one thread. */
  public static Kernel create() {
    return CHOSEN.get();
  }

  /** What the losses of this JVM are computed with, for logs. */
  public static String description() {
    return create().description();
  }

  private static Supplier<Kernel> choose() {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      warn("the flag --add-modules jdk.incubator.vector is missing");
      return ScalarKernel::new;
    }
    Supplier<Kernel> vector = Vectors.kernels();
    if (vector == null) {
      warn("the vectors of this JVM hold less than four floats");
      return ScalarKernel::new;
    }
    return vector;
  }

  private static void warn(String reason) {
    Logger logger = System.getLogger(Kernels.class.getName());
    logger.log(Level.WARNING, "losses are computed without vectors, many times slower: " + reason);
  }

  /** Apart, so that no class of the module is looked for unless it is there. */
  private static final class Vectors {
    static @Nullable Supplier<Kernel> kernels() {
      return VectorKernel.hasUsableLanes() ? VectorKernel::new : null;
    }
  }
}
