package io.losswatch.deploy.cli;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that are parameters of a loss; which loss takes which, the loss itself says. */
final class LossParameters {
  @Option(
      names = "--ignore-index",
      paramLabel = "K",
      description = "The label that is ignored (-100).")
  private @Nullable String ignoreIndex;

  @Option(
      names = "--label-smoothing",
      paramLabel = "E",
      description = "Share of the label that is spread over all classes (0).")
  private @Nullable String labelSmoothing;

  @Option(
      names = "--class-weights",
      paramLabel = "a,b,..",
      description = "A weight for each class.")
  private @Nullable String classWeights;

  @Option(
      names = "--pos-weight",
      paramLabel = "a,b,..",
      description = "A weight of the positive label, for each label.")
  private @Nullable String posWeight;

  @Option(
      names = "--beta",
      paramLabel = "B",
      description = "Distance from which smooth_l1 is linear (1).")
  private @Nullable String beta;

  @Option(
      names = "--delta",
      paramLabel = "D",
      description = "Distance from which huber is linear (1).")
  private @Nullable String delta;

  @Option(
      names = "--eps",
      paramLabel = "E",
      description = "Least variance of gaussian_nll (1e-6), addend of poisson_nll (1e-8).")
  private @Nullable String eps;

  @Option(
      names = "--full",
      description = "Add the terms of poisson_nll or gaussian_nll that no prediction changes.")
  private boolean isFull;

  @Option(
      names = "--log-input",
      paramLabel = "true|false",
      description = "Whether the predictions of poisson_nll are logarithms (true).")
  private @Nullable String logInput;

  @Option(names = "--log-target", description = "The labels of kl_div are logarithms.")
  private boolean isLogTarget;

  @Option(
      names = "--margin",
      paramLabel = "M",
      description = "Margin of multi_margin or hinge_embedding (1).")
  private @Nullable String margin;

  @Option(names = "--p", paramLabel = "P", description = "Exponent of multi_margin, 1 or 2 (1).")
  private @Nullable String exponent;

  @Option(
      names = "--alpha",
      paramLabel = "A",
      description = "Weight of the positive label in focal (0.25); negative: none.")
  private @Nullable String alpha;

  @Option(
      names = "--gamma",
      paramLabel = "G",
      description = "How much less focal counts what is easy (2).")
  private @Nullable String gamma;

  /** Those that were given, by the names of the configuration. */
  Map<String, String> asMap() {
    Map<String, String> given = new TreeMap<>();
    put(given, "ignore-index", ignoreIndex);
    put(given, "label-smoothing", labelSmoothing);
    put(given, "class-weights", classWeights);
    put(given, "pos-weight", posWeight);
    put(given, "beta", beta);
    put(given, "delta", delta);
    put(given, "eps", eps);
    put(given, "full", isFull ? "true" : null);
    put(given, "log-input", logInput);
    put(given, "log-target", isLogTarget ? "true" : null);
    put(given, "margin", margin);
    put(given, "p", exponent);
    put(given, "alpha", alpha);
    put(given, "gamma", gamma);
    return given;
  }

  private static void put(Map<String, String> given, String name, @Nullable String value) {
    if (value != null) {
      given.put(name, value);
    }
  }
}
