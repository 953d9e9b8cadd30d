package io.losswatch.stream;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.schemas.codec.LogitBatchReader;
import io.losswatch.schemas.codec.WriterSchemas;
import io.losswatch.stream.consume.SourceRecord;
import io.losswatch.stream.publish.TransactionUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The documented rules of time, record by record: which monitors a record came too late for. */
final class NaiveSource implements SimulatedLane.Witness {
  private static final long NEVER = Long.MIN_VALUE;

  private final Oracle oracle;
  private final TimeSettings time;
  private final LogitBatchReader reader = new LogitBatchReader(WriterSchemas.builtIn());
  private final SortedMap<Long, Fate> fates = new TreeMap<>();
  private List<Fate> open = new ArrayList<>();
  private List<Fate> cut = new ArrayList<>();
  private long watermark = NEVER;
  private long cutWatermark = NEVER;
  private long committedWatermark = NEVER;
  private long poisonedSince = NEVER;

  /**
   * What became of a record.
   *
   * @param record as it came
   * @param tooLateFor names of the monitors
   * @param deadLettered true if it is refused
   */
  record Fate(SourceRecord record, Set<String> tooLateFor, boolean deadLettered) {}

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

  @Override
  public void begins() {
    open = new ArrayList<>();
    cut = new ArrayList<>();
    watermark = committedWatermark;
    cutWatermark = committedWatermark;
    poisonedSince = NEVER;
  }

  @Override
  public void polled(List<SourceRecord> records, long wallClock, boolean idle) {
    records.forEach(record -> open.add(fate(record, wallClock)));
    if (idle) {
      raise(wallClock - time.idleAfter().toMillis());
    }
  }

  @Override
  public void cut(TransactionUnit unit) {
    cut.addAll(open);
    open = new ArrayList<>();
    // a unit that writes nothing keeps nothing
    cutWatermark = unit.records().isEmpty() ? cutWatermark : watermark;
  }

  @Override
  public void committed() {
    cut.forEach(fate -> fates.put(fate.record().offset(), fate));
    cut = new ArrayList<>();
    committedWatermark = cutWatermark;
  }

  private Fate fate(SourceRecord record, long wallClock) {
    Batch batch;
    try {
      byte[] value = bytes(record);
      batch = reader.read(value, 0, value.length);
    } catch (RefusedException e) {
      return poison(record, wallClock);
    }
    long eventTime = batch.header().eventTimeMillis().orElse(record.timestampMillis());
    if (eventTime > wallClock + time.futureTolerance().toMillis()) {
      return poison(record, wallClock);
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
    return new Fate(record, tooLateFor, !wanting.isEmpty() && tooLateFor.size() == wanting.size());
  }

  private Fate poison(SourceRecord record, long wallClock) {
    long stamp = Math.min(record.timestampMillis(), wallClock);
    if (poisonedSince == NEVER) {
      poisonedSince = stamp;
    } else if (stamp - poisonedSince >= time.idleAfter().toMillis()) {
      raise(stamp - time.idleAfter().toMillis());
    }
    return new Fate(record, Set.of(), true);
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
