package io.losswatch.stream;

import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.LaneFeed;
import io.losswatch.stream.consume.LaneMemory;
import io.losswatch.stream.consume.Portion;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.consume.SourceRecord;
import io.losswatch.stream.publish.TransactionUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/**
 * A lane with the stages of its hop, on one thread: it polls a simulated broker, its units wait
 * until they are committed, and it can be revoked or die at any time.
 *
 * @param <M> what it remembers
 */
final class SimulatedLane<M extends LaneMemory> {
  private final SimulatedBroker broker;
  private final SourcePartition source;
  private final Pipeline<M> pipeline;
  private final Witness witness;
  private final List<TransactionUnit> units = new ArrayList<>();
  private LaneFeed feed;
  private Disposable running;
  private int position;
  private @Nullable Throwable failure;

  /** The stages of a hop. */
  interface Pipeline<M> {
    M memory();

    Flux<TransactionUnit> units(Lane lane, M memory, long from);
  }

  /** Sees what a lane does. */
  interface Witness {
    /** Nobody looks. */
    Witness NONE = new Witness() {};

    /** The lane begins from its committed state. */
    default void begins() {}

    /** A portion is going to be folded. */
    default void polled(List<SourceRecord> records, long wallClock, boolean idle) {}

    /** All that was polled is in this unit or those before. */
    default void cut(TransactionUnit unit) {}

    /** All units are committed. */
    default void committed() {}
  }

  SimulatedLane(
      SimulatedBroker broker, SourcePartition source, Pipeline<M> pipeline, Witness witness) {
    this.broker = broker;
    this.source = source;
    this.pipeline = pipeline;
    this.witness = witness;
    this.feed = new LaneFeed(source.topic(), source.partition());
    this.running = begin();
  }

  private Disposable begin() {
    M memory = pipeline.memory();
    broker.state(source).forEach(memory::restore);
    OptionalLong next = memory.nextOffset();
    if (next.orElse(0) != broker.committed(source)) {
      throw new AssertionError(
          "%s: state ends at %s, but %d is committed"
              .formatted(source, next, broker.committed(source)));
    }
    position = (int) next.orElse(0);
    witness.begins();
    return pipeline
        .units(feed.lane(), memory, position)
        .subscribe(this::cut, error -> failure = error);
  }

  private void cut(TransactionUnit unit) {
    witness.cut(unit);
    units.add(unit);
  }

  boolean isAtEnd() {
    return position == broker.log(source).size();
  }

  /** Reads at most so many records; idle if it is told so and there is nothing to read. */
  void poll(int most, long wallClock, boolean idle) {
    List<SimulatedBroker.Logged> log = broker.log(source);
    int end = Math.min(log.size(), position + most);
    List<SourceRecord> records = new ArrayList<>();
    long sizeBytes = 0;
    for (int offset = position; offset < end; offset++) {
      byte[] value = log.get(offset).value();
      sizeBytes += value.length;
      SourceRecord.Payload payload = new SourceRecord.Payload(value, 0, value.length);
      records.add(
          new SourceRecord(
              source,
              offset,
              log.get(offset).timestamp(),
              null,
              new SourceRecord.Content(payload, List.of())));
    }
    boolean silent = idle && records.isEmpty();
    Portion.OffsetRange range = new Portion.OffsetRange(position, end);
    position = end;
    witness.polled(records, wallClock, silent);
    feed.offer(new Portion(records, range, wallClock, silent, sizeBytes));
    if (failure != null) {
      throw new AssertionError(source + " failed", failure);
    }
    if (!feed.isReleased()) {
      throw new AssertionError(source + " holds " + feed.bytesInFlight() + " bytes");
    }
  }

  void commit() {
    units.forEach(broker::commit);
    units.clear();
    witness.committed();
  }

  /** The partition goes away in peace and comes back. */
  void revoke() {
    feed.revoke();
    commit();
    restart();
  }

  /** The instance dies: what is not committed is lost. */
  void crash() {
    running.dispose();
    units.clear();
    restart();
  }

  private void restart() {
    feed = new LaneFeed(source.topic(), source.partition());
    running = begin();
  }
}
