package io.losswatch.deploy.cli;

import io.losswatch.deploy.config.Configuration;
import io.losswatch.deploy.config.ConfigurationException;
import io.losswatch.deploy.log.LogOutput;
import io.losswatch.schemas.registry.RegistryException;
import io.losswatch.schemas.registry.RegistrySchemas;
import io.losswatch.stream.StreamSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code losswatch check}. */
@Command(
    name = "check",
    description = "Validate a configuration and the connection; print what is in force.")
final class CheckCommand implements Callable<Integer> {
  private static final int TIMEOUT_MILLIS = 5_000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--config", paramLabel = "FILE", required = true, description = "YAML file.")
  private Path file = Path.of("");

  @Override
  public Integer call() throws ConfigurationException, InterruptedException {
    Configuration configuration = ConfigurationFile.load(spec, file);
    PrintWriter out = spec.commandLine().getOut();
    out.print(configuration.effective());
    out.flush();
    // both are asked, so that all that is wrong is said at once
    boolean isReady = connects(configuration.settings());
    return registryAnswers(configuration.settings()) && isReady ? 0 : 1;
  }

  private boolean registryAnswers(StreamSettings settings) {
    RegistrySchemas schemas = settings.policy().formats().writers().registry();
    if (schemas == null) {
      return true;
    }
    PrintWriter err = spec.commandLine().getErr();
    try {
      schemas.registry().ping();
      err.println("connected to the registry at " + schemas.registry());
      return true;
    } catch (RegistryException e) {
      err.println("losswatch: " + e.getMessage());
      return false;
    }
  }

  private boolean connects(StreamSettings settings) throws InterruptedException {
    LogOutput.silenceConnections();
    PrintWriter err = spec.commandLine().getErr();
    String brokers = settings.kafka().common().get("bootstrap.servers");
    try (Admin admin = KafkaClients.admin(settings.kafka(), TIMEOUT_MILLIS)) {
      Set<String> there = admin.listTopics().names().get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
      Set<String> missing = missing(settings, there);
      missing.forEach(topic -> err.println("losswatch: topic " + topic + " is missing"));
      err.println(missing.isEmpty() ? "connected to " + brokers : "losswatch: not ready to run");
      return missing.isEmpty();
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      err.println("losswatch: no answer from " + brokers + ": " + KafkaClients.reason(e));
      return false;
    }
  }

  private static Set<String> missing(StreamSettings settings, Set<String> there) {
    Set<String> missing = new TreeSet<>(settings.topics().predictions());
    if (!settings.topics().creation().create()) {
      missing.add(settings.topics().partials());
      missing.add(settings.topics().output());
      missing.add(settings.topics().deadLetter());
    }
    missing.removeAll(there);
    return missing;
  }
}
