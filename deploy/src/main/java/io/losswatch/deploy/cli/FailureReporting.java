package io.losswatch.deploy.cli;

import io.losswatch.deploy.config.ConfigurationException;
import java.io.PrintWriter;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Tells a user what went wrong, in one line; {@code --verbose} logs where it came from too. */
final class FailureReporting
    implements CommandLine.IParameterExceptionHandler, CommandLine.IExecutionExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger("io.losswatch");

  @Override
  public int handleParseException(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("losswatch: " + message(failure) + suggestion(failure));
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return CommandLine.ExitCode.USAGE;
  }

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
    PrintWriter err = command.getErr();
    if (failure instanceof ConfigurationException) {
      err.println("losswatch: " + failure.getMessage());
      return CommandLine.ExitCode.USAGE;
    }
    err.println("losswatch: " + message(failure) + origin(failure));
    if (!KafkaClients.quotesAProperty(failure)) {
      LOG.debug("the command failed", failure);
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  private static String suggestion(ParameterException failure) {
    if (!(failure instanceof CommandLine.UnmatchedArgumentException unmatched)) {
      return "";
    }
    List<String> suggestions = unmatched.getSuggestions();
    return suggestions.isEmpty() ? "" : "; did you mean " + String.join(" or ", suggestions) + "?";
  }

  /** Kafka says what failed; why, such as a certificate, is at the bottom. */
  private static String origin(Throwable failure) {
    if (!(failure instanceof KafkaException) || failure.getCause() == null) {
      return "";
    }
    String reason = firstLine(KafkaClients.reason(failure));
    return message(failure).contains(reason) ? "" : ": " + reason;
  }

  private static String message(Throwable failure) {
    String text = KafkaClients.message(failure);
    return text.isBlank() ? failure.getClass().getSimpleName() : firstLine(text);
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("").strip();
  }
}
