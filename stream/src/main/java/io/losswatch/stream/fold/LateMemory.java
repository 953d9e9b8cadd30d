package io.losswatch.stream.fold;

import io.losswatch.core.batch.BatchHeader;
import io.losswatch.core.batch.LateLabels;
import io.losswatch.schemas.LaneState;
import io.losswatch.schemas.LogitBatch;
import io.losswatch.schemas.SeenState;
import io.losswatch.schemas.codec.LabelBatchReader;
import io.losswatch.schemas.codec.RecordCodec;
import io.losswatch.schemas.codec.WriterSchemas;
import io.losswatch.schemas.registry.SchemaAwaitedException;
import io.losswatch.schemas.registry.SchemaId;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.consume.SourceRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a lane of hop 1 remembers of single batches: those that wait for labels, labels that wait
 * for them, and ids seen. Mutable; owned by the lane's thread.
 *
 * <p>State keys carry the offset: {@code seen:} who a batch is, for as long as it is remembered;
 * {@code batch:} its record, while rows wait; {@code rows:} which rows are labelled; {@code label:}
 * labels that wait; {@code used:} which rows of them have found their predictions; {@code labels}
 * how far labels are read.
 */
final class LateMemory {
  private static final String POSITION = "labels";
  private static final String SEEN = "seen:";
  private static final String BATCH = "batch:";
  private static final String ROWS = "rows:";
  private static final String LABEL = "label:";
  private static final String USED = "used:";
  private static final RecordCodec<LaneState> POSITIONS = RecordCodec.of(LaneState.class);
  private static final RecordCodec<SeenState> IDENTITIES = RecordCodec.of(SeenState.class);

  private static final RecordCodec<LogitBatch> BATCHES = RecordCodec.of(LogitBatch.class);

  private final WriterSchemas writers;
  private final TreeMap<Place, WaitingBatch> seen = new TreeMap<>();
  private final TreeMap<Place, WaitingLabels> labels = new TreeMap<>();
  private final IdIndex<WaitingBatch> batchesById = new IdIndex<>();
  private final IdIndex<WaitingBatch.Row> rowsById = new IdIndex<>();
  private final IdIndex<WaitingLabels> labelsByBatch = new IdIndex<>();
  private final IdIndex<WaitingLabels.Row> labelsBySample = new IdIndex<>();
  private final Map<String, byte @Nullable []> changes = new LinkedHashMap<>();
  private Map<String, byte[]> restored = new LinkedHashMap<>();
  private long nextOffset = -1;
  private long watermark = PaneMemory.SILENT;
  private long bytes;
  private long waitingBatches;
  private long changedBytes;

  /**
   * Nothing is remembered yet.
   *
   * @param writers schemas that records may be written with
   */
  LateMemory(WriterSchemas writers) {
    this.writers = writers;
  }

  /** The value of predictions with bytes of its own, which needs no header and no other schema. */
  byte[] owned(SourceRecord source) {
    byte[] value = Objects.requireNonNull(source.content().value()).copy();
    return BATCHES.reframed(value, source.content().lastHeader(SchemaId.HEADER), writers);
  }

  void restore(String key, byte @Nullable [] value) {
    if (value == null) {
      restored.remove(key);
    } else {
      restored.put(key, value);
    }
  }

  /** The offset of labels at which the restored state ends; −1 if none was restored. */
  long restoredOffset() {
    byte[] position = restored.get(POSITION);
    if (position != null) {
      nextOffset = POSITIONS.decode(position, 0, position.length).getNextOffset();
    }
    return nextOffset;
  }

  /**
   * All parts have been read: puts them together.
   *
   * @param source of labels; null: none come later
   */
  void assemble(@Nullable SourcePartition source) {
    nextOffset = restoredOffset();
    byte[] position = restored.get(POSITION);
    if (position != null) {
      watermark = POSITIONS.decode(position, 0, position.length).getWatermark();
    }
    LabelBatchReader reader = new LabelBatchReader(writers);
    restored.forEach((key, value) -> {
      long offset = offset(key);
      if (key.startsWith(SEEN)) {
        assembleBatch(offset, IDENTITIES.decode(value, 0, value.length));
      } else if (key.startsWith(LABEL) && source != null) {
        assembleLabels(decoded(reader, source, offset, value));
      }
    });
    restored = new LinkedHashMap<>();
  }

  /** Blocks when a registry has to be asked, as restoring does. */
  private WaitingLabels decoded(
      LabelBatchReader reader, SourcePartition source, long offset, byte[] value) {
    try {
      return LabelRecords.decode(reader, source, offset, value);
    } catch (SchemaAwaitedException e) {
      Objects.requireNonNull(writers.registry()).fetch(e.id());
      return LabelRecords.decode(reader, source, offset, value);
    }
  }

  private static long offset(String key) {
    int colon = key.indexOf(':');
    return colon < 0 ? -1 : Long.parseLong(key.substring(colon + 1));
  }

  private void assembleBatch(long offset, SeenState identity) {
    WaitingBatch batch =
        new WaitingBatch(
            new Place(identity.getEventTime(), offset),
            identity,
            restored.get(BATCH + offset),
            WaitingBatch.RESTORED);
    byte[] rows = restored.get(ROWS + offset);
    if (rows != null) {
      batch.restoreLabelledRows(rows);
    }
    index(batch);
  }

  private void assembleLabels(WaitingLabels late) {
    byte[] used = restored.get(USED + late.source().offset());
    if (used != null) {
      late.restoreUsedRows(used);
    }
    index(late);
  }

  /** Up to where labels are complete; {@link PaneMemory#SILENT}: none has spoken. */
  long watermark() {
    return watermark;
  }

  void raiseWatermark(long candidate) {
    watermark = Math.max(watermark, candidate);
  }

  /** About what all of it holds in memory. */
  long bytes() {
    return bytes;
  }

  /** What waits for its other half. */
  Tally.Waiting waiting() {
    return new Tally.Waiting(waitingBatches, labels.size(), bytes);
  }

  /** What the changes hold that nobody has drained. */
  long changedBytes() {
    return changedBytes;
  }

  /** True if something has changed since it was drained. */
  boolean hasChanges() {
    return !changes.isEmpty();
  }

  /** All that has changed since the last call. */
  List<StateChange> drainChanges() {
    List<StateChange> drained = new ArrayList<>(changes.size());
    changes.forEach((key, value) -> drained.add(new StateChange(key, value)));
    changes.clear();
    changedBytes = 0;
    return drained;
  }

  /** How far labels are read, as a change. */
  StateChange position(long offset) {
    return new StateChange(POSITION, POSITIONS.encode(new LaneState(offset, watermark)));
  }

  /** True if a batch of this id is remembered, of the same model and version. */
  boolean knows(BatchHeader header) {
    String id = header.batchId();
    return id != null
        && batchesById.of(header.model(), id).stream()
            .anyMatch(batch -> batch.identity().getVersion().equals(header.version()));
  }

  /** Remembers a batch. */
  void see(WaitingBatch batch) {
    index(batch);
    long offset = batch.place().offset();
    put(SEEN + offset, IDENTITIES.encode(batch.identity()));
    byte[] value = batch.value();
    if (value != null) {
      put(BATCH + offset, value);
    }
  }

  private void index(WaitingBatch batch) {
    SeenState identity = batch.identity();
    seen.put(batch.place(), batch);
    String batchId = identity.getBatchId();
    if (batchId != null) {
      batchesById.add(identity.getModel(), batchId, batch);
    }
    List<String> ids = identity.getSampleIds();
    for (int row = 0; row < ids.size(); row++) {
      rowsById.add(identity.getModel(), ids.get(row), new WaitingBatch.Row(batch, row));
    }
    bytes += batch.sizeBytes();
    waitingBatches += batch.value() == null ? 0 : 1;
  }

  /** Batches of an id, those that no longer wait too. */
  List<WaitingBatch> batches(LateLabels.Target target, String batchId) {
    return batchesById.of(target.model(), batchId).stream()
        .filter(batch -> batch.isOf(target.version()))
        .toList();
  }

  /** Rows of an id, those that no longer wait too. */
  List<WaitingBatch.Row> rows(LateLabels.Target target, String sampleId) {
    return rowsById.of(target.model(), sampleId).stream()
        .filter(row -> row.batch().isOf(target.version()))
        .toList();
  }

  /** Rows of a batch have changed; it waits no more when all are labelled. */
  void changed(WaitingBatch batch) {
    put(ROWS + batch.place().offset(), batch.labelledRows());
    if (batch.isDone()) {
      drop(batch);
    }
  }

  /** A batch waits no more, but stays known. */
  private void drop(WaitingBatch batch) {
    if (batch.value() != null) {
      bytes -= batch.sizeBytes();
      batch.dropValue();
      waitingBatches--;
      bytes += batch.sizeBytes();
      removeOnce(BATCH + batch.place().offset());
    }
  }

  /** A batch is known no more. */
  void forget(WaitingBatch batch) {
    drop(batch);
    SeenState identity = batch.identity();
    seen.remove(batch.place());
    bytes -= batch.sizeBytes();
    String batchId = identity.getBatchId();
    if (batchId != null) {
      batchesById.remove(identity.getModel(), batchId, batch);
    }
    List<String> ids = identity.getSampleIds();
    for (int row = 0; row < ids.size(); row++) {
      rowsById.remove(identity.getModel(), ids.get(row), new WaitingBatch.Row(batch, row));
    }
    removeOnce(SEEN + batch.place().offset());
    if (batch.hasLabels()) {
      remove(ROWS + batch.place().offset());
    }
  }

  /** The oldest batch that is known, or null. */
  @Nullable WaitingBatch oldestSeen() {
    return seen.isEmpty() ? null : seen.firstEntry().getValue();
  }

  /** The oldest labels that wait, or null. */
  @Nullable WaitingLabels oldestLabels() {
    return labels.isEmpty() ? null : labels.firstEntry().getValue();
  }

  /** Labels wait from now on. */
  void await(WaitingLabels late) {
    index(late);
    put(LABEL + late.source().offset(), LabelRecords.encode(late.source()));
    if (late.hasUsedRows()) {
      put(USED + late.source().offset(), late.usedRows());
    }
  }

  private void index(WaitingLabels late) {
    labels.put(late.place(), late);
    LateLabels.Target target = late.target();
    String batchId = target.batchId();
    if (batchId != null) {
      labelsByBatch.add(target.model(), batchId, late);
    }
    for (int row = 0; batchId == null && row < late.rows(); row++) {
      if (!late.isUsed(row)) {
        labelsBySample.add(
            target.model(), target.sampleIds().get(row), new WaitingLabels.Row(late, row));
      }
    }
    bytes += late.sizeBytes();
  }

  /** Labels that wait for a batch, in the order in which they came. */
  List<WaitingLabels> labelsOfBatch(String model, String version, String batchId) {
    return labelsByBatch.of(model, batchId).stream().filter(late -> late.isOf(version)).toList();
  }

  /** Labels that wait for a sample, in the order in which they came. */
  List<WaitingLabels.Row> labelsOfSample(String model, String version, String sampleId) {
    return labelsBySample.of(model, sampleId).stream()
        .filter(row -> row.labels().isOf(version))
        .toList();
  }

  /** A row of labels has found its predictions, or never will. */
  void use(WaitingLabels late, int row) {
    boolean isWritten = late.hasUsedRows();
    late.use(row);
    LateLabels.Target target = late.target();
    if (target.batchId() == null) {
      labelsBySample.remove(
          target.model(), target.sampleIds().get(row), new WaitingLabels.Row(late, row));
    }
    if (late.isUsedUp()) {
      forget(late, isWritten);
    } else {
      put(USED + late.source().offset(), late.usedRows());
    }
  }

  /** Labels wait no more. */
  void forget(WaitingLabels late) {
    forget(late, late.hasUsedRows());
  }

  private void forget(WaitingLabels late, boolean isUseWritten) {
    if (labels.remove(late.place()) == null) {
      return;
    }
    bytes -= late.sizeBytes();
    LateLabels.Target target = late.target();
    String batchId = target.batchId();
    if (batchId != null) {
      labelsByBatch.remove(target.model(), batchId, late);
    }
    for (int row = 0; batchId == null && row < late.rows(); row++) {
      if (!late.isUsed(row)) {
        labelsBySample.remove(
            target.model(), target.sampleIds().get(row), new WaitingLabels.Row(late, row));
      }
    }
    removeOnce(LABEL + late.source().offset());
    if (isUseWritten) {
      remove(USED + late.source().offset());
    }
  }

  private void put(String key, byte[] value) {
    byte[] before = changes.put(key, value);
    changedBytes += value.length - (before == null ? 0 : before.length);
  }

  private void remove(String key) {
    byte[] before = changes.put(key, null);
    changedBytes -= before == null ? 0 : before.length;
  }

  /** Of a key that is written once: if that is still to come nothing needs to be written. */
  private void removeOnce(String key) {
    byte[] before = changes.remove(key);
    if (before == null) {
      changes.put(key, null);
    } else {
      changedBytes -= before.length;
    }
  }
}
