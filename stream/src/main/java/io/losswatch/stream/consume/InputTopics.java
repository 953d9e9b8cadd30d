package io.losswatch.stream.consume;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the brokers say of a hop's inputs: how many partitions they have, which may grow at any
 * time, and which topics they are. A topic that is deleted and made anew has another identity, and
 * its offsets begin again: nobody could tell what of it has been counted, so the hop ends.
 *
 * <p>The poll thread asks now and then; lanes ask when they are restored. Thread-safe.
 */
final class InputTopics {
  private static final Logger log = LoggerFactory.getLogger(InputTopics.class);

  private static final Duration UNKNOWN = Duration.ofSeconds(10);
  private static final long BACK_OFF_NANOS = 100_000_000;

  private final Admin admin;
  private final List<String> names;
  private final long intervalMillis;
  private final Map<String, String> ids = new ConcurrentHashMap<>();
  private final Set<String> missing = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean asking = new AtomicBoolean();
  private @Nullable Moment lastAsked;
  private volatile SortedMap<String, Integer> partitions = Collections.emptySortedMap();
  private volatile @Nullable IllegalStateException madeAnew;

  /**
   * A topic as it is.
   *
   * @param id its identity
   * @param partitions their number
   */
  record Found(String id, int partitions) {}

  /**
   * Of these topics.
   *
   * @param admin asks
   * @param names of the inputs
   * @param interval how often the poll thread asks
   */
  InputTopics(Admin admin, List<String> names, Duration interval) {
    this.admin = admin;
    this.names = List.copyOf(names);
    this.intervalMillis = interval.toMillis();
  }

  /** Numbers of partitions by topic as far as they have been heard; they only grow. */
  SortedMap<String, Integer> partitions() {
    return partitions;
  }

  /**
   * Poll thread only: asks without waiting, unless it has asked a moment ago.
   *
   * @throws IllegalStateException if a topic was deleted and made anew
   */
  void watch(Moment now) {
    IllegalStateException failure = madeAnew;
    if (failure != null) {
      throw failure;
    }
    boolean isSoon = lastAsked != null && now.millisSince(lastAsked) < intervalMillis;
    if (!isSoon && asking.compareAndSet(false, true)) {
      lastAsked = now;
      ask();
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // what is not answered is asked again
  private void ask() {
    Map<String, KafkaFuture<TopicDescription>> answers =
        admin.describeTopics(names).topicNameValues();
    answers.forEach((topic, answer) -> answer.whenComplete((found, e) -> hear(topic, found, e)));
    KafkaFuture.allOf(answers.values().toArray(KafkaFuture<?>[]::new))
        .whenComplete((all, failure) -> asking.set(false));
  }

  private void hear(
      String topic, @Nullable TopicDescription description, @Nullable Throwable failure) {
    if (description != null) {
      note(description);
    } else if (failure instanceof UnknownTopicOrPartitionException && missing.add(topic)) {
      log.error("topic {} does not exist any more: nothing of it is read", topic);
    }
  }

  /**
   * Asks and waits.
   *
   * @throws IllegalStateException if one of them was deleted and made anew
   */
  void refresh(Collection<String> topics) {
    topics.forEach(this::describe);
    if (madeAnew != null) {
      throw madeAnew;
    }
  }

  /** One of them, as it is now. Blocks. */
  Found describe(String topic) {
    TopicDescription description = describe(admin, topic);
    note(description);
    return new Found(description.topicId().toString(), partitions.getOrDefault(topic, 0));
  }

  /** A partition was assigned: a broker that was asked may not have heard of it yet. */
  void note(SourcePartition assigned) {
    note(assigned.topic(), assigned.partition() + 1);
  }

  private synchronized void note(TopicDescription description) {
    String topic = description.name();
    missing.remove(topic);
    int before = partitions.getOrDefault(topic, 0);
    int count = description.partitions().size();
    note(topic, count);
    if (ids.containsKey(topic) && count > before) {
      log.info("topic {} has {} partitions now; before it had {}", topic, count, before);
    }
    String id = description.topicId().toString();
    String known = ids.putIfAbsent(topic, id);
    if (known != null && !known.equals(id)) {
      madeAnew = madeAnew(topic, known, id);
    }
  }

  private synchronized void note(String topic, int count) {
    int before = partitions.getOrDefault(topic, 0);
    if (count > before) {
      SortedMap<String, Integer> grown = new TreeMap<>(partitions);
      grown.put(topic, count);
      partitions = Collections.unmodifiableSortedMap(grown);
    }
  }

  /** What ends the hop. */
  static IllegalStateException madeAnew(String topic, String before, String now) {
    return new IllegalStateException(
        ("topic %s was deleted and made anew (its id was %s and is %s): its offsets begin again, and what was"
                + " counted under them before is in the windows; take a new application-id and a new topics.partials")
            .formatted(topic, before, now));
  }

  static TopicDescription describe(Admin admin, String topic) {
    return describe(admin, topic, UNKNOWN);
  }

  /** Waits so long for a topic that was made a moment ago: not every broker knows of it yet. */
  static TopicDescription describe(Admin admin, String topic, Duration patience) {
    long begun = System.nanoTime();
    while (true) {
      try {
        Map<String, TopicDescription> described =
            await(admin.describeTopics(List.of(topic)).allTopicNames());
        return Objects.requireNonNull(described.get(topic));
      } catch (UnknownTopicOrPartitionException e) {
        if (System.nanoTime() - begun >= patience.toNanos()) {
          throw e;
        }
        LockSupport.parkNanos(BACK_OFF_NANOS);
      }
    }
  }

  static <T> T await(KafkaFuture<T> future) {
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
