package io.losswatch.stream;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.window.Last;
import io.losswatch.schemas.codec.LogitBatchReader;
import io.losswatch.schemas.codec.WriterSchemas;
import io.losswatch.stream.consume.Portion;
import io.losswatch.stream.consume.SourceRecord;
import io.losswatch.stream.publish.TransactionUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The documented rules of time, record by record: which monitors a record came too late for. */
final class NaiveSource {
  private static final long NEVER = Long.MIN_VALUE;
  private static final LogitBatchReader READER = new LogitBatchReader(WriterSchemas.builtIn());

  private final Oracle oracle;
  private final TimeSettings time;
  private final SortedMap<Long, Fate> fates = new TreeMap<>();
  private final List<String> letters = new ArrayList<>();
  private long committedWatermark = NEVER;
  private long replayedUntil;

  /**
   * What became of a record.
   *
   * @param record as it came
   * @param tooLateFor names of the monitors
   * @param reason why it is refused; null if it is not
   */
  record Fate(SourceRecord record, Set<String> tooLateFor, @Nullable Reason reason) {
    boolean isUnreadable() {
      return reason != null && reason != Reason.TOO_LATE;
    }
  }

  NaiveSource(Oracle oracle, TimeSettings time) {
    this.oracle = oracle;
    this.time = time;
  }

  static byte[] bytes(SourceRecord record) {
    return Objects.requireNonNull(record.content().value()).array();
  }

  /** Fates of all that is committed, by offset. */
  SortedMap<Long, Fate> fates() {
    return fates;
  }

  /** Such as {@code too-late predictions-0@17}; what was replayed is refused again. */
  List<String> letters() {
    return letters;
  }

  /** All is forgotten but what has been counted: it comes again, and counts no more. */
  void forget() {
    committedWatermark = NEVER;
    replayedUntil = fates.isEmpty() ? 0 : fates.lastKey() + 1;
  }

  /** A lane begins from the committed state. */
  Reading begin(SimulatedBroker broker) {
    return new Reading(broker);
  }

  private void commit(List<Fate> cut, long watermark) {
    committedWatermark = watermark;
    for (Fate fate : cut) {
      if (fate.reason() != null) {
        letters.add(fate.reason().code() + " " + fate.record().position());
      }
      long offset = fate.record().offset();
      if (offset >= replayedUntil && fates.put(offset, fate) != null) {
        throw new AssertionError(fate.record().position() + " is committed twice");
      }
    }
  }

  private static boolean takesAnyTime(Monitor monitor) {
    return monitor.windows().stream().anyMatch(Last.class::isInstance);
  }

  /** What a lane has folded. Mutable; owned by the lane. */
  final class Reading implements SimulatedLane.Witness {
    private final SimulatedBroker broker;
    private List<Fate> open = new ArrayList<>();
    private long watermark = committedWatermark;
    private long poisonedSince = NEVER;

    private Reading(SimulatedBroker broker) {
      this.broker = broker;
    }

    @Override
    public void folding(Portion portion) {
      long wallClock = portion.wallClockMillis();
      portion.records().forEach(record -> open.add(fate(record, wallClock)));
      if (portion.idle()) {
        raise(wallClock - time.idleAfter().toMillis());
      }
    }

    @Override
    public void cut(TransactionUnit unit) {
      if (unit.records().isEmpty()) {
        // a unit that writes nothing keeps nothing
        return;
      }
      List<Fate> cut = open;
      long cutWatermark = watermark;
      open = new ArrayList<>();
      broker.witness(
          unit.records().get(unit.records().size() - 1), () -> commit(cut, cutWatermark));
    }

    private Fate fate(SourceRecord record, long wallClock) {
      Batch batch;
      try {
        byte[] value = bytes(record);
        batch = READER.read(value, 0, value.length);
      } catch (RefusedException e) {
        return poison(record, wallClock, e.reason());
      }
      long eventTime = batch.header().eventTimeMillis().orElse(record.timestampMillis());
      if (eventTime > wallClock + time.futureTolerance().toMillis()) {
        return poison(record, wallClock, Reason.FUTURE_TIME);
      }
      Set<String> tooLateFor = new HashSet<>();
      List<Monitor> wanting = oracle.wanting(batch.header().model());
      for (Monitor monitor : wanting) {
        if (isTooLate(monitor, eventTime)) {
          tooLateFor.add(monitor.name());
        }
      }
      poisonedSince = NEVER;
      raise(Math.min(eventTime, wallClock));
      boolean isRefused =
          !wanting.isEmpty()
              && tooLateFor.size() == wanting.size()
              && wanting.stream().noneMatch(NaiveSource::takesAnyTime);
      return new Fate(record, tooLateFor, isRefused ? Reason.TOO_LATE : null);
    }

    private Fate poison(SourceRecord record, long wallClock, Reason reason) {
      long stamp = Math.min(record.timestampMillis(), wallClock);
      if (poisonedSince == NEVER) {
        poisonedSince = stamp;
      } else if (stamp - poisonedSince >= time.idleAfter().toMillis()) {
        raise(stamp - time.idleAfter().toMillis());
      }
      return new Fate(record, Set.of(), reason);
    }

    private boolean isTooLate(Monitor monitor, long eventTime) {
      long last =
          monitor.windows().stream()
              .flatMap(window -> Oracle.ends(window, eventTime).stream())
              .mapToLong(Long::longValue)
              .max()
              .orElseThrow();
      return watermark >= last + time.lateness().allowed().toMillis();
    }

    private void raise(long completeUntil) {
      watermark = Math.max(watermark, completeUntil - time.maxOutOfOrderness().toMillis());
    }
  }
}
