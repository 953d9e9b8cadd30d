package io.losswatch.deploy.bench;

import io.losswatch.core.loss.Losses;
import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Measures, on a broker of its own or on one that is there. One thread runs it. */
public final class Bench {
  /** Of the time of a reading, spent on compiling, that does not matter. */
  private static final double WARM_SHARE = 0.05;

  private final BenchOptions options;
  private final Consumer<String> progress;
  private final String name = "losswatch-bench-" + UUID.randomUUID().toString().substring(0, 8);
  private volatile boolean stopped;

  /**
   * A bench.
   *
   * @param progress is told what is done now
   */
  public Bench(BenchOptions options, Consumer<String> progress) {
    this.options = options;
    this.progress = progress;
  }

  /** Asks it to end early. Any thread. */
  public void stop() {
    stopped = true;
  }

  /**
   * Measures on a broker in a process of its own.
   *
   * @param brokerMain see {@link BrokerProcess#start}
   * @return null: it was stopped
   * @throws IOException if the broker does not start
   */
  public @Nullable BenchReport run(String brokerMain) throws IOException, InterruptedException {
    progress.accept("starting a broker");
    try (BrokerProcess broker = BrokerProcess.start(brokerMain)) {
      return on(broker.kafka());
    }
  }

  /**
   * Measures on brokers that are there; deletes its topics when it is done with them.
   *
   * @return null: it was stopped
   */
  public @Nullable BenchReport on(String bootstrapServers) throws InterruptedException {
    return on(new Kafka(bootstrapServers));
  }

  private @Nullable BenchReport on(Kafka kafka) throws InterruptedException {
    List<BenchReport.Size> sizes = new ArrayList<>();
    for (BatchSize size : options.sizes()) {
      progress.accept("filling a topic with batches of " + size.title());
      BenchTopic topic =
          BenchTopic.fill(kafka, name + "-" + size.id(), size, options.load(), () -> stopped);
      try {
        sizes.add(measure(kafka, topic));
      } finally {
        cleanUp(kafka, topic.name());
      }
      if (stopped) {
        return null;
      }
    }
    return new BenchReport(host(), options, sizes);
  }

  private void cleanUp(Kafka kafka, String prefix) {
    try {
      kafka.delete(prefix);
    } catch (KafkaException e) {
      progress.accept("%s: %s".formatted(e.getMessage(), e.getCause()));
    }
  }

  private BenchReport.Size measure(Kafka kafka, BenchTopic topic) throws InterruptedException {
    List<Measurement> bare = new ArrayList<>();
    List<Measurement> service = new ArrayList<>();
    warmUp(kafka, topic);
    for (int round = 1; round <= options.turns().rounds() && !stopped; round++) {
      progress.accept(
          "%s: round %d of %d".formatted(topic.size().title(), round, options.turns().rounds()));
      bare.add(BareConsumer.read(kafka, topic, () -> stopped));
      service.add(serve(kafka, topic, "round-" + round));
    }
    List<Long> latency = List.of();
    if (options.turns().latencySeconds() > 0 && !stopped) {
      progress.accept(topic.size().title() + ": windows at half load");
      double perSecond =
          BenchReport.median(service, Measurement::bytesPerSecond) / topic.recordBytes();
      latency =
          LatencyRun.measure(
              kafka, topic, topic.name() + "-live", perSecond / 2, options, () -> stopped);
    }
    return new BenchReport.Size(topic, bare, service, latency);
  }

  /**
   * The JVM compiles for longer than one reading takes; a service that has run for long does not.
   */
  private void warmUp(Kafka kafka, BenchTopic topic) {
    CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    boolean isCold = true;
    for (int i = 1; i <= options.turns().maxWarmUps() && isCold && !stopped; i++) {
      progress.accept("%s: warming up (%d)".formatted(topic.size().title(), i));
      BareConsumer.read(kafka, topic, () -> stopped);
      long beganNanos = System.nanoTime();
      long before = compiler.getTotalCompilationTime();
      serve(kafka, topic, "warm-up-" + i);
      long millis = (System.nanoTime() - beganNanos) / 1_000_000;
      isCold = compiler.getTotalCompilationTime() - before > WARM_SHARE * millis;
    }
  }

  private Measurement serve(Kafka kafka, BenchTopic topic, String turn) {
    return ServiceReading.read(
        kafka, topic, topic.name() + "-" + turn, options.readers(), () -> stopped);
  }

  private static BenchReport.Host host() {
    return new BenchReport.Host(
        cpu(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")",
        Losses.kernels(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  private static String cpu() {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo"), StandardCharsets.UTF_8).stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }
}
