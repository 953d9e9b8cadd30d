package io.losswatch.core.kernel;

import java.lang.System.Logger.Level;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the kernels of this JVM, once: vectors if the module is there and its lanes are wide
 * enough, else plain Java and one line in the log that says which flag is missing.
 */
public final class Kernels {
  private static final String SLOW = "losses are computed without vectors, many times slower: ";
  private static final Supplier<Kernel> CHOSEN = choose(hasModule(), Kernels::log);

  private Kernels() {}

  /** A kernel for one thread. */
  public static Kernel create() {
    return CHOSEN.get();
  }

  /** What the losses of this JVM are computed with, for logs. */
  public static String description() {
    return create().description();
  }

  private static boolean hasModule() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }

  /** The kernels with or without the module; {@code warn} hears why they are slow. */
  static Supplier<Kernel> choose(boolean hasModule, Consumer<String> warn) {
    if (!hasModule) {
      warn.accept(SLOW + "the flag --add-modules jdk.incubator.vector is missing");
      return ScalarKernel::new;
    }
    Supplier<Kernel> vector = Vectors.kernels();
    if (vector == null) {
      warn.accept(SLOW + "the vectors of this JVM hold less than four floats");
      return ScalarKernel::new;
    }
    return vector;
  }

  private static void log(String message) {
    System.getLogger(Kernels.class.getName()).log(Level.WARNING, message);
  }

  /** Apart, so that no class of the module is looked for unless it is there. */
  private static final class Vectors {
    static @Nullable Supplier<Kernel> kernels() {
      return VectorKernel.hasUsableLanes() ? VectorKernel::new : null;
    }
  }
}
