package io.losswatch.stream.fold;

import io.losswatch.core.window.SeriesWindows;
import io.losswatch.core.window.WindowPart;
import io.losswatch.schemas.LaneState;
import io.losswatch.schemas.codec.RecordCodec;
import io.losswatch.stream.consume.LaneMemory;
import io.losswatch.stream.evaluate.MonitorPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a lane of hop 2 remembers: sources and their watermarks, and the windows of every series.
 * Owned by the lane's thread.
 *
 * <p>The topic that it is restored from may hold several values of a key, the later ones replacing
 * the earlier, so parts are put back only when all have been read.
 */
public final class RollMemory implements LaneMemory {
  private static final String POSITION = "position";
  private static final String MARK = new WindowPart.Mark(0).key();
  private static final RecordCodec<LaneState> POSITIONS = RecordCodec.of(LaneState.class);

  private final Map<Long, MonitorPlan> plans = new HashMap<>();
  private final SourceTable sources = new SourceTable();
  private final Map<SeriesId, SeriesWindows> series = new LinkedHashMap<>();

  /** What has changed since the last drain, and how many panes it had before. */
  private final Map<SeriesId, Integer> touched = new LinkedHashMap<>();

  /** Older than the changes of what is touched. */
  private final List<StateChange> obsolete = new ArrayList<>();

  private long openPanes;
  private Map<String, byte[]> restored = new LinkedHashMap<>();
  private long nextOffset = -1;

  /** Nothing is remembered yet. */
  public RollMemory(List<MonitorPlan> plans) {
    plans.forEach(plan -> this.plans.put(plan.fingerprint(), plan));
  }

  @Override
  public void restore(String key, byte @Nullable [] value) {
    if (value == null) {
      restored.remove(key);
    } else {
      restored.put(key, value);
    }
  }

  @Override
  public OptionalLong nextOffset() {
    byte[] position = restored.get(POSITION);
    if (position != null) {
      nextOffset = POSITIONS.decode(position, 0, position.length).getNextOffset();
    }
    return nextOffset < 0 ? OptionalLong.empty() : OptionalLong.of(nextOffset);
  }

  /** All parts have been read: puts them together. */
  void assemble() {
    Iterator<Map.Entry<String, byte[]>> parts = restored.entrySet().iterator();
    while (parts.hasNext()) {
      Map.Entry<String, byte[]> part = parts.next();
      assemble(part.getKey(), part.getValue());
      // bytes and windows of all series together would be twice the memory
      parts.remove();
    }
    restored = new LinkedHashMap<>();
    series.entrySet().removeIf(each -> each.getValue().isEmpty() && forget(each.getKey()));
    openPanes = series.values().stream().mapToLong(SeriesWindows::paneCount).sum();
  }

  /** What is left of a series may be its mark, if all its windows are watched no longer. */
  private boolean forget(SeriesId id) {
    return obsolete.add(new StateChange(id.partKey(MARK), null));
  }

  private void assemble(String key, byte[] value) {
    if (key.equals(POSITION)) {
      sources.restoreWatermark(POSITIONS.decode(value, 0, value.length).getWatermark());
    } else if (!sources.restore(key, value)) {
      SeriesId id = SeriesId.ofPartKey(key);
      WindowPart part = SeriesParts.decode(SeriesId.part(key), value);
      MonitorPlan plan = plans.get(id.fingerprint());
      if (plan == null || !windows(id, plan).restore(part)) {
        // of a monitor, or a window, that is watched no longer
        obsolete.add(new StateChange(key, null));
      }
    }
  }

  SourceTable sources() {
    return sources;
  }

  @Nullable MonitorPlan plan(long fingerprint) {
    return plans.get(fingerprint);
  }

  /** Who may have a place of its own in this memory. */
  Admission admission(int partition, int maxSeries) {
    return new Admission(plans.values(), partition, maxSeries);
  }

  Map<SeriesId, SeriesWindows> series() {
    return series;
  }

  /** The windows of a series; whoever asks is going to change them. */
  SeriesWindows touch(SeriesId id, MonitorPlan plan) {
    SeriesWindows windows = windows(id, plan);
    touched.putIfAbsent(id, windows.paneCount());
    return windows;
  }

  /**
   * A series that was touched and holds nothing any more gives its place away, at once: when the
   * next cut comes is no matter of the log.
   */
  void settle(SeriesId id, SeriesWindows windows) {
    if (windows.isEmpty()) {
      drain(id, windows, touched.getOrDefault(id, 0), obsolete);
      touched.remove(id);
      series.remove(id);
    }
  }

  /** Series and panes that are held, as of the last drain. */
  Tally.Standing standing() {
    return Tally.Standing.rolling(sources.watermark(), series.size(), openPanes);
  }

  private void drain(SeriesId id, SeriesWindows windows, int panesBefore, List<StateChange> to) {
    openPanes += windows.paneCount() - panesBefore;
    SeriesParts.write(id, windows.drainChanges(), to);
  }

  private SeriesWindows windows(SeriesId id, MonitorPlan plan) {
    return series.computeIfAbsent(id, none -> SeriesWindows.recording(plan.windows()));
  }

  /** All that has changed since the last call, and the position up to which it goes. */
  List<StateChange> drainChanges(long position) {
    List<StateChange> changes = new ArrayList<>(obsolete);
    obsolete.clear();
    touched.forEach((id, panesBefore) -> {
      SeriesWindows windows = series.get(id);
      if (windows != null) {
        drain(id, windows, panesBefore, changes);
      }
    });
    touched.clear();
    changes.addAll(sources.drainChanges());
    changes.add(
        new StateChange(POSITION, POSITIONS.encode(new LaneState(position, sources.watermark()))));
    return changes;
  }
}
