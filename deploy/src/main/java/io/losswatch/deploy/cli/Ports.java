package io.losswatch.deploy.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Ports of the command line. */
final class Ports {
  private static final int MAX = 65_535;

  private Ports() {}

  /** Refuses a number that is no port; 0 means a free one. */
  static void check(CommandSpec spec, int port) {
    if (port < 0 || port > MAX) {
      throw new ParameterException(
          spec.commandLine(),
          "Invalid value for option '--port': a port lies in [0, "
              + MAX
              + "], but this is "
              + port);
    }
  }
}
