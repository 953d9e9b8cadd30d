package io.losswatch.stream.publish;

import io.losswatch.stream.StreamSettings;
import io.losswatch.stream.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Makes the topics that are missing and checks those that are there. The inputs belong to their
 * producers and are never made. Each input, and the partials, has a compacted state topic with as
 * many partitions.
 */
public final class TopicCreation {
  /** What Kafka adds to a value: headers, key, batch. */
  static final int OVERHEAD_BYTES = 1 << 20;

  /** How long a topic may be unknown before it is taken for missing. */
  private static final Duration UNKNOWN = Duration.ofSeconds(3);

  private static final long BACK_OFF_NANOS = 100_000_000L;

  private final Admin admin;
  private final StreamSettings settings;

  private TopicCreation(Admin admin, StreamSettings settings) {
    this.admin = admin;
    this.settings = settings;
  }

  /** Name of the state topic of an input or of the partials. */
  public static String stateTopic(String applicationId, String topic) {
    return applicationId + "-" + topic + "-state";
  }

  /** The largest record that producer and created topics take. */
  public static int maxRequestBytes(StreamSettings settings) {
    return (int)
        Math.min(Integer.MAX_VALUE, settings.policy().limits().maxRecordBytes() + OVERHEAD_BYTES);
  }

  /**
   * Makes and checks. Blocks.
   *
   * @return number of partitions by topic
   * @throws IllegalStateException if an input is missing, a topic is missing and may not be made,
   *     or partition counts do not fit
   */
  public static SortedMap<String, Integer> ensure(Admin admin, StreamSettings settings) {
    return new TopicCreation(admin, settings).ensure();
  }

  private SortedMap<String, Integer> ensure() {
    Topics topics = settings.topics();
    SortedMap<String, Integer> found = new TreeMap<>();
    for (String input : topics.predictions()) {
      found.put(input, known(input).orElseThrow(() -> missingInput("topics.predictions", input)));
    }
    checkLabels(found);
    for (NewTopic wanted : outputs()) {
      found.put(wanted.name(), ensure(wanted));
    }
    List<String> stateful = new ArrayList<>(topics.predictions());
    stateful.add(topics.partials());
    for (String topic : stateful) {
      String state = stateTopic(settings.identity().applicationId(), topic);
      found.put(state, ensureState(topic, state, found.getOrDefault(topic, 0)));
    }
    return found;
  }

  /** Labels that come later lie in the partition of the same number as their predictions. */
  private void checkLabels(SortedMap<String, Integer> inputs) {
    String labels = settings.policy().lateLabels().topic();
    if (labels == null) {
      return;
    }
    int actual = known(labels).orElseThrow(() -> missingInput("topics.labels", labels));
    String predictions = settings.topics().predictions().get(0);
    int expected = inputs.getOrDefault(predictions, 0);
    if (actual != expected) {
      throw new IllegalStateException(
          "topics of predictions and labels have equal partition counts, but %s has %d and %s has %d"
              .formatted(predictions, expected, labels, actual));
    }
  }

  private static IllegalStateException missingInput(String place, String input) {
    return new IllegalStateException(
        "topic %s of %s does not exist; inputs are made by those who write to them"
            .formatted(input, place));
  }

  private List<NewTopic> outputs() {
    Topics topics = settings.topics();
    List<NewTopic> outputs = new ArrayList<>();
    outputs.add(topic(topics.partials(), topics.creation().partitions(), Map.of()));
    outputs.add(topic(topics.output(), topics.creation().partitions(), Map.of()));
    outputs.add(
        topic(
            topics.deadLetter(),
            topics.creation().partitions(),
            Map.of("max.message.bytes", Integer.toString(maxRequestBytes(settings)))));
    return outputs;
  }

  private NewTopic topic(String name, int partitions, Map<String, String> configuration) {
    short replication = settings.topics().creation().replicationFactor();
    Optional<Short> factor = replication < 0 ? Optional.empty() : Optional.of(replication);
    return new NewTopic(name, Optional.of(partitions), factor)
        .configs(new HashMap<>(configuration));
  }

  private int ensureState(String topic, String state, int partitions) {
    Map<String, String> configuration = new LinkedHashMap<>();
    configuration.put("cleanup.policy", "compact");
    // small segments: only closed ones are compacted, and a restore reads all of them
    configuration.put("segment.bytes", Integer.toString(32 << 20));
    configuration.put("min.cleanable.dirty.ratio", "0.2");
    if (settings.policy().lateLabels().topic() != null) {
      // what waits is kept as it came
      configuration.put("max.message.bytes", Integer.toString(maxRequestBytes(settings)));
    }
    int actual = ensure(topic(state, partitions, configuration));
    if (actual == partitions) {
      return actual;
    }
    if (actual > partitions || topic.equals(settings.topics().partials())) {
      throw new IllegalStateException(
          "topic %s has %d partitions, but its state topic %s has %d: the count is fixed for an application-id; take a new one"
              .formatted(topic, partitions, state, actual));
    }
    try {
      await(admin.createPartitions(Map.of(state, NewPartitions.increaseTo(partitions))).all());
    } catch (AuthorizationException e) {
      throw refused("alter", state);
    }
    return partitions;
  }

  private int ensure(NewTopic wanted) {
    Optional<Integer> partitions =
        settings.topics().creation().create() ? partitions(wanted.name()) : known(wanted.name());
    if (partitions.isPresent()) {
      return partitions.get();
    }
    if (!settings.topics().creation().create()) {
      throw new IllegalStateException(
          "topic " + wanted.name() + " does not exist, and topics.create is false");
    }
    try {
      await(admin.createTopics(List.of(wanted)).all());
    } catch (TopicExistsException e) {
      // another instance was faster
      return partitions(wanted.name()).orElse(wanted.numPartitions());
    } catch (AuthorizationException e) {
      throw refused("create", wanted.name());
    }
    return wanted.numPartitions();
  }

  /** A topic that was made a moment ago is not known to every broker yet. */
  private Optional<Integer> known(String topic) {
    long begun = System.nanoTime();
    Optional<Integer> partitions = partitions(topic);
    while (partitions.isEmpty() && System.nanoTime() - begun < UNKNOWN.toNanos()) {
      LockSupport.parkNanos(BACK_OFF_NANOS);
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptException("interrupted while waiting for topic " + topic);
      }
      partitions = partitions(topic);
    }
    return partitions;
  }

  private Optional<Integer> partitions(String topic) {
    try {
      Map<String, TopicDescription> described =
          await(admin.describeTopics(List.of(topic)).allTopicNames());
      return Optional.ofNullable(described.get(topic)).map(found -> found.partitions().size());
    } catch (UnknownTopicOrPartitionException e) {
      return Optional.empty();
    } catch (AuthorizationException e) {
      throw refused("describe", topic);
    }
  }

  /** Kafka's own message does not say which topic. */
  private static TopicAuthorizationException refused(String operation, String topic) {
    return new TopicAuthorizationException(
        "not authorized to " + operation + " topic " + topic, Set.of(topic));
  }

  private static <T> T await(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptException(e);
    }
  }
}
