package io.losswatch.deploy.cli;

import io.losswatch.core.batch.RefusedException;
import io.losswatch.deploy.config.ConfigurationException;
import io.losswatch.deploy.tail.TailLines;
import io.losswatch.schemas.registry.RegistrySchemas;
import io.losswatch.stream.KafkaSettings;
import io.losswatch.stream.StreamSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code losswatch tail}. */
@Command(
    name = "tail",
    description = "Print rolling losses as they come, one line each, from now on.",
    footer = {
      "",
      "Columns: series, window, its end, mean and standard error, samples, revision (final: no"
          + " further one follows), the latest means of the series."
    })
final class TailCommand implements Callable<Integer> {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(500);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "YAML file that says where to look.")
  private @Nullable Path file;

  @Option(
      names = "--bootstrap-server",
      paramLabel = "HOST:PORT",
      description = "Kafka (that of the configuration, else localhost:9092).")
  private @Nullable String bootstrapServer;

  @Option(
      names = "--topic",
      paramLabel = "T",
      description = "Topic (that of the configuration, else rolling-loss).")
  private @Nullable String topic;

  @Override
  public Integer call() throws ConfigurationException {
    StreamSettings settings = file == null ? null : ConfigurationFile.load(spec, file).settings();
    KafkaSettings kafka = settings == null ? KafkaSettings.of("localhost:9092") : settings.kafka();
    String output = settings == null ? "rolling-loss" : settings.topics().output();
    try (Termination termination = Termination.await();
        KafkaConsumer<byte[], byte[]> consumer = KafkaClients.reader(at(kafka))) {
      termination.onSignal(consumer::wakeup);
      RegistrySchemas registry =
          settings == null ? null : settings.policy().formats().writers().registry();
      follow(consumer, topic == null ? output : topic, new TailLines(registry));
    } catch (WakeupException e) {
      return 0; // asked to stop
    }
    return 0;
  }

  private KafkaSettings at(KafkaSettings kafka) {
    if (bootstrapServer == null) {
      return kafka;
    }
    Map<String, String> common = new TreeMap<>(kafka.common());
    common.put("bootstrap.servers", bootstrapServer);
    return new KafkaSettings(common, kafka.consumer(), kafka.producer(), kafka.admin());
  }

  private void follow(KafkaConsumer<byte[], byte[]> consumer, String name, TailLines lines) {
    List<TopicPartition> partitions = partitions(consumer, name);
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    while (true) {
      consumer.poll(POLL).forEach(record -> print(lines, record));
    }
  }

  private static List<TopicPartition> partitions(
      KafkaConsumer<byte[], byte[]> consumer, String name) {
    try {
      List<TopicPartition> partitions =
          consumer.partitionsFor(name, TIMEOUT).stream()
              .map(partition -> new TopicPartition(name, partition.partition()))
              .toList();
      if (partitions.isEmpty()) {
        throw new IllegalStateException("there is no topic " + name);
      }
      return partitions;
    } catch (TimeoutException e) {
      throw new IllegalStateException("no answer from Kafka, or no topic " + name, e);
    }
  }

  private void print(TailLines lines, ConsumerRecord<byte[], byte[]> record) {
    try {
      spec.commandLine().getOut().println(lines.line(record.value()));
    } catch (RefusedException e) {
      spec.commandLine()
          .getErr()
          .printf(
              "losswatch: %s-%d@%d is skipped: %s%n",
              record.topic(), record.partition(), record.offset(), e.getMessage());
    }
  }
}
