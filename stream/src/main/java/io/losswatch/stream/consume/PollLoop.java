package io.losswatch.stream.consume;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * The thread that owns a hop's consumer. It polls always; a lane that the {@link Brake} holds is
 * paused. Nobody else touches the consumer: other threads leave wishes in volatile fields.
 */
final class PollLoop implements Runnable, ConsumerRebalanceListener {
  private static final AtomicLong LAST_EPOCH = new AtomicLong();
  private static final Logger log = LoggerFactory.getLogger(PollLoop.class);

  /**
   * Short, since wishes of other threads wait for it, and since nobody is woken: a wakeup could hit
   * a rebalance.
   */
  private static final Duration POLL_TIMEOUT = Duration.ofMillis(10);

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final Consumer<byte[], ByteBuffer> consumer;
  private final ConsumeSettings settings;
  private final Ownership ownership;
  private final IdleProbe probe;
  private final LanePairs pairs;
  private final InputTopics topics;
  private final Brake brake;
  private final Supplier<Moment> clock;
  private final Sinks.Many<Lane> lanes = Sinks.unsafe().many().unicast().onBackpressureBuffer();
  private final Map<TopicPartition, Feed> feeds = new LinkedHashMap<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private boolean assignmentChanged;
  private boolean drained;
  private volatile boolean draining;
  private volatile boolean abandoned;
  private volatile Pulse pulse = Pulse.first(System.nanoTime());

  /**
   * What is looked at beside the flow.
   *
   * @param probe who is idle
   * @param topics what the inputs are
   * @param brake who has to wait
   */
  record Questions(IdleProbe probe, InputTopics topics, Brake brake) {}

  PollLoop(
      Consumer<byte[], ByteBuffer> consumer,
      ConsumeSettings settings,
      Ownership ownership,
      Questions questions,
      Supplier<Moment> clock) {
    this.consumer = consumer;
    this.settings = settings;
    this.ownership = ownership;
    this.probe = questions.probe();
    this.topics = questions.topics();
    this.brake = questions.brake();
    this.clock = clock;
    this.pairs = new LanePairs(settings.inputs());
  }

  Flux<Lane> lanes() {
    return lanes.asFlux();
  }

  /** Any thread: how it stood at its last turn. */
  Pulse pulse() {
    return pulse;
  }

  /** Any thread: stop fetching, finish what is in flight, then complete {@link #lanes}. */
  void drain() {
    draining = true;
  }

  /** Any thread: the pipeline is gone; close the consumer. */
  CompletableFuture<Void> close() {
    abandoned = true;
    return ended;
  }

  @Override
  public void run() {
    try {
      consumer.subscribe(settings.topics(), this);
      while (!abandoned) {
        turn();
      }
    } catch (RuntimeException | Error e) {
      lanes.tryEmitError(e);
    } finally {
      closeConsumer();
    }
  }

  /** One turn of the loop. */
  void turn() {
    startLanes();
    applyBrake();
    long before = System.nanoTime();
    ConsumerRecords<byte[], ByteBuffer> records = poll();
    Moment now = clock.get();
    if (assignmentChanged) {
      checkAssignment();
    }
    publishMembership();
    for (TopicPartition partition : records.partitions()) {
      Feed feed = feeds.get(partition);
      if (feed != null && feed.isStarted()) {
        feed.deliver(records.records(partition), consumer.position(partition), now);
      }
    }
    topics.watch(now);
    tick(now);
    pulse =
        pulse.next(
            System.nanoTime(),
            consumer.groupMetadata().generationId() >= 0,
            feeds.values(),
            consumer::currentLag);
    if (draining) {
      finishDraining();
    }
    if (records.isEmpty() && System.nanoTime() - before < 1_000_000) {
      // with every partition paused a poll returns at once
      LockSupport.parkNanos(1_000_000);
    }
  }

  private ConsumerRecords<byte[], ByteBuffer> poll() {
    try {
      return consumer.poll(POLL_TIMEOUT);
    } catch (OffsetOutOfRangeException e) {
      skipHoles(e);
      return ConsumerRecords.empty();
    }
  }

  private void skipHoles(OffsetOutOfRangeException holes) {
    topics.refresh(
        holes.offsetOutOfRangePartitions().keySet().stream()
            .map(TopicPartition::topic)
            .distinct()
            .toList());
    LogHoles.behind(holes, consumer)
        .forEach((partition, offset) -> {
          consumer.seek(partition, offset);
          Feed feed = feeds.get(partition);
          if (feed != null && feed.isStarted()) {
            feed.startAt(offset, clock.get());
          }
        });
  }

  private void startLanes() {
    for (Feed feed : feeds.values()) {
      long offset = feed.lane().startOffset();
      if (!feed.isStarted() && offset >= 0) {
        consumer.seek(feed.partition(), offset);
        feed.startAt(offset, clock.get());
      }
    }
  }

  private void applyBrake() {
    if (feeds.isEmpty() || drained) {
      return;
    }
    brake.decide(
        feeds.values(), settings.maxInFlightBytes() / feeds.size(), clock.get().wallMillis());
    for (Feed feed : feeds.values()) {
      boolean pause = feed.isFull() || feed.isAhead() || feed.lane().isHeld();
      if (feed.isStarted() && pause != feed.isPaused()) {
        setPaused(feed, pause);
      }
    }
  }

  private void setPaused(Feed feed, boolean pause) {
    if (pause) {
      consumer.pause(List.of(feed.partition()));
    } else {
      consumer.resume(List.of(feed.partition()));
    }
    feed.pause(pause);
  }

  private void tick(Moment now) {
    if (drained) {
      return;
    }
    long idleAfterMillis = settings.pace().idleAfter().toMillis();
    if (idleAfterMillis > 0) {
      List<TopicPartition> silent = new ArrayList<>();
      for (Feed feed : feeds.values()) {
        if (feed.isSilent(now, idleAfterMillis)) {
          silent.add(feed.partition());
        }
      }
      probe.ask(silent, now);
    }
    for (Feed feed : feeds.values()) {
      if (feed.wantsTick(now, settings.pace().commits())) {
        tick(feed, now, idleAfterMillis);
      }
    }
  }

  private void tick(Feed feed, Moment now, long idleAfterMillis) {
    try {
      long position = consumer.position(feed.partition(), POLL_TIMEOUT);
      IdleProbe.Answer answer = probe.take(feed.partition());
      boolean idle = answer != null && feed.isIdle(answer, position, idleAfterMillis);
      feed.tick(position, idle ? answer : null, now);
    } catch (org.apache.kafka.common.errors.TimeoutException e) {
      // its leader cannot be reached: nothing can be said of it now, and the others shall not wait
      probe.forget(feed.partition());
    }
  }

  private void publishMembership() {
    ConsumerGroupMetadata group = consumer.groupMetadata();
    if (ownership.isStale(group)) {
      ownership.publish(group);
    }
  }

  private void finishDraining() {
    if (!drained) {
      drained = true;
      consumer.pause(consumer.assignment());
      feeds.values().forEach(feed -> feed.lane().revoke());
    }
    if (feeds.values().stream().allMatch(feed -> feed.lane().settled().isDone())) {
      lanes.tryEmitComplete();
    }
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    assignmentChanged = true;
    consumer.pause(partitions);
    // any position will do: reading starts where the restored state ends, and until then nothing is
    // fetched
    partitions.forEach(partition -> consumer.seek(partition, 0));
    if (!draining) {
      open(partitions);
    }
  }

  private void open(Collection<TopicPartition> partitions) {
    if (settings.inputs().labels() == null) {
      partitions.forEach(partition -> lanes.tryEmitNext(open(partition, null)));
    } else {
      pairs
          .complete(partitions)
          .forEach((predictions, labels) -> {
            Lane companion = open(labels, null);
            lanes.tryEmitNext(open(predictions, companion));
          });
    }
  }

  private Lane open(TopicPartition partition, @Nullable Lane companion) {
    SourcePartition source = new SourcePartition(partition.topic(), partition.partition());
    Lane lane = new Lane(source, LAST_EPOCH.incrementAndGet(), companion);
    feeds.put(partition, new Feed(lane, partition));
    ownership.grant(source, lane.epoch());
    return lane;
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    publishMembership();
    List<Feed> gone = remove(partitions);
    gone.forEach(feed -> feed.lane().revoke());
    long deadline = System.nanoTime() + settings.pace().revocation().toNanos();
    awaitSettled(gone, deadline);
    fence(gone, Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    List<Feed> gone = remove(partitions);
    fence(gone, settings.pace().revocation());
    gone.forEach(feed -> feed.lane().revoke());
    if (!gone.isEmpty()) {
      log.warn("lost {}: its uncommitted work is dropped, the new owner does it", partitions);
    }
  }

  private List<Feed> remove(Collection<TopicPartition> partitions) {
    // the consumer protocol takes the partitions away only when it gives the new ones
    assignmentChanged = false;
    List<Feed> gone = new ArrayList<>();
    for (TopicPartition partition : partitions) {
      probe.forget(partition);
      Feed feed = feeds.remove(partition);
      if (feed != null) {
        gone.add(feed);
      }
    }
    return gone;
  }

  private void awaitSettled(List<Feed> gone, long deadlineNanos) {
    CompletableFuture<?>[] settled =
        gone.stream().map(feed -> feed.lane().settled()).toArray(CompletableFuture<?>[]::new);
    try {
      long waitNanos = abandoned ? 0 : Math.max(0, deadlineNanos - System.nanoTime());
      CompletableFuture.allOf(settled).get(waitNanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      if (!abandoned) {
        log.warn(
            "revoked partitions were not committed in time; the new owner does that work again");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a lane settles without an error", e);
    }
  }

  private void fence(List<Feed> gone, Duration deadline) {
    List<SourcePartition> sources = gone.stream().map(feed -> feed.lane().source()).toList();
    if (!sources.isEmpty() && !ownership.fence(sources, deadline)) {
      log.warn("a transaction is still open while {} is revoked; it is told to abort", sources);
    }
  }

  /**
   * A callback can be missed when an exception cuts a poll short; then no lane may go on as if
   * nothing had happened.
   */
  private void checkAssignment() {
    assignmentChanged = false;
    pairs.check(consumer.assignment());
    if (!draining && !feeds.keySet().equals(consumer.assignment())) {
      throw new KafkaException(
          "the lanes " + feeds.keySet() + " differ from the assignment " + consumer.assignment());
    }
  }

  private void closeConsumer() {
    abandoned = true;
    try {
      consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
    } catch (RuntimeException e) {
      log.warn("the consumer did not close well: {}", e.toString());
    } finally {
      // whatever close has done: nothing of this loop may be committed any more, and nobody may
      // wait for it
      List<Feed> gone = remove(List.copyOf(feeds.keySet()));
      gone.forEach(feed -> feed.lane().revoke());
      fence(gone, Duration.ZERO);
      lanes.tryEmitComplete();
      ended.complete(null);
    }
  }
}
