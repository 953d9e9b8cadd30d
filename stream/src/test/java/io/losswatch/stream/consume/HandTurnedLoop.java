package io.losswatch.stream.consume;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** A poll loop whose turns the test makes, one by one on its own thread. */
final class HandTurnedLoop {
  static final long MAX_BYTES = 1000;
  static final long COMMIT_MILLIS = 100;
  static final long IDLE_MILLIS = 1000;
  static final long MAX_SKEW_MILLIS = 600_000;
  static final TopicPartition P0 = new TopicPartition("predictions", 0);
  static final TopicPartition P1 = new TopicPartition("predictions", 1);

  final SteppedClock clock = new SteppedClock(1_000_000);
  final GroupMember consumer = new GroupMember();
  final LogEnds logEnds = new LogEnds();
  final DescribedTopics described = new DescribedTopics();
  final Ownership ownership = new Ownership();
  final SourceWatermarks sources = new SourceWatermarks(Map.of("predictions", 2));
  final Brake brake = new Brake(sources, MAX_SKEW_MILLIS);
  final PollLoop loop;
  final List<Lane> lanes = new ArrayList<>();
  private final Map<Lane, List<Portion>> portions = new HashMap<>();
  private @Nullable Throwable failure;
  private boolean completed;

  HandTurnedLoop(Duration revocation) {
    this(revocation, new ConsumeSettings.Inputs(List.of("predictions"), null));
  }

  HandTurnedLoop(Duration revocation, ConsumeSettings.Inputs inputs) {
    Duration idleAfter = Duration.ofMillis(IDLE_MILLIS);
    ConsumeSettings settings =
        new ConsumeSettings(
            new ConsumeSettings.Clients(Map.of(), Map.of()),
            "group",
            inputs,
            new ConsumeSettings.Pace(
                CommitGrid.of(Duration.ofMillis(COMMIT_MILLIS)), idleAfter, revocation),
            new ConsumeSettings.Bounds(MAX_BYTES, null));
    IdleProbe probe = new IdleProbe(logEnds.admin(), idleAfter);
    InputTopics topics =
        new InputTopics(
            described.admin(), settings.topics(), Duration.ofMillis(DescribedTopics.INTERVAL));
    PollLoop.Questions questions = new PollLoop.Questions(probe, topics, brake);
    loop = new PollLoop(consumer, settings, ownership, questions, clock::moment);
    loop.lanes().subscribe(lanes::add, error -> failure = error, () -> completed = true);
    consumer.subscribe(settings.topics(), loop);
  }

  /** One whose revocations wait for nothing. */
  static HandTurnedLoop hasty() {
    return new HandTurnedLoop(Duration.ZERO);
  }

  /** Kafka assigns these inside the next poll, as it does; then the turn is over. */
  void rebalance(TopicPartition... assignment) {
    consumer.schedulePollTask(() -> consumer.rebalance(Arrays.asList(assignment)));
    loop.turn();
  }

  /** The newest lane. */
  Lane lane() {
    return lanes.get(lanes.size() - 1);
  }

  /** Assigns one partition and starts its lane. */
  Lane started(TopicPartition partition, long offset) {
    rebalance(partition);
    start(lane(), offset);
    loop.turn();
    return lane();
  }

  /** The lane has restored its state. */
  void start(Lane lane, long offset) {
    List<Portion> got = new ArrayList<>();
    portions.put(lane, got);
    lane.portions(offset).subscribe(got::add);
  }

  /** All that a lane got. */
  List<Portion> portions(Lane lane) {
    return portions.getOrDefault(lane, List.of());
  }

  Portion lastPortion(Lane lane) {
    List<Portion> got = portions(lane);
    return got.get(got.size() - 1);
  }

  void turnAfter(long millis) {
    clock.advance(millis);
    loop.turn();
  }

  boolean owns(Lane lane) {
    return ownership.snapshot().owns(lane.source(), lane.epoch());
  }

  @Nullable Throwable failure() {
    return failure;
  }

  boolean isCompleted() {
    return completed;
  }
}
