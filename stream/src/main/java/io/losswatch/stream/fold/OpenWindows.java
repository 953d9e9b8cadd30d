package io.losswatch.stream.fold;

import io.losswatch.core.window.LossSummary;
import io.losswatch.core.window.SeriesWindows;
import io.losswatch.core.window.WindowResult;
import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.PartialEntry;
import io.losswatch.schemas.SampleEntry;
import io.losswatch.schemas.codec.AvroSamples;
import io.losswatch.schemas.codec.AvroSums;
import io.losswatch.stream.consume.CommitGrid;
import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.decode.Decoded;
import io.losswatch.stream.decode.DecodedPortion;
import io.losswatch.stream.evaluate.MonitorPlan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a lane of hop 2 has folded since its last cut. Mutable; owned by the lane's thread. */
final class OpenWindows {
  private static final Logger log = LoggerFactory.getLogger(OpenWindows.class);

  /** A cut comes early when it has this many windows. */
  static final int MAX_WINDOWS = 20_000;

  private final Lane lane;
  private final RollMemory memory;
  private final Admission admission;
  private final Overflow overflow;
  private final int maxWindows;
  private final Set<Object> complained = new HashSet<>();
  private List<RolledPortion> cuts = new ArrayList<>();
  private List<RolledWindow> windows = new ArrayList<>();
  private List<DeadLetter> deadLetters = new ArrayList<>();
  private Tally tally = new Tally();
  private long nextOffset;
  private long offsetAtCut;
  private long cutMillis = Long.MIN_VALUE / 2;
  private long dueMillis = Long.MIN_VALUE;

  OpenWindows(Lane lane, RollMemory memory, long fromOffset, int maxSeries, int maxWindows) {
    this.maxWindows = maxWindows;
    this.lane = lane;
    this.memory = memory;
    this.admission = memory.admission(lane.source().partition(), maxSeries);
    this.overflow = new Overflow(lane.source(), maxSeries);
    this.nextOffset = fromOffset;
    this.offsetAtCut = fromOffset;
    memory.assemble();
    // a window that was added to the configuration finds its panes here and may be due at once
    roll();
  }

  /**
   * Folds a portion.
   *
   * @return what is cut off now, in order; empty if no cut is due or there is nothing to tell
   */
  List<RolledPortion> fold(DecodedPortion<PartialBatch> decoded, CommitGrid commits) {
    for (Decoded<PartialBatch> record : decoded.records()) {
      nextOffset = record.source().offset() + 1;
      fold(record);
    }
    nextOffset = decoded.portion().range().to();
    long nowMillis = decoded.portion().wallClockMillis();
    overflow.report(nowMillis);
    if (commits.isDue(cutMillis, nowMillis) && hasNews()) {
      cutMillis = nowMillis;
      cuts.add(cut(false));
    }
    return takeCuts();
  }

  /** What is left when the lane ends. */
  List<RolledPortion> last() {
    cuts.add(cut(true));
    return takeCuts();
  }

  private List<RolledPortion> takeCuts() {
    List<RolledPortion> taken = cuts;
    cuts = new ArrayList<>();
    return taken;
  }

  /** Windows may be due before anything was read; they never go without the state behind them. */
  private boolean hasNews() {
    return nextOffset > offsetAtCut || !windows.isEmpty();
  }

  private RolledPortion cut(boolean last) {
    List<StateChange> changes = hasNews() ? memory.drainChanges(nextOffset) : List.of();
    tally.stand(memory.standing());
    RolledPortion rolled =
        new RolledPortion(
            lane,
            new RolledPortion.Cut(nextOffset, last),
            windows,
            changes,
            new RolledPortion.Account(deadLetters, tally));
    windows = new ArrayList<>();
    deadLetters = new ArrayList<>();
    tally = new Tally();
    offsetAtCut = nextOffset;
    return rolled;
  }

  private void fold(Decoded<PartialBatch> record) {
    PartialBatch batch = record.value();
    if (batch == null) {
      if (record.refusal() != null) {
        log.error(
            "{}: no partial batch: {}", record.source().position(), record.refusal().getMessage());
        deadLetters.add(DeadLetter.of(record.source(), record.refusal()));
        tally.refuse(record.refusal().reason());
      }
      return;
    }
    SourcePartition source =
        new SourcePartition(batch.getSourceTopic(), batch.getSourcePartition());
    SourceProgress progress = memory.sources().progress(source);
    SourceProgress.Place place = progress.place(batch);
    if (place != SourceProgress.Place.NEXT) {
      ignore(batch, progress, place);
      memory.sources().advance(progress.withWatermark(batch), batch);
      roll();
      return;
    }
    for (PartialEntry entry : batch.getEntries()) {
      fold(entry);
    }
    for (SampleEntry entry : batch.getSamples()) {
      append(entry);
    }
    memory.sources().advance(progress.after(batch), batch);
    roll();
    if (windows.size() >= maxWindows) {
      cuts.add(cut(false));
    }
  }

  private void ignore(PartialBatch batch, SourceProgress progress, SourceProgress.Place place) {
    tally.repeat();
    if (!complained.add(progress.source()) && place == SourceProgress.Place.REPEATED) {
      return;
    }
    log.error(
        "{}: offsets [{}, {}) are ignored: all before {} is counted already{}",
        progress.source(),
        batch.getFromOffset(),
        batch.getToOffset(),
        progress.toOffset(),
        place == SourceProgress.Place.OVERLAPPING
            ? ", and the rest of this range cannot be told apart: it is in no window"
            : "");
  }

  private void fold(PartialEntry entry) {
    SeriesId id = new SeriesId(entry.getSeries(), entry.getFingerprint());
    MonitorPlan plan = memory.plan(entry.getFingerprint());
    if (plan == null) {
      complainOnce(
          entry.getFingerprint(),
          "a monitor that this instance does not have: series " + entry.getSeries());
      return;
    }
    LossSummary sums = AvroSums.summary(entry.getSums());
    SeriesId place = admission.place(id, memory.series().keySet());
    if (!place.equals(id)) {
      overflow.count(sums);
      tally.overflow(sums);
    }
    SeriesWindows series = memory.touch(place, plan);
    boolean isPlaced =
        series.fold(entry.getPaneStart().toEpochMilli(), sums, memory.sources().watermark());
    if (!isPlaced) {
      tally.misplace(sums);
    }
    dueMillis = Math.min(dueMillis, series.nextDueMillis());
    memory.settle(place, series);
  }

  /** Its samples are counted by an entry of the same batch. */
  private void append(SampleEntry entry) {
    SeriesId id = new SeriesId(entry.getSeries(), entry.getFingerprint());
    MonitorPlan plan = memory.plan(entry.getFingerprint());
    if (plan == null) {
      return; // said so when they were counted
    }
    SeriesId place = admission.place(id, memory.series().keySet());
    SeriesWindows series = memory.touch(place, plan);
    long watermark = memory.sources().watermark();
    long eventTime = entry.getEventTime().toEpochMilli();
    for (WindowResult result : series.append(AvroSamples.run(entry), eventTime, watermark)) {
      publish(place, plan, result, known(result, watermark));
    }
    dueMillis = Math.min(dueMillis, series.nextDueMillis());
    memory.settle(place, series);
  }

  /** The watermark to tell: as long as some source has not spoken, nothing before the window. */
  static long known(WindowResult result, long watermark) {
    return watermark == PaneMemory.SILENT ? result.bounds().startMillis() : watermark;
  }

  private void publish(SeriesId id, MonitorPlan plan, WindowResult result, long watermark) {
    windows.add(new RolledWindow(id.series(), plan, result, watermark));
    tally.publish(result);
  }

  private void complainOnce(Object about, String what) {
    if (complained.add(about)) {
      log.error("{}: sums are dropped because of {}", lane.source(), what);
    }
  }

  /** Publishes what the watermark has made due. */
  private void roll() {
    long watermark = memory.sources().watermark();
    if (watermark == PaneMemory.SILENT || watermark < dueMillis) {
      return;
    }
    dueMillis = Long.MAX_VALUE;
    // a copy: a cut drops series that have fallen empty
    for (Map.Entry<SeriesId, SeriesWindows> each : List.copyOf(memory.series().entrySet())) {
      SeriesWindows series = each.getValue();
      if (watermark >= series.nextDueMillis()) {
        publish(each.getKey(), series, watermark);
      }
      dueMillis = Math.min(dueMillis, series.nextDueMillis());
      if (windows.size() >= maxWindows) {
        // a long jump of the watermark must not become one huge transaction; after a restart here
        // the other series are
        // found due again
        cuts.add(cut(false));
      }
    }
  }

  private void publish(SeriesId id, SeriesWindows series, long watermark) {
    MonitorPlan plan = memory.plan(id.fingerprint());
    if (plan == null) {
      return;
    }
    memory.touch(id, plan);
    for (WindowResult result : series.advance(watermark)) {
      publish(id, plan, result, watermark);
    }
    memory.settle(id, series);
  }
}
