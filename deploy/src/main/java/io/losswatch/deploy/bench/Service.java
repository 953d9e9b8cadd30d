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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;

/** The service, both hops, under an application id of its own: it reads from the beginning. */
final class Service implements AutoCloseable {
  private static final long STOP_SECONDS = 30;

  private final StreamSettings settings;
  private final LossStream stream;
  private final CompletableFuture<Void> running;

  private Service(StreamSettings settings) {
    this.settings = settings;
    this.stream = LossStream.of(settings);
    this.running = stream.run().toFuture();
  }

  /**
   * Makes its topics and starts.
   *
   * @param applicationId nobody else has had
   * @param windows of its only monitor
   * @param outOfOrderness of event times
   */
  static Service start(
      Kafka kafka,
      String applicationId,
      String input,
      String groupProtocol,
      List<String> windows,
      Duration outOfOrderness) {
    TimeSettings defaults = TimeSettings.defaults();
    Map<String, String> consumer =
        groupProtocol.equals("classic") ? Map.of() : Map.of("group.protocol", groupProtocol);
    StreamSettings settings =
        new StreamSettings(
            new StreamSettings.Identity(applicationId, "bench"),
            new KafkaSettings(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                consumer,
                Map.of(),
                Map.of()),
            new Topics(
                List.of(input),
                applicationId + "-partials",
                applicationId + "-rolling-loss",
                applicationId + "-dead-letter",
                new Topics.Creation(true, BenchTopic.PARTITIONS, (short) -1)),
            List.of(
                new Monitor(
                    "bench",
                    "*",
                    Losses.of("cross_entropy", new TreeMap<>()),
                    windows.stream().map(Window::parse).toList(),
                    List.of())),
            new StreamSettings.Policy(
                new TimeSettings(
                    outOfOrderness,
                    defaults.idleAfter(),
                    defaults.futureTolerance(),
                    defaults.lateness()),
                Limits.defaults(),
                Duration.ofMillis(200),
                StreamSettings.OutputFormat.AVRO));
    LossStream.createTopics(settings);
    return new Service(settings);
  }

  StreamSettings settings() {
    return settings;
  }

  /**
   * What it has done, as far as it is committed.
   *
   * @throws KafkaException if it has given up
   */
  StreamCounts counts() {
    if (running.isDone()) {
      try {
        running.join();
      } catch (CompletionException e) {
        throw new KafkaException("the service has failed", e.getCause());
      }
      throw new KafkaException("the service has ended by itself");
    }
    return stream.counts();
  }

  @Override
  public void close() {
    stream.stop();
    try {
      running.get(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      running.cancel(true);
    } catch (InterruptedException e) {
      running.cancel(true);
      Thread.currentThread().interrupt();
    }
  }
}
