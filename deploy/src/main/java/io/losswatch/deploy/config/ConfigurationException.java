package io.losswatch.deploy.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration is refused. It says all that is wrong at once, a line each. */
public final class ConfigurationException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  ConfigurationException(String source, List<Problem> problems) {
    super(
        problems.stream()
            .map(problem -> "\n  " + problem)
            .collect(Collectors.joining("", source + ": " + count(problems.size()), "")));
    this.problems = List.copyOf(problems);
  }

  /** All that is wrong, in the order of the paths. */
  public List<Problem> problems() {
    return problems;
  }

  private static String count(int size) {
    return size == 1 ? "1 error" : size + " errors";
  }
}
