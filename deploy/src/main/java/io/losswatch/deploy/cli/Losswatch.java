package io.losswatch.deploy.cli;

import io.losswatch.deploy.log.LogOutput;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command {@code losswatch}. */
@Command(
    name = "losswatch",
    description =
        "Rolling mean losses of live models, from Kafka topics of predictions and labels.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Version.class,
    usageHelpAutoWidth = true,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:the work failed", "2:usage or configuration"},
    subcommands = {
      DemoCommand.class,
      RunCommand.class,
      CheckCommand.class,
      EvalCommand.class,
      TailCommand.class,
      AuditCommand.class,
      BenchCommand.class,
      TopicsCommand.class,
      BrokerCommand.class,
      SchemasCommand.class,
      CompletionCommand.class
    })
public final class Losswatch {
  @Option(
      names = "--log-format",
      scope = ScopeType.INHERIT,
      defaultValue = "TEXT",
      description = "How log lines look: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
  private LogOutput.Format logFormat = LogOutput.Format.TEXT;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Log more, and say where an error came from.")
  private boolean isVerbose;

  private Losswatch() {}

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    CommandLine commandLine =
        commandLine()
            .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
            .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    System.exit(commandLine.execute(arguments));
  }

  /** The command, ready to be executed. */
  static CommandLine commandLine() {
    Losswatch losswatch = new Losswatch();
    FailureReporting failures = new FailureReporting();
    CommandLine commandLine = new CommandLine(losswatch);
    commandLine
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures)
        .setExecutionStrategy(parsed -> {
          LogOutput.set(losswatch.logFormat, losswatch.isVerbose);
          return new CommandLine.RunLast().execute(parsed);
        });
    return commandLine;
  }
}
