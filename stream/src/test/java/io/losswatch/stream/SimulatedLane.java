package io.losswatch.stream;

import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.LaneFeed;
import io.losswatch.stream.consume.LaneMemory;
import io.losswatch.stream.consume.Portion;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.consume.SourceRecord;
import io.losswatch.stream.fold.Tally;
import io.losswatch.stream.publish.TransactionUnit;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
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
  private final LaneFeed feed;
  private final Pipeline<M> pipeline;
  private final M memory;
  private final Sinks.One<Integer> start = Sinks.one();
  private Witness witness = Witness.NONE;
  private OptionalLong committed = OptionalLong.empty();
  private int stateEnd = -1;
  private int position = -1;

  /** The stages of a hop. */
  interface Pipeline<M> {
    M memory();

    Flux<TransactionUnit> units(Lane lane, M memory, long from, Flux<Portion> portions);

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

    /** All that was folded is in this unit or those before. */
    default void cut(TransactionUnit unit) {}
  }

  SimulatedLane(SimulatedBroker broker, Lane lane, Pipeline<M> pipeline) {
    this.broker = broker;
    this.lane = lane;
    this.feed = new LaneFeed(lane);
    this.pipeline = pipeline;
    this.memory = pipeline.memory();
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
                .units(lane, memory, from, lane.portions(from).doOnNext(witness::folding))
                .doOnNext(witness::cut))
        .switchIfEmpty(
            Mono.fromSupplier(() -> new TransactionUnit(lane, 0, List.of(), new Tally(), true)));
  }

  boolean isStarted() {
    return position >= 0;
  }

  /** True if all that can be read has been read and is committed. */
  boolean isAtRest() {
    return isStarted()
        && position == log().end()
        && broker.isStable(lane.source())
        && broker.reached(lane.source()) == position;
  }

  /** How far it is, for a message. */
  @Override
  public String toString() {
    return "%s: read to %d of %d, committed to %d"
        .formatted(lane.source(), position, log().end(), broker.reached(lane.source()));
  }

  private SimulatedLog log() {
    return broker.log(lane.source());
  }

  /** In the order of the product: a stable offset, the state's end, the state up to there. */
  void restore() {
    SimulatedLog state = broker.state(lane.source());
    if (stateEnd < 0 && broker.isStable(lane.source())) {
      committed = broker.committed(lane.source());
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
    OptionalLong remembered = memory.nextOffset();
    if (committed.isPresent() && !committed.equals(remembered)) {
      throw new AssertionError(
          "%s: state ends at %s, but %s is committed"
              .formatted(lane.source(), remembered, committed));
    }
    position = (int) feed.startOffset(committed, remembered);
    witness = pipeline.witness(lane.source());
    start.tryEmitValue(position);
  }

  /** Reads at most so many offsets; idle if it is told so and there is nothing to read. */
  void poll(int most, long wallClock, boolean idle) {
    SimulatedLog log = log();
    int end = Math.min(log.stableEnd(), position + most);
    List<SourceRecord> records = new ArrayList<>();
    long sizeBytes = 0;
    for (int offset = position; offset < end; offset++) {
      SimulatedLog.Entry entry = log.read(offset);
      if (entry != null && entry.value() != null) {
        byte[] value = entry.value();
        sizeBytes += value.length;
        SourceRecord.Payload payload = new SourceRecord.Payload(value, 0, value.length);
        records.add(
            new SourceRecord(
                lane.source(),
                offset,
                entry.timestamp(),
                null,
                new SourceRecord.Content(payload, List.of())));
      }
    }
    boolean silent = idle && end == position && position == log.end();
    Portion.OffsetRange range = new Portion.OffsetRange(position, end);
    position = end;
    feed.offer(new Portion(records, range, wallClock, silent, sizeBytes));
  }

  /** Nothing more comes; what is folded is cut off. */
  void revoke() {
    feed.revoke();
    start.tryEmitEmpty();
  }

  void checkReleased() {
    if (!feed.isReleased()) {
      throw new AssertionError(lane.source() + " holds " + feed.bytesInFlight() + " bytes");
    }
  }
}
