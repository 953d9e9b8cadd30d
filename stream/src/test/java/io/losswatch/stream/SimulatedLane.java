package io.losswatch.stream;

import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.LaneMemory;
import io.losswatch.stream.consume.LaneStart;
import io.losswatch.stream.consume.Portion;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.fold.Tally;
import io.losswatch.stream.publish.TransactionUnit;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A lane with the stages of its hop: it restores its memory from a simulated broker as soon as no
 * transaction is pending, then reads what is committed.
 *
 * @param <M> what it remembers
 */
final class SimulatedLane<M extends LaneMemory> {
  private final SimulatedBroker broker;
  private final Lane lane;
  private final Pipeline<M> pipeline;
  private final M memory;
  private final SimulatedSide own;
  private final @Nullable SimulatedSide labels;
  private final List<SimulatedSide> sides;
  private final Sinks.One<LaneStart> start = Sinks.one();
  private Witness witness = Witness.NONE;
  private int stateEnd = -1;
  private boolean started;

  /** The stages of a hop. */
  interface Pipeline<M> {
    M memory();

    /** The topic of its lanes' companions; null: they have none. */
    default @Nullable String labels() {
      return null;
    }

    /**
     * Portions in, units out.
     *
     * @param labels of the lane's companion
     */
    Flux<TransactionUnit> units(
        Lane lane, M memory, LaneStart from, Flux<Portion> portions, Flux<Portion> labels);

    /** Sees a lane that begins now from its committed state. */
    default Witness witness(SourcePartition source) {
      return Witness.NONE;
    }
  }

  /** Sees what a lane does. */
  interface Witness {
    /** Nobody looks. */
    Witness NONE = new Witness() {};

    /** A portion is going to be folded. */
    default void folding(Portion portion) {}

    /** A portion of the companion is going to be folded. */
    default void foldingLabels(Portion portion) {}

    /** All that was folded is in this unit or those before. */
    default void cut(TransactionUnit unit) {}
  }

  SimulatedLane(SimulatedBroker broker, Lane lane, Pipeline<M> pipeline) {
    this.broker = broker;
    this.lane = lane;
    this.pipeline = pipeline;
    this.memory = pipeline.memory();
    this.own = new SimulatedSide(broker, lane);
    Lane companion = lane.companion();
    this.labels = companion == null ? null : new SimulatedSide(broker, companion);
    this.sides = labels == null ? List.of(own) : List.of(own, labels);
  }

  Lane lane() {
    return lane;
  }

  /** As a hop makes them of its lanes. */
  Flux<TransactionUnit> units() {
    return start
        .asMono()
        .flatMapMany(from ->
            pipeline
                .units(lane, memory, from, portions(from), labelPortions(from))
                .doOnNext(unit -> witness.cut(unit)))
        .switchIfEmpty(
            Mono.fromSupplier(() -> new TransactionUnit(lane, 0, List.of(), new Tally(), true)));
  }

  private Flux<Portion> portions(LaneStart from) {
    return lane.portions(from.offset()).doOnNext(portion -> witness.folding(portion));
  }

  private Flux<Portion> labelPortions(LaneStart from) {
    Lane companion = lane.companion();
    return companion == null
        ? Flux.empty()
        : companion
            .portions(from.companionOffset())
            .doOnNext(portion -> witness.foldingLabels(portion));
  }

  boolean isStarted() {
    return started;
  }

  /** True if all that can be read has been read and is committed. */
  boolean isAtRest() {
    return started && sides.stream().allMatch(SimulatedSide::isAtRest);
  }

  /** How far it is, for a message. */
  @Override
  public String toString() {
    return sides.toString();
  }

  /** In the order of the product: stable offsets, the state's end, the state up to there. */
  void restore() {
    SimulatedLog state = broker.state(lane.source());
    if (stateEnd < 0 && sides.stream().allMatch(SimulatedSide::isStable)) {
      sides.forEach(SimulatedSide::look);
      stateEnd = state.end();
    }
    if (stateEnd < 0 || state.stableEnd() < stateEnd) {
      return;
    }
    for (int offset = 0; offset < stateEnd; offset++) {
      SimulatedLog.Entry entry = state.read(offset);
      if (entry != null && entry.key() != null) {
        memory.restore(new String(entry.key(), StandardCharsets.UTF_8), entry.value());
      }
    }
    int from = own.begin(memory.nextOffset());
    int labelsFrom = labels == null ? 0 : labels.begin(memory.companionOffset());
    witness = pipeline.witness(lane.source());
    started = true;
    start.tryEmitValue(new LaneStart(from, labelsFrom));
  }

  /** Polls one of its sides; idle if it is told so and there is nothing to read. */
  void poll(Random random, long wallClock, boolean idle) {
    poll(sides.get(random.nextInt(sides.size())), 1 + random.nextInt(4), wallClock, idle);
  }

  /**
   * Polls all of its sides. One that has nothing more to read says so for as long as the other has,
   * which may wait for it.
   */
  void pollAll(Random random, long wallClock) {
    boolean idle = !sides.stream().allMatch(SimulatedSide::isRead);
    sides.forEach(side -> poll(side, 1 + random.nextInt(16), wallClock, idle));
  }

  private void poll(SimulatedSide side, int most, long wallClock, boolean idle) {
    // who looks on must know which side was folded first: so only one portion of a pair is under
    // way
    if (labels == null || sides.stream().allMatch(SimulatedSide::isReleased)) {
      side.poll(most, wallClock, idle);
    }
  }

  /** Nothing more comes; what is folded is cut off. */
  void revoke() {
    sides.forEach(SimulatedSide::revoke);
    start.tryEmitEmpty();
  }

  void checkReleased() {
    sides.forEach(SimulatedSide::checkReleased);
  }
}
