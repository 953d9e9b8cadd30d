package io.losswatch.deploy.cli;

import io.losswatch.deploy.config.Configuration;
import io.losswatch.deploy.config.ConfigurationException;
import io.losswatch.deploy.log.LogOutput;
import io.losswatch.schemas.registry.RegistryException;
import io.losswatch.schemas.registry.RegistrySchemas;
import io.losswatch.stream.StreamSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
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
    configuration
        .doubts()
        .forEach(doubt -> spec.commandLine().getErr().println("losswatch: " + doubt));
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

  /** Each kind of client has its own properties, so each is tried. */
  private boolean connects(StreamSettings settings) throws InterruptedException {
    LogOutput.silenceConnections();
    Set<String> there = topics(settings);
    if (there == null || !readsAndWrites(settings, there)) {
      return false;
    }
    PrintWriter err = spec.commandLine().getErr();
    Set<String> missing = missing(settings, there);
    missing.forEach(topic -> err.println("losswatch: topic " + topic + " is missing"));
    err.println(
        missing.isEmpty() ? "connected to " + brokers(settings) : "losswatch: not ready to run");
    return missing.isEmpty();
  }

  private @Nullable Set<String> topics(StreamSettings settings) throws InterruptedException {
    try (Admin admin = KafkaClients.admin(settings.kafka(), TIMEOUT_MILLIS)) {
      return admin.listTopics().names().get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      refused(settings, "admin", e);
      return null;
    }
  }

  private boolean readsAndWrites(StreamSettings settings, Set<String> there) {
    String input = settings.topics().predictions().get(0);
    Set<String> known = there.contains(input) ? Set.of(input) : Set.of();
    String kind = "consumer";
    try (KafkaConsumer<byte[], byte[]> consumer = KafkaClients.reader(settings.kafka())) {
      consumer.listTopics(Duration.ofMillis(TIMEOUT_MILLIS));
      kind = "producer";
      try (KafkaProducer<byte[], byte[]> producer =
          KafkaClients.writer(settings.kafka(), TIMEOUT_MILLIS)) {
        known.forEach(producer::partitionsFor);
      }
      return true;
    } catch (KafkaException e) {
      refused(settings, kind, e);
      return false;
    }
  }

  private void refused(StreamSettings settings, String kind, Exception failure) {
    spec.commandLine()
        .getErr()
        .println(
            "losswatch: no answer from %s to the %s client: %s"
                .formatted(brokers(settings), kind, KafkaClients.reason(failure)));
  }

  private static String brokers(StreamSettings settings) {
    return String.valueOf(settings.kafka().common().get("bootstrap.servers"));
  }

  private static Set<String> missing(StreamSettings settings, Set<String> there) {
    Set<String> missing = new TreeSet<>(settings.topics().predictions());
    if (!settings.topics().creation().create()) {
      missing.add(settings.topics().partials());
      missing.add(settings.topics().output());
      missing.add(settings.topics().deadLetter());
    }
    String labels = settings.policy().lateLabels().topic();
    if (labels != null) {
      missing.add(labels);
    }
    missing.removeAll(there);
    return missing;
  }
}
