package io.losswatch.deploy.cli;

import io.losswatch.deploy.demo.Demo;
import io.losswatch.deploy.demo.DemoOptions;
import io.losswatch.deploy.demo.DemoTraffic;
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
    description = {
      "Watch real models answer real data on an embedded Kafka broker, while drift sets in and ends.",
      "A page in the browser shows it, and so does a table in the terminal."
    })
final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "Of the page; 0 takes a free one (${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description =
          "Send for N seconds, then compare the service's numbers with the demo's own; exit code 1"
              + " if they differ. Without it the demo runs until it is stopped.")
  private @Nullable Long seconds;

  @Option(names = "--no-browser", description = "Do not open the page in a browser.")
  private boolean noBrowser;

  @Option(
      names = "--send-to",
      paramLabel = "HOST:PORT",
      description = "Only send the traffic, to the topic predictions of this Kafka cluster.")
  private @Nullable String cluster;

  @Override
  public Integer call() {
    Ports.check(spec, port);
    try (Termination termination = Termination.await()) {
      LogOutput.silenceClients();
      if (cluster != null) {
        DemoTraffic traffic = new DemoTraffic(cluster, options());
        termination.onSignal(traffic::stop);
        return traffic.run();
      }
      Demo demo = new Demo(options());
      termination.onSignal(demo::stop);
      return demo.run();
    }
  }

  private DemoOptions options() {
    try {
      OptionalLong limit = seconds == null ? OptionalLong.empty() : OptionalLong.of(seconds);
      return new DemoOptions(port, limit, !noBrowser);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
