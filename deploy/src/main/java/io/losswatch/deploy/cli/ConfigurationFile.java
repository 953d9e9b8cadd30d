package io.losswatch.deploy.cli;

import io.losswatch.deploy.config.Configuration;
import io.losswatch.deploy.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The file that {@code --config} names. */
final class ConfigurationFile {
  private ConfigurationFile() {}

  /** Its configuration; a file that cannot be read is a mistake in the command line. */
  static Configuration load(CommandSpec spec, Path file) throws ConfigurationException {
    try {
      return Configuration.load(file, System.getenv());
    } catch (IOException e) {
      throw new ParameterException(
          spec.commandLine(),
          "The configuration cannot be read: " + file + " (" + e.getClass().getSimpleName() + ")",
          e);
    }
  }
}
