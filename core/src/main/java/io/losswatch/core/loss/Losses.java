package io.losswatch.core.loss;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** The built-in losses by name. */
public final class Losses {
  private static final SortedMap<String, Function<LossParameters, Loss>> BUILT_IN =
      new TreeMap<>(
          Map.of(
              "bce", BinaryCrossEntropy::new,
              "bce_with_logits", BinaryCrossEntropyWithLogits::new,
              "cross_entropy", CrossEntropy::crossEntropy,
              "nll", CrossEntropy::negativeLogLikelihood,
              "mse", parameters -> new MeanSquaredError()));

  /** PyTorch's functional names, where they differ from ours. */
  private static final Map<String, String> ALIASES =
      Map.of(
          "nll_loss", "nll",
          "binary_cross_entropy", "bce",
          "binary_cross_entropy_with_logits", "bce_with_logits",
          "mse_loss", "mse");

  private Losses() {}

  /**
   * The loss of that name with those parameters.
   *
   * @param name as in {@link #names()}, or PyTorch's functional name, such as {@code mse_loss}
   * @param parameters by their names in configuration files, such as {@code label-smoothing=0.1} or
   *     {@code class-weights=1,2,3}; absent ones have PyTorch's defaults
   * @throws IllegalArgumentException if the loss is unknown, or a parameter is unknown or wrong by
   *     itself
   */
  public static Loss of(String name, Map<String, String> parameters) {
    String canonical = ALIASES.getOrDefault(name, name);
    Function<LossParameters, Loss> maker = BUILT_IN.get(canonical);
    if (maker == null) {
      throw new IllegalArgumentException(
          "a loss is one of %s, but it is \"%s\"".formatted(names(), name));
    }
    LossParameters given = new LossParameters(canonical, parameters);
    Loss loss = maker.apply(given);
    given.requireAllTaken();
    return loss;
  }

  /** The names of all built-in losses, sorted. */
  public static List<String> names() {
    return List.copyOf(BUILT_IN.keySet());
  }
}
