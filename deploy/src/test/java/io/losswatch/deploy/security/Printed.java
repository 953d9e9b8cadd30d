package io.losswatch.deploy.security;

import io.losswatch.deploy.cli.Shell;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * All that a command printed in this process, its log too, and how it ended.
 *
 * @param exitCode 0, 1 or 2
 * @param text standard output, standard error and log
 */
record Printed(int exitCode, String text) {
  /** Runs {@code losswatch}. */
  static Printed by(String... arguments) {
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      Shell shell = Shell.run(arguments);
      return new Printed(
          shell.exitCode(), shell.out() + shell.err() + log.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(before);
    }
  }

  /** The line that says how a command failed. */
  String failure() {
    return text.lines()
        .filter(line -> line.startsWith("losswatch: "))
        .reduce((first, second) -> second)
        .orElse("");
  }
}
