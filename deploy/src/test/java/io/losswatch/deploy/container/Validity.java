package io.losswatch.deploy.container;

import io.losswatch.deploy.config.Configuration;
import io.losswatch.deploy.config.ConfigurationException;
import io.losswatch.deploy.config.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What the product says to a configuration that is deployed. */
final class Validity {
  private Validity() {}

  /** All that is wrong with a file. */
  static List<Problem> problems(Path file, Map<String, String> environment) throws IOException {
    try {
      Configuration.load(file, environment).settings();
      return List.of();
    } catch (ConfigurationException e) {
      return e.problems();
    }
  }
}
