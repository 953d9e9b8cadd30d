package io.losswatch.deploy.cli;

import io.losswatch.deploy.broker.EmbeddedBroker;
import io.losswatch.deploy.log.LogOutput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code losswatch broker}. */
@Command(
    name = "broker",
    description = "Run an embedded single-node Kafka broker, for trying things out.")
final class BrokerCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "9092",
      description = "Where clients connect on 127.0.0.1; 0: a free port (${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Where the data stays; a used one is taken with its data (temporary).")
  private @Nullable Path directory;

  @Override
  public Integer call() throws IOException {
    Ports.check(spec, port);
    LogOutput.silenceConnections();
    try (Termination termination = Termination.await();
        EmbeddedBroker broker = EmbeddedBroker.startForTrials(directory, port)) {
      spec.commandLine().getOut().println("listening on " + broker.bootstrapServers());
      termination.join();
    }
    return 0;
  }
}
