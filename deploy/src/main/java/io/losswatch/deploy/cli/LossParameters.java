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

  /** Those that were given, by the names of the configuration. */
  Map<String, String> asMap() {
    Map<String, String> given = new TreeMap<>();
    put(given, "ignore-index", ignoreIndex);
    put(given, "label-smoothing", labelSmoothing);
    put(given, "class-weights", classWeights);
    put(given, "pos-weight", posWeight);
    return given;
  }

  private static void put(Map<String, String> given, String name, @Nullable String value) {
    if (value != null) {
      given.put(name, value);
    }
  }
}
