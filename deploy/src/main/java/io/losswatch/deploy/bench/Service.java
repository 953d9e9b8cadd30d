package io.losswatch.deploy.bench;

import io.losswatch.core.loss.Losses;
import io.losswatch.core.window.Window;
import io.losswatch.stream.KafkaSettings;
import io.losswatch.stream.Limits;
import io.losswatch.stream.LossStream;
import io.losswatch.stream.Monitor;
import io.losswatch.stream.StreamCounts;
import io.losswatch.stream.StreamSettings;
import io.losswatch.stream.TimeSettings;
import io.losswatch.stream.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;

/**
 * The service, both hops, under an application id of its own: it reads from the beginning. As many
 * instances as are wanted, all in this process.
 */
final class Service implements AutoCloseable {
  private static final long STOP_SECONDS = 30;

  private final Topics topics;
  private final List<Running> instances;

  private record Running(LossStream stream, CompletableFuture<Void> end) {}

  private Service(Topics topics, List<Running> instances) {
    this.topics = topics;
    this.instances = instances;
  }

  /**
   * What it computes.
   *
   * @param input topic
   * @param partitions of all topics
   * @param windows of its only monitor
   * @param outOfOrderness of event times
   */
  record Job(String input, int partitions, List<String> windows, Duration outOfOrderness) {}

  /**
   * Makes its topics and starts.
   *
   * @param applicationId nobody else has had
   */
  static Service start(Kafka kafka, String applicationId, Job job, BenchOptions.Readers readers) {
    List<Running> instances = new ArrayList<>();
    StreamSettings settings = settings(kafka, applicationId, job, readers, "1");
    LossStream.createTopics(settings);
    for (int i = 1; i <= readers.instances(); i++) {
      LossStream stream =
          LossStream.of(settings(kafka, applicationId, job, readers, Integer.toString(i)));
      instances.add(new Running(stream, stream.run().toFuture()));
    }
    return new Service(settings.topics(), instances);
  }

  private static StreamSettings settings(
      Kafka kafka, String applicationId, Job job, BenchOptions.Readers readers, String instance) {
    TimeSettings defaults = TimeSettings.defaults();
    Map<String, String> consumer =
        readers.groupProtocol().equals("classic")
            ? Map.of()
            : Map.of("group.protocol", readers.groupProtocol());
    return new StreamSettings(
        new StreamSettings.Identity(applicationId, "bench-" + instance),
        new KafkaSettings(
            Map.of("bootstrap.servers", kafka.bootstrapServers()), consumer, Map.of(), Map.of()),
        new Topics(
            List.of(job.input()),
            applicationId + "-partials",
            applicationId + "-rolling-loss",
            applicationId + "-dead-letter",
            new Topics.Creation(true, job.partitions(), (short) -1)),
        List.of(
            new Monitor(
                "bench",
                "*",
                Losses.of("cross_entropy", new TreeMap<>()),
                job.windows().stream().map(Window::parse).toList(),
                List.of())),
        new StreamSettings.Policy(
            new TimeSettings(
                job.outOfOrderness(),
                defaults.idleAfter(),
                defaults.futureTolerance(),
                defaults.lateness()),
            Limits.defaults(),
            Duration.ofMillis(200),
            StreamSettings.OutputFormat.AVRO));
  }

  Topics topics() {
    return topics;
  }

  /**
   * What its instances have done, as far as it is committed.
   *
   * @throws KafkaException if one has given up
   */
  List<StreamCounts> counts() {
    return instances.stream().map(Service::counts).toList();
  }

  private static StreamCounts counts(Running instance) {
    if (instance.end.isDone()) {
      try {
        instance.end.join();
      } catch (CompletionException e) {
        throw new KafkaException("the service has failed", e.getCause());
      }
      throw new KafkaException("the service has ended by itself");
    }
    return instance.stream.counts();
  }

  @Override
  public void close() {
    instances.forEach(instance -> instance.stream.stop());
    for (Running instance : instances) {
      try {
        instance.end.get(STOP_SECONDS, TimeUnit.SECONDS);
      } catch (TimeoutException | ExecutionException e) {
        instance.end.cancel(true);
      } catch (InterruptedException e) {
        instance.end.cancel(true);
        Thread.currentThread().interrupt();
      }
    }
  }
}
