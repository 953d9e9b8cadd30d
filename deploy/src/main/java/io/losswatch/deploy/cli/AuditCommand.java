package io.losswatch.deploy.cli;

import io.losswatch.core.window.DurationText;
import io.losswatch.deploy.audit.AuditLines;
import io.losswatch.deploy.audit.Findings;
import io.losswatch.deploy.audit.TopicAudit;
import io.losswatch.deploy.audit.Verdict;
import io.losswatch.deploy.config.ConfigurationException;
import io.losswatch.deploy.log.LogOutput;
import io.losswatch.stream.StreamSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code losswatch audit}. */
@Command(
    name = "audit",
    description =
        "Prove or refute, series by series, that every labelled sample is counted once, from the"
            + " topics alone. The service may go on running.",
    footer = {
      "",
      "It reads input, partials, dead letters and output from their beginnings to their ends, checks"
          + " that the partials' ranges tile the input, evaluates every record anew and sums up"
          + " every published window. Unproved is what retention has deleted or another"
          + " configuration has counted. Exit code 0: all is proved; 1: something is refuted or"
          + " unproved."
    })
final class AuditCommand implements Callable<Integer> {
  private static final int TIMEOUT_MILLIS = 30_000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--config", paramLabel = "FILE", required = true, description = "YAML file.")
  private Path file = Path.of("");

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "1m",
      description = "How long to wait for brokers that bring nothing (${DEFAULT-VALUE}).")
  private String timeout = "1m";

  @Option(names = "--json", description = "Print JSON objects, one a line.")
  private boolean isJson;

  @Override
  public Integer call() throws ConfigurationException, IOException {
    Duration patience = patience();
    StreamSettings settings = ConfigurationFile.load(spec, file).settings();
    LogOutput.silenceConnections();
    Findings findings;
    try (Admin admin = KafkaClients.admin(settings.kafka(), TIMEOUT_MILLIS)) {
      TopicAudit.Clients clients =
          new TopicAudit.Clients(group -> KafkaClients.observer(settings.kafka(), group), admin);
      findings = new TopicAudit(settings, clients, patience, this::report).run();
    }
    PrintWriter out = spec.commandLine().getOut();
    if (isJson) {
      AuditLines.printJson(findings, out);
    } else {
      AuditLines.print(findings, out);
    }
    return findings.verdict() == Verdict.PROVED ? 0 : 1;
  }

  private Duration patience() {
    try {
      return Duration.ofMillis(DurationText.parseMillis(timeout));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--timeout: " + e.getMessage(), e);
    }
  }

  private void report(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("losswatch: " + line);
    err.flush();
  }
}
