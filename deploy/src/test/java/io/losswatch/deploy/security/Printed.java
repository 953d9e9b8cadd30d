package io.losswatch.deploy.security;

import io.losswatch.deploy.cli.Shell;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * All that a command printed in this process, its log too, and how it ended.
 *
 * @param exitCode 0, 1 or 2
 * @param text standard output, standard error and log
 */
record Printed(int exitCode, String text) {
  private static final long PATIENCE_SECONDS = 30;

  /** Runs {@code losswatch}, which has to end by itself. */
  static Printed by(String... arguments) throws Exception {
    try {
      return CompletableFuture.supplyAsync(() -> run(arguments))
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("does not end: " + String.join(" ", arguments), e);
    }
  }

  private static Printed run(String... arguments) {
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
