package io.losswatch.stream.fold;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.BatchHeader;
import io.losswatch.core.batch.LateLabels;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.schemas.SeenState;
import io.losswatch.stream.LateLabelSettings;
import io.losswatch.stream.consume.SourceRecord;
import io.losswatch.stream.decode.Decoded;
import io.losswatch.stream.evaluate.Evaluated;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Joins the labels that come later with the predictions of one lane, whichever comes first, and
 * remembers ids. Mutable; owned by the lane's thread.
 *
 * <ul>
 *   <li>Labels by {@code batch_id} are of all rows of a batch that have none yet, labels by {@code
 *       sample_ids} of one row each. Labels without a version are of every version that waits.
 *   <li>A row gets one label: further ones are duplicates. A label that every monitor refuses is
 *       none: the row goes on waiting.
 *   <li>A batch is remembered until the labels' watermark is past its event time by the horizon (of
 *       a lane without labels: its own watermark); labels wait until the predictions' watermark is
 *       past their time by the horizon.
 *   <li>When there is too much the oldest goes, whatever it is; nobody knows it again then.
 * </ul>
 */
final class LateJoin {
  private final PaneMemory predictions;
  private final LateMemory memory;
  private final LateLabelSettings settings;
  private final long horizonMillis;
  private final Function<Decoded<Batch>, Evaluated> evaluator;
  private final Folding folding;
  private final LabelledRows rows = new LabelledRows();

  /** What becomes of what is found. */
  interface Folding {
    /** Rows of a batch have got their labels. */
    void fold(Joined joined);

    /** A record is refused, now or long after it came. */
    void refuse(SourceRecord source, RefusedException refusal);

    /** Where it is counted. */
    LateTally tally();
  }

  /**
   * Rows with their labels.
   *
   * @param batch whose rows they are
   * @param labelTimeMillis when the labels became known
   * @param labelled what is evaluated
   * @param evaluated what monitors say; at least one took it
   */
  record Joined(WaitingBatch batch, long labelTimeMillis, Batch labelled, Evaluated evaluated) {}

  LateJoin(
      PaneMemory predictions,
      LateLabelSettings settings,
      Function<Decoded<Batch>, Evaluated> evaluator,
      Folding folding) {
    this.predictions = predictions;
    this.memory = predictions.late();
    this.settings = settings;
    this.horizonMillis = settings.horizon().toMillis();
    this.evaluator = evaluator;
    this.folding = folding;
  }

  /**
   * A batch has come and is counted.
   *
   * @param source as it came
   * @param header its own
   * @param place its event time and offset
   * @param samples that came without a label
   * @param cut the cut that is open
   */
  void arrived(SourceRecord source, BatchHeader header, Place place, long samples, long cut) {
    boolean awaits = settings.topic() != null && samples > 0;
    byte[] value = awaits ? memory.owned(source) : null;
    Batch batch = value == null ? null : rows.read(value);
    RefusedException misfit = batch == null ? null : LabelledRows.misfit(batch);
    if (misfit != null) {
      folding.refuse(source, misfit);
    }
    List<String> ids = batch == null || misfit != null ? List.of() : batch.sampleIds();
    if (header.batchId() == null && ids.isEmpty()) {
      return;
    }
    WaitingBatch waiting =
        new WaitingBatch(
            place,
            new SeenState(
                place.timeMillis(),
                header.model(),
                header.version(),
                header.batchId(),
                ids,
                awaits ? samples : 0,
                memory.knows(header)),
            value,
            cut);
    folding.tally().await(awaits ? waiting.samplesLeft() : 0);
    memory.see(waiting);
    if (awaits) {
      findLabels(waiting);
    }
    evict();
  }

  private void findLabels(WaitingBatch batch) {
    SeenState identity = batch.identity();
    String batchId = identity.getBatchId();
    if (batchId != null) {
      for (WaitingLabels late :
          memory.labelsOfBatch(identity.getModel(), identity.getVersion(), batchId)) {
        memory.use(late, 0);
        joinWhole(batch, late.labels(), late.source());
      }
    }
    findSampleLabels(batch)
        .forEach((late, pairs) -> joinSome(batch, pairs, late.labels(), late.source()));
  }

  /** Of each row the label that came first; the others are of no use any more. */
  private Map<WaitingLabels, Pairs> findSampleLabels(WaitingBatch batch) {
    SeenState identity = batch.identity();
    Map<WaitingLabels, Pairs> found = new LinkedHashMap<>();
    List<String> ids = identity.getSampleIds();
    for (int row = 0; row < ids.size(); row++) {
      boolean waits = batch.waits(row);
      for (WaitingLabels.Row each :
          memory.labelsOfSample(identity.getModel(), identity.getVersion(), ids.get(row))) {
        memory.use(each.labels(), each.row());
        if (waits) {
          found.computeIfAbsent(each.labels(), none -> new Pairs()).add(row, each.row());
        } else {
          folding.tally().repeatLabels(1);
        }
        waits = false;
      }
    }
    return found;
  }

  /** Labels have come. */
  void labelled(SourceRecord source, LateLabels late) {
    String batchId = late.target().batchId();
    if (batchId == null) {
      labelSamples(source, late);
    } else {
      labelBatches(source, late, batchId);
    }
    evict();
  }

  private void labelBatches(SourceRecord source, LateLabels late, String batchId) {
    List<WaitingBatch> known = memory.batches(late.target(), batchId);
    List<WaitingBatch> waiting = known.stream().filter(batch -> batch.value() != null).toList();
    if (!waiting.isEmpty()) {
      waiting.forEach(batch -> joinWhole(batch, late, source));
    } else if (!known.isEmpty()) {
      folding.tally().repeatLabels(known.size());
    } else if (isWaitedFor(late)) {
      folding.tally().repeatLabels(1);
    } else {
      await(new WaitingLabels(DeadLetter.owned(source), late));
    }
  }

  private boolean isWaitedFor(LateLabels late) {
    LateLabels.Target target = late.target();
    return memory
        .labelsOfBatch(target.model(), target.version(), Objects.requireNonNull(target.batchId()))
        .stream()
        .anyMatch(other -> other.target().version().equals(target.version()));
  }

  private void labelSamples(SourceRecord source, LateLabels late) {
    WaitingLabels remaining = new WaitingLabels(DeadLetter.owned(source), late);
    Map<WaitingBatch, Pairs> found = new LinkedHashMap<>();
    Set<WaitingBatch.Row> claimed = new HashSet<>();
    List<String> ids = late.target().sampleIds();
    for (int labelRow = 0; labelRow < ids.size(); labelRow++) {
      List<WaitingBatch.Row> known = memory.rows(late.target(), ids.get(labelRow));
      boolean useful = false;
      for (WaitingBatch.Row each : known) {
        if (each.waits() && claimed.add(each)) {
          found.computeIfAbsent(each.batch(), none -> new Pairs()).add(each.row(), labelRow);
          useful = true;
        }
      }
      if (!known.isEmpty() && !useful) {
        folding.tally().repeatLabels(1);
      }
      if (!known.isEmpty() || isRepeated(late.target(), ids.get(labelRow))) {
        remaining.use(labelRow);
      }
    }
    found.forEach((batch, pairs) -> joinSome(batch, pairs, late, source));
    if (!remaining.isUsedUp()) {
      await(remaining);
    }
  }

  /** True if another label of the sample waits already. */
  private boolean isRepeated(LateLabels.Target target, String id) {
    boolean repeated =
        memory.labelsOfSample(target.model(), target.version(), id).stream()
            .anyMatch(row -> row.labels().target().version().equals(target.version()));
    folding.tally().repeatLabels(repeated ? 1 : 0);
    return repeated;
  }

  private void await(WaitingLabels late) {
    if (isPast(late.place(), predictions.watermark())) {
      folding.tally().expire(late.rowsLeft());
    } else {
      memory.await(late);
    }
  }

  private void joinWhole(WaitingBatch batch, LateLabels late, SourceRecord source) {
    int[] left = IntStream.range(0, batch.rows()).filter(batch::waits).toArray();
    if (left.length == 0) {
      folding.tally().repeatLabels(1);
    } else if (left.length == batch.rows()) {
      join(batch, left, late, source, () -> rows.whole(batch, late));
    } else {
      join(batch, left, late, source, () -> rows.some(batch, left, late, left));
    }
  }

  private void joinSome(WaitingBatch batch, Pairs pairs, LateLabels late, SourceRecord source) {
    int[] left = pairs.batchRows().toArray();
    int[] labelRows = pairs.labelRows().toArray();
    join(batch, left, late, source, () -> rows.some(batch, left, late, labelRows));
  }

  private void join(
      WaitingBatch batch,
      int[] labelledRows,
      LateLabels late,
      SourceRecord source,
      Supplier<Batch> joining) {
    try {
      Batch labelled = joining.get();
      Evaluated evaluated = evaluator.apply(new Decoded<>(source, labelled, null));
      if (!evaluated.evaluations().isEmpty()) {
        long before = batch.samplesLeft();
        IntStream.of(labelledRows).forEach(batch::label);
        folding.tally().join(before - batch.samplesLeft());
        memory.changed(batch);
        folding.fold(new Joined(batch, late.labelTimeMillis(), labelled, evaluated));
      }
      if (evaluated.refusal() != null) {
        folding.refuse(source, evaluated.refusal());
      }
    } catch (RefusedException e) {
      folding.refuse(source, e);
    }
  }

  /** Drops what waits in vain; to be asked whenever a watermark may have moved. */
  void expire() {
    long watermark = settings.topic() == null ? predictions.watermark() : memory.watermark();
    for (@Nullable WaitingBatch oldest = memory.oldestSeen();
        oldest != null && isPast(oldest.place(), watermark);
        oldest = memory.oldestSeen()) {
      folding.tally().expire(oldest.value() == null ? 0 : oldest.samplesLeft());
      memory.forget(oldest);
    }
    for (@Nullable WaitingLabels oldest = memory.oldestLabels();
        oldest != null && isPast(oldest.place(), predictions.watermark());
        oldest = memory.oldestLabels()) {
      folding.tally().expire(oldest.rowsLeft());
      memory.forget(oldest);
    }
  }

  private boolean isPast(Place place, long watermark) {
    return watermark != PaneMemory.SILENT && place.timeMillis() + horizonMillis <= watermark;
  }

  private void evict() {
    while (memory.bytes() > settings.maxPendingBytes()) {
      @Nullable WaitingBatch batch = memory.oldestSeen();
      @Nullable WaitingLabels late = memory.oldestLabels();
      if (batch != null && (late == null || batch.place().compareTo(late.place()) <= 0)) {
        folding.tally().evict(batch.value() == null ? 0 : batch.samplesLeft());
        memory.forget(batch);
      } else if (late != null) {
        folding.tally().evict(late.rowsLeft());
        memory.forget(late);
      } else {
        return;
      }
    }
  }

  /** Rows of a batch beside rows of labels. */
  private static final class Pairs {
    private final List<int[]> pairs = new ArrayList<>();

    void add(int batchRow, int labelRow) {
      pairs.add(new int[] {batchRow, labelRow});
    }

    IntStream batchRows() {
      return pairs.stream().mapToInt(pair -> pair[0]);
    }

    IntStream labelRows() {
      return pairs.stream().mapToInt(pair -> pair[1]);
    }
  }
}
