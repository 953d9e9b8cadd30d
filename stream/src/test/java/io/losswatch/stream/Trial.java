package io.losswatch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.stream.broker.JavaProcess;
import io.losswatch.stream.broker.StreamProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.RetriableException;

/**
 * The stream under fire: seeded traffic into real brokers, instances that may die meanwhile, and at
 * the end what must have come out of it.
 *
 * <pre>{@code
 * try (Trial trial = new Trial("leader killed", cluster.bootstrapServers(), overrides)) {
 *   trial.start("a", "classic");
 *   trial.feed(Feeding.Rate.STEADY);
 *   trial.awaitProgress();
 *   cluster.node(leader).kill();
 *   trial.awaitRecovery("leader killed");
 *   trial.finish();
 * }
 * }</pre>
 *
 * <p>{@code -Dlosswatch.seed=N} takes that seed, else each run takes another; it is printed.
 */
final class Trial implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String GROUP = "test-evaluate";
  private static final TransactionState OPEN = TransactionState.ONGOING;

  private final String name;
  private final String bootstrapServers;
  private final Map<String, String> overrides;
  private final long seed = Long.getLong("losswatch.seed", System.nanoTime() & 0xFFFFFF);
  private final Random random = new Random(seed);
  private final Oracle oracle =
      new Oracle(StreamProcess.settings("", "oracle", "classic").monitors());
  private final Map<String, JavaProcess> instances = new LinkedHashMap<>();
  private final List<JavaProcess> processes = new ArrayList<>();
  private final Admin admin;
  private Feeding feeding;

  /**
   * A trial on brokers that are empty. Makes the input topic.
   *
   * @param name printed with the figures
   * @param overrides of the instances' settings, see {@link StreamProcess#settings}
   */
  Trial(String name, String bootstrapServers, Map<String, String> overrides) throws Exception {
    this.name = name;
    this.bootstrapServers = bootstrapServers;
    this.overrides = Map.copyOf(overrides);
    System.out.printf("[trial] %s: seed %d%n", name, seed);
    admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    createTopic("predictions", Traffic.PARTITIONS);
  }

  /** Drawn from by the test, for moments and victims. */
  Random random() {
    return random;
  }

  Admin admin() {
    return admin;
  }

  /** Makes a topic with the replication that is the brokers' default. */
  void createTopic(String topic, int partitions) throws Exception {
    NewTopic wanted = new NewTopic(topic, Optional.of(partitions), Optional.empty());
    admin.createTopics(List.of(wanted)).all().get();
  }

  /** Starts an instance, or the next one of that name. */
  JavaProcess start(String instanceId, String groupProtocol) throws Exception {
    return start(instanceId, groupProtocol, Map.of());
  }

  /** Starts an instance with settings of its own. */
  JavaProcess start(String instanceId, String groupProtocol, Map<String, String> own)
      throws Exception {
    Map<String, String> merged = new HashMap<>(overrides);
    merged.putAll(own);
    JavaProcess process = StreamProcess.start(bootstrapServers, instanceId, groupProtocol, merged);
    instances.put(instanceId, process);
    processes.add(process);
    return process;
  }

  /** The latest instance of that name. */
  JavaProcess instance(String instanceId) {
    return instances.get(instanceId);
  }

  /** Begins to send traffic, on a thread of its own, until {@link #finish}. */
  Feeding feed(Feeding.Rate rate) {
    feeding = new Feeding(bootstrapServers, oracle, seed, rate);
    return feeding;
  }

  /** Waits until something that is sent from now on is counted. */
  void awaitProgress() {
    awaitCounted("progress");
  }

  /**
   * Waits until everything is counted that was sent until some traffic after now got through, and
   * prints how long that took.
   *
   * @param fault what was struck, or lifted, just now
   * @return the time from this call on
   */
  Duration awaitRecovery(String fault) {
    Duration recovery = awaitCounted("recovery from " + fault);
    System.out.printf("[recovery] %s: %s: %.1f s%n", name, fault, recovery.toMillis() / 1e3);
    return recovery;
  }

  private Duration awaitCounted(String what) {
    long begun = System.nanoTime();
    SortedMap<Integer, Long> before = feeding.acknowledged();
    await(what + ": input", () -> !feeding.acknowledged().equals(before));
    SortedMap<Integer, Long> ends = feeding.acknowledged();
    await(what + ": counted until " + ends, () -> isCounted(ends));
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  /** Stops the traffic, waits for all of it, and compares with the oracle. */
  void finish() throws Exception {
    complete();
    try (CommittedTopic losses = topic("rolling-loss")) {
      finish(List.of(), losses);
    }
  }

  /**
   * Waits for all windows and compares with the oracle. After {@link #complete}.
   *
   * @param before losses that are no longer in their topic
   * @param after the topic
   */
  void finish(List<ConsumerRecord<byte[], byte[]>> before, CommittedTopic after) {
    List<ConsumerRecord<byte[], byte[]>> losses = new ArrayList<>();
    await(
        () -> "final records of " + Verdict.missing(oracle, losses),
        () -> {
          losses.clear();
          losses.addAll(before);
          losses.addAll(after.records());
          return Verdict.missing(oracle, losses).isEmpty();
        });
    check(losses);
  }

  /** Stops the traffic, closes the windows, and waits until all is counted. */
  void complete() throws Exception {
    feeding.stop();
    feeding.closeWindows();
    SortedMap<Integer, Long> ends = feeding.acknowledged();
    await("all is counted until " + ends, () -> isCounted(ends));
  }

  /** Asserts every law about what is committed. */
  void check(Collection<ConsumerRecord<byte[], byte[]>> losses) {
    Verdict.windowsEqualTheOracle(oracle, losses);
    try (CommittedTopic partials = topic("partials");
        CommittedTopic letters = topic("dead-letter")) {
      Verdict.partialsTile(feeding.acknowledged(), partials.records());
      Verdict.deadLettersAre(feeding.poisoned(), letters.records());
    }
    System.out.printf(
        "[trial] %s: %d windows equal the oracle, %d records, %d dead letters%n",
        name,
        oracle.windows().size(),
        feeding.acknowledged().values().stream().mapToLong(Long::longValue).sum(),
        feeding.poisoned().size());
  }

  CommittedTopic topic(String topic) {
    return new CommittedTopic(bootstrapServers, topic);
  }

  private boolean isCounted(SortedMap<Integer, Long> ends) {
    SortedMap<Integer, Long> counted = countedOffsets();
    return ends.entrySet().stream()
        .allMatch(end -> counted.getOrDefault(end.getKey(), 0L) >= end.getValue());
  }

  /** Offsets that hop 1 has committed, by partition of the input. */
  SortedMap<Integer, Long> countedOffsets() {
    SortedMap<Integer, Long> offsets = new TreeMap<>();
    try {
      get(admin.listConsumerGroupOffsets(GROUP).partitionsToOffsetAndMetadata())
          .forEach((partition, offset) -> {
            if (offset != null) {
              offsets.put(partition.partition(), offset.offset());
            }
          });
    } catch (RetriableException | GroupIdNotFoundException e) {
      // no coordinator right now, or nobody has joined yet
    }
    return offsets;
  }

  TopicDescription describe(String topic) {
    return get(admin.describeTopics(List.of(topic)).topicNameValues().get(topic));
  }

  /** Partitions of hop 1's members that own some, by their client ids. */
  Map<String, List<TopicPartition>> members() {
    try {
      ConsumerGroupDescription group =
          get(admin.describeConsumerGroups(List.of(GROUP)).describedGroups().get(GROUP));
      return group.members().stream()
          .filter(member -> !member.assignment().topicPartitions().isEmpty())
          .collect(
              Collectors.toMap(
                  member -> member.consumerId(),
                  member -> List.copyOf(member.assignment().topicPartitions())));
    } catch (RetriableException | GroupIdNotFoundException e) {
      // no coordinator right now, or nobody has joined yet
      return Map.of();
    }
  }

  /** Waits until so many instances have partitions, which together are all. */
  void awaitMembers(int count) {
    await(
        count + " members",
        () -> {
          Map<String, List<TopicPartition>> members = members();
          return members.size() == count
              && members.values().stream().mapToInt(List::size).sum() == Traffic.PARTITIONS;
        });
  }

  /** Lets time pass where time itself is what happens: an outage, a random moment. */
  void pass(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** Waits for a condition; what the instances have printed is in the message if it never holds. */
  void await(String what, BooleanSupplier condition) {
    await(() -> what, condition);
  }

  private void await(Supplier<String> what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(
            "%s: waited in vain for: %s; counted %s; ends %s%n%s"
                .formatted(name, what.get(), countedOffsets(), ends(), outputs()));
      }
      LockSupport.parkNanos(30_000_000);
    }
  }

  /** What is committed of each topic, and what is written, for the message of a failure. */
  private SortedMap<String, String> ends() {
    SortedMap<String, String> ends = new TreeMap<>();
    Map<TopicPartition, OffsetSpec> all = new HashMap<>();
    get(admin.describeTopics(get(admin.listTopics().names())).allTopicNames())
        .forEach((topic, description) ->
            description
                .partitions()
                .forEach(info ->
                    all.put(new TopicPartition(topic, info.partition()), OffsetSpec.latest())));
    Map<TopicPartition, Long> committed = ends(all, IsolationLevel.READ_COMMITTED);
    ends(all, IsolationLevel.READ_UNCOMMITTED)
        .forEach((partition, end) ->
            ends.put(partition.toString(), committed.get(partition) + " of " + end));
    return ends;
  }

  private Map<TopicPartition, Long> ends(
      Map<TopicPartition, OffsetSpec> wanted, IsolationLevel isolation) {
    Map<TopicPartition, Long> ends = new HashMap<>();
    get(admin.listOffsets(wanted, new ListOffsetsOptions(isolation)).all())
        .forEach((partition, end) -> ends.put(partition, end.offset()));
    return ends;
  }

  private String outputs() {
    return processes.stream()
        .map(process -> process.output() + "\n" + process.threads())
        .collect(Collectors.joining("\n---\n"));
  }

  static <T> T get(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** SIGTERM to the latest instance of that name, which must end well. */
  void terminate(String instanceId) throws InterruptedException {
    JavaProcess process = instances.remove(instanceId);
    assertThat(process.terminate()).as(process.output()).isIn(0, 143);
    assertThat(process.output()).contains("stopped");
    checkClosed(instanceId);
  }

  /** An open transaction would hold back whoever takes the work over until it times out. */
  private void checkClosed(String instanceId) {
    for (String hop : List.of("evaluate", "roll")) {
      String id = "test-" + hop + "-" + instanceId;
      TransactionState state = get(admin.describeTransactions(List.of(id)).description(id)).state();
      assertThat(state).as("what %s has left of %s", instanceId, id).isNotEqualTo(OPEN);
    }
  }

  /** SIGTERM to the latest instance of each name; each must end well. */
  void terminateAll() throws InterruptedException {
    for (String instanceId : List.copyOf(instances.keySet())) {
      terminate(instanceId);
    }
  }

  @Override
  public void close() {
    if (feeding != null) {
      feeding.close();
    }
    processes.forEach(JavaProcess::close);
    admin.close();
  }
}
