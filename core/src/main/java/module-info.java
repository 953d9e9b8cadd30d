/** The loss engine: tensors, losses, kernels and windows. Depends on the JDK alone. */
module io.losswatch.core {
  requires static jdk.incubator.vector;
  requires static transitive org.jspecify;

  exports io.losswatch.core.batch;
  exports io.losswatch.core.loss;
  exports io.losswatch.core.tensor;
  exports io.losswatch.core.window;
}
