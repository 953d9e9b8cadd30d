package io.losswatch.deploy.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.core.window.DurationText;
import io.losswatch.deploy.log.LogOutput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The service under fire for minutes: traffic without a break, instances and the broker killed at
 * random. In the end every window, every dead letter and the audit's verdict must be right.
 *
 * <p>{@code -Dsoak=3m} says how long (10 minutes), {@code -Dlosswatch.seed=N} repeats the faults
 * and the traffic, though not the moment at which a process feels them.
 */
class Soak {
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(2);
  private static final long GLANCE_NANOS = 100_000_000;
  private static final long SAMPLE_NANOS = TimeUnit.SECONDS.toNanos(5);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path directory;

  private final long seed = Long.getLong("losswatch.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final SoakSamples samples = new SoakSamples();
  private final long startNanos = System.nanoTime();
  private long sampledNanos = startNanos;

  /** Something that may not be answered while a broker is away. */
  @FunctionalInterface
  private interface Condition {
    boolean holds() throws ExecutionException, InterruptedException, TimeoutException;
  }

  @Test
  @Timeout(value = 12, unit = TimeUnit.HOURS)
  void faults_atRandom_changeNoNumber() throws Exception {
    // they complain whenever the broker is away
    LogOutput.silenceClients();
    long millis = millis(System.getProperty("soak", "10m"));
    say("soak of %d s, seed %d, files in %s", millis / 1000, seed, directory);
    try (SoakProcesses processes = new SoakProcesses(directory)) {
      processes.start(SoakProcesses.BROKER);
      try (SoakTopics topics = new SoakTopics(processes.bootstrapServers());
          SoakTraffic traffic = new SoakTraffic(processes.bootstrapServers(), random.nextLong())) {
        topics.createInput();
        for (String instance : SoakProcesses.INSTANCES) {
          processes.start(instance);
        }
        traffic.start();
        fire(processes, topics, startNanos + millis * 1_000_000);
        traffic.finish();
        assertThat(traffic.failures()).as("records that were not sent").isEmpty();
        judge(processes, topics, traffic);
      }
    }
  }

  private static long millis(String duration) {
    boolean isDefault = duration.isEmpty() || duration.equals("true");
    return DurationText.parseMillis(isDefault ? "10m" : duration);
  }

  private void fire(SoakProcesses processes, SoakTopics topics, long endNanos) throws Exception {
    pause(processes, topics, 5_000);
    while (System.nanoTime() < endNanos) {
      inflict(Fault.next(random), processes, topics);
      pause(processes, topics, 1_000 + random.nextInt(8_000));
    }
  }

  private void inflict(Fault fault, SoakProcesses processes, SoakTopics topics) throws Exception {
    long beganNanos = System.nanoTime();
    ChildJvm process = processes.process(fault.process());
    assertAlive(fault.process(), process);
    if (fault.isGraceful()) {
      process.terminate();
    } else {
      process.kill();
    }
    pause(processes, topics, fault.downMillis());
    processes.start(fault.process());
    awaitCounted(processes, topics);
    double seconds = (System.nanoTime() - beganNanos) / 1e9;
    samples.recovered(seconds);
    say("%s: recovered after %.1f s", fault, seconds);
  }

  /** Waits until both hops have committed all that is in their inputs now. */
  private void awaitCounted(SoakProcesses processes, SoakTopics topics) throws Exception {
    Map<TopicPartition, Long> inputs =
        ends(processes, topics, SoakTopics.INPUT, SoakTopics.PARTITIONS);
    await(processes, topics, () -> topics.behind("evaluate", inputs) == 0);
    Map<TopicPartition, Long> partials =
        ends(processes, topics, SoakTopics.PARTIALS, SoakTopics.LANES);
    await(processes, topics, () -> topics.behind("roll", partials) == 0);
  }

  private Map<TopicPartition, Long> ends(
      SoakProcesses processes, SoakTopics topics, String topic, int partitions) throws Exception {
    Map<TopicPartition, Long> ends = new HashMap<>();
    await(
        processes,
        topics,
        () -> {
          ends.putAll(topics.ends(topic, partitions));
          return true;
        });
    return ends;
  }

  private void await(SoakProcesses processes, SoakTopics topics, Condition condition)
      throws Exception {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!holds(condition)) {
      for (Map.Entry<String, ChildJvm> each : processes.running().entrySet()) {
        assertAlive(each.getKey(), each.getValue());
      }
      assertThat(System.nanoTime()).as("recovery hangs, seed %d", seed).isLessThan(deadline);
      glance(processes, topics);
    }
  }

  private static void assertAlive(String name, ChildJvm process) throws IOException {
    if (!process.isAlive()) {
      throw new AssertionError(name + " has died by itself:\n" + process.output());
    }
  }

  private static boolean holds(Condition condition) throws InterruptedException {
    try {
      return condition.holds();
    } catch (ExecutionException | TimeoutException e) {
      return false; // the broker is away
    }
  }

  private void pause(SoakProcesses processes, SoakTopics topics, long millis) throws Exception {
    long end = System.nanoTime() + millis * 1_000_000;
    while (System.nanoTime() < end) {
      glance(processes, topics);
    }
  }

  /** Lets a moment pass; takes a sample when one is due. */
  private void glance(SoakProcesses processes, SoakTopics topics) throws InterruptedException {
    LockSupport.parkNanos(GLANCE_NANOS);
    if (System.nanoTime() - sampledNanos > SAMPLE_NANOS) {
      sampledNanos = System.nanoTime();
      say("%s", samples.take(processes.running(), lag(topics)));
    }
  }

  private static long lag(SoakTopics topics) throws InterruptedException {
    try {
      return topics.behind("evaluate", topics.ends(SoakTopics.INPUT, SoakTopics.PARTITIONS));
    } catch (ExecutionException | TimeoutException e) {
      return -1;
    }
  }

  private void judge(SoakProcesses processes, SoakTopics topics, SoakTraffic traffic)
      throws Exception {
    awaitCounted(processes, topics);
    SoakOracle oracle = new SoakOracle();
    topics.committed(SoakTopics.INPUT).forEach(oracle::add);
    List<String> differences =
        oracle.differences(
            topics.committed("rolling-loss"),
            topics.committed("losswatch-dead-letter"),
            traffic.acknowledged());
    ChildJvm audit = processes.audit();
    samples.summary().forEach(line -> say("%s", line));
    say(
        "%d samples in %d final windows, %d dead letters; differences to the oracle: %d",
        oracle.samples(), oracle.windows(), oracle.refused(), differences.size());
    audit.output().lines().forEach(line -> say("audit: %s", line));
    assertThat(oracle.windows()).as("windows that were compared").isPositive();
    assertThat(differences).as("differences to the oracle, seed %d", seed).isEmpty();
    assertThat(audit.join()).as(audit.output()).isZero();
  }

  private void say(String format, Object... values) {
    System.out.printf(
        "soak %5.1f s  %s%n", (System.nanoTime() - startNanos) / 1e9, format.formatted(values));
  }
}
