package io.losswatch.deploy.cli;

import io.losswatch.deploy.demo.Demo;
import io.losswatch.deploy.demo.DemoOptions;
import io.losswatch.deploy.log.LogOutput;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code losswatch demo}. */
@Command(
    name = "demo",
    description = "Watch real models answer real data while drift sets in, on an embedded broker.")
final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "Where the page will be served; this version has none yet (${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "End after so long, with a summary (runs until Ctrl-C).")
  private @Nullable Long seconds;

  @Option(names = "--no-browser", description = "Do not open the page; this version has none yet.")
  private boolean noBrowser;

  @Override
  public Integer call() {
    DemoOptions options = options();
    LogOutput.silenceConnections();
    return new Demo(options).run();
  }

  private DemoOptions options() {
    OptionalLong limit = seconds == null ? OptionalLong.empty() : OptionalLong.of(seconds);
    try {
      return new DemoOptions(port, limit, !noBrowser);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
