package io.losswatch.core.loss;

import io.losswatch.core.kernel.Kernels;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** The built-in losses by name. */
public final class Losses {
  private static final SortedMap<String, Function<LossParameters, Loss>> BUILT_IN =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("bce", BinaryCrossEntropy::new),
              Map.entry("bce_with_logits", BinaryCrossEntropyWithLogits::new),
              Map.entry("cross_entropy", CrossEntropy::crossEntropy),
              Map.entry("focal", Focal::new),
              Map.entry("gaussian_nll", GaussianNll::new),
              Map.entry("hinge_embedding", HingeEmbedding::new),
              Map.entry("huber", Huber::new),
              Map.entry("kl_div", KullbackLeibler::new),
              Map.entry("l1", none -> new L1()),
              Map.entry("mse", none -> new MeanSquaredError()),
              Map.entry("multi_margin", MultiMargin::new),
              Map.entry("multilabel_margin", none -> new MultiLabelMargin()),
              Map.entry("multilabel_soft_margin", MultiLabelSoftMargin::new),
              Map.entry("nll", CrossEntropy::negativeLogLikelihood),
              Map.entry("poisson_nll", PoissonNll::new),
              Map.entry("smooth_l1", SmoothL1::new),
              Map.entry("soft_margin", none -> new SoftMargin())));

  /** The functional names of PyTorch and torchvision, where they differ from ours. */
  private static final Map<String, String> ALIASES =
      Map.ofEntries(
          Map.entry("binary_cross_entropy", "bce"),
          Map.entry("binary_cross_entropy_with_logits", "bce_with_logits"),
          Map.entry("gaussian_nll_loss", "gaussian_nll"),
          Map.entry("hinge_embedding_loss", "hinge_embedding"),
          Map.entry("huber_loss", "huber"),
          Map.entry("l1_loss", "l1"),
          Map.entry("mse_loss", "mse"),
          Map.entry("multi_margin_loss", "multi_margin"),
          Map.entry("multilabel_margin_loss", "multilabel_margin"),
          Map.entry("multilabel_soft_margin_loss", "multilabel_soft_margin"),
          Map.entry("nll_loss", "nll"),
          Map.entry("poisson_nll_loss", "poisson_nll"),
          Map.entry("sigmoid_focal_loss", "focal"),
          Map.entry("smooth_l1_loss", "smooth_l1"),
          Map.entry("soft_margin_loss", "soft_margin"));

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

  /** What the losses of this JVM are computed with, such as its vectors, for logs and reports. */
  public static String kernels() {
    return Kernels.description();
  }
}
