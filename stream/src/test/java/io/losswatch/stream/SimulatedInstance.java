package io.losswatch.stream;

import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.LaneMemory;
import io.losswatch.stream.consume.OwnedLanes;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.publish.Settled;
import io.losswatch.stream.publish.SteppedPublishing;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * One hop of one process: lanes that come and go, and the product's own committer behind them. Its
 * poll thread and its commit thread are turned by hand.
 *
 * @param <M> what its lanes remember
 */
final class SimulatedInstance<M extends LaneMemory> {
  private static final int MAX_LANES = 16_384;

  private final SimulatedBroker broker;
  private final SimulatedGroup group;
  private final Identity identity;
  private final SimulatedLane.Pipeline<M> pipeline;
  private final Surroundings surroundings;
  private final OwnedLanes owned = new OwnedLanes();
  private final Map<SourcePartition, SimulatedLane<M>> lanes = new LinkedHashMap<>();
  private final Sinks.Many<SimulatedLane<M>> assigned =
      Sinks.unsafe().many().unicast().onBackpressureBuffer();
  private final Queue<Runnable> commits = new ArrayDeque<>();
  private final Disposable running;
  private @Nullable Invitation invitation;
  private @Nullable Throwable failure;
  private boolean committing;
  private boolean hung;
  private boolean dead;

  /**
   * Who it is.
   *
   * @param name as a member of its group
   * @param transactionalId of its producer
   */
  record Identity(String name, String transactionalId) {}

  /** What is around an instance. */
  interface Surroundings {
    /** Something may happen at this place of a transaction. */
    void interrupt(SimulatedInstance<?> instance, SimulatedProducer.Place place);

    /** A transaction is going to be sent again, after so many attempts before the last. */
    void waits(SimulatedInstance<?> instance, int attempt);

    /** True if the last units of revoked lanes are committed before the deadline. */
    boolean isPatient();

    /** A line of what happens. */
    void say(String what);
  }

  private record Invitation(int generation, List<SourcePartition> sources) {}

  /** The process ends here. */
  static final class Died extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Died(String message) {
      super(message);
    }
  }

  SimulatedInstance(
      SimulatedBroker broker,
      SimulatedGroup group,
      Identity identity,
      SimulatedLane.Pipeline<M> pipeline,
      Surroundings surroundings) {
    this.broker = broker;
    this.group = group;
    this.identity = identity;
    this.pipeline = pipeline;
    this.surroundings = surroundings;
    this.running = run().subscribe(settled -> {}, this::fail);
  }

  private Flux<Settled> run() {
    SimulatedProducer producer =
        new SimulatedProducer(
            broker, identity.transactionalId(), place -> surroundings.interrupt(this, place));
    return SteppedPublishing.commit(
        assigned.asFlux().flatMap(SimulatedLane::units, MAX_LANES, 1),
        producer,
        owned.ownership(),
        SimulatedBroker.SETTINGS.deadLetterTopic(),
        new SteppedPublishing.Turns(
            Schedulers.fromExecutor(commits::add), attempt -> surroundings.waits(this, attempt)));
  }

  private void fail(Throwable cause) {
    dead = true;
    failure = cause;
  }

  String name() {
    return identity.name();
  }

  Identity identity() {
    return identity;
  }

  SimulatedGroup group() {
    return group;
  }

  List<SimulatedLane<M>> lanes() {
    return List.copyOf(lanes.values());
  }

  boolean isAnswering() {
    return !dead && !hung;
  }

  boolean isDead() {
    return dead;
  }

  boolean isCommitting() {
    return committing;
  }

  /** Only a death that was staged, or a younger self, ends a hop. */
  void checkFailure() {
    if (failure != null
        && !(failure instanceof Died)
        && !(failure instanceof ProducerFencedException)) {
      throw new AssertionError(name() + " failed", failure);
    }
  }

  /** The coordinator's answer waits until the poll thread asks for it. */
  void invite(int generation, List<SourcePartition> sources) {
    invitation = new Invitation(generation, sources);
  }

  /** Poll thread: hears what the coordinator has given, or that it is a member no more. */
  void enter() {
    if (!isAnswering()) {
      return;
    }
    if (!group.hasMember(name())) {
      invitation = null;
      lose();
    }
    Invitation given = invitation;
    if (given != null) {
      invitation = null;
      given.sources().forEach(this::open);
      owned.join(group.name(), given.generation(), name());
    }
  }

  private void lose() {
    List<SimulatedLane<M>> gone = remove(List.copyOf(lanes.keySet()));
    gone.forEach(this::fence);
    gone.forEach(SimulatedLane::revoke);
  }

  private void open(SourcePartition source) {
    String labels = pipeline.labels();
    Lane lane =
        labels == null
            ? owned.grant(source.topic(), source.partition())
            : owned.grantPair(source.topic(), labels, source.partition());
    SimulatedLane<M> opened = new SimulatedLane<>(broker, lane, pipeline);
    lanes.put(source, opened);
    assigned.tryEmitNext(opened);
  }

  /** Poll thread: these go away in peace; what is cut off may be committed before. */
  void revoke(Collection<SourcePartition> sources) {
    List<SimulatedLane<M>> gone = remove(sources);
    gone.forEach(SimulatedLane::revoke);
    if (!gone.isEmpty() && !committing && surroundings.isPatient()) {
      commit();
    }
    gone.forEach(this::fence);
  }

  private List<SimulatedLane<M>> remove(Collection<SourcePartition> sources) {
    List<SimulatedLane<M>> gone = new ArrayList<>();
    for (SourcePartition source : sources) {
      if (lanes.containsKey(source)) {
        gone.add(Objects.requireNonNull(lanes.remove(source)));
      }
    }
    return gone;
  }

  /** A poll thread is never the commit thread, which may hold the lock here. */
  private void fence(SimulatedLane<M> lane) {
    if (owned.ownership().transaction().isHeldByCurrentThread()) {
      CompletableFuture.supplyAsync(() -> owned.fence(lane.lane())).join();
    } else {
      owned.fence(lane.lane());
    }
  }

  /** The poll thread stops: its group may go on without it. */
  void hang() {
    hung = true;
  }

  /** The poll thread goes on, and hears what it has lost meanwhile. */
  void wake() {
    hung = false;
    enter();
  }

  /** Commit thread: all that waits. */
  void commit() {
    if (committing || dead) {
      return;
    }
    committing = true;
    while (!dead && !commits.isEmpty()) {
      commits.remove().run();
    }
    committing = false;
  }

  /** The process is killed between two transactions. */
  void kill() {
    dead = true;
    running.dispose();
    commits.clear();
  }
}
