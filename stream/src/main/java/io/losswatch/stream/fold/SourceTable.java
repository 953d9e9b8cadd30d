package io.losswatch.stream.fold;

import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.RosterState;
import io.losswatch.schemas.SourceState;
import io.losswatch.schemas.SourceTopic;
import io.losswatch.schemas.codec.RecordCodec;
import io.losswatch.stream.consume.SourcePartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The sources that a lane of hop 2 hears of, and the watermark that they make together: the
 * smallest of all in the roster, and it stands still until each has spoken. Mutable; owned by the
 * lane's thread.
 */
final class SourceTable {
  private static final String ROSTER = "roster";
  private static final String SOURCE = "source:";
  private static final RecordCodec<SourceState> SOURCES = RecordCodec.of(SourceState.class);
  private static final RecordCodec<RosterState> ROSTERS = RecordCodec.of(RosterState.class);

  private final Map<SourcePartition, SourceProgress> progress = new HashMap<>();
  private final Set<SourcePartition> changed = new LinkedHashSet<>();
  private Roster roster = Roster.EMPTY;
  private boolean rosterChanged;
  private long watermark = PaneMemory.SILENT;

  SourceProgress progress(SourcePartition source) {
    return progress.getOrDefault(source, SourceProgress.none(source));
  }

  /** Takes note of a batch whose entries have been folded. */
  void advance(SourceProgress after, PartialBatch batch) {
    progress.put(after.source(), after);
    changed.add(after.source());
    SortedMap<String, Integer> named = new TreeMap<>();
    for (SourceTopic topic : batch.getSources()) {
      named.put(topic.getTopic(), topic.getPartitions());
    }
    Roster union = roster.union(new Roster(named));
    rosterChanged |= !union.equals(roster);
    roster = union;
    watermark = Math.max(watermark, smallest());
  }

  /**
   * Up to where event time is complete; {@link PaneMemory#SILENT} until every source has spoken. It
   * never runs back.
   */
  long watermark() {
    return watermark;
  }

  private long smallest() {
    long smallest = Long.MAX_VALUE;
    for (Map.Entry<String, Integer> topic : roster.partitions().entrySet()) {
      for (int partition = 0; partition < topic.getValue(); partition++) {
        SourcePartition source = new SourcePartition(topic.getKey(), partition);
        smallest = Math.min(smallest, progress(source).watermark());
      }
    }
    return smallest == Long.MAX_VALUE ? PaneMemory.SILENT : smallest;
  }

  List<StateChange> drainChanges() {
    List<StateChange> changes = new ArrayList<>();
    for (SourcePartition source : changed) {
      changes.add(new StateChange(SOURCE + source, SOURCES.encode(progress(source).toState())));
    }
    changed.clear();
    if (rosterChanged) {
      List<SourceTopic> topics = new ArrayList<>();
      roster.partitions().forEach((topic, count) -> topics.add(new SourceTopic(topic, count)));
      changes.add(new StateChange(ROSTER, ROSTERS.encode(new RosterState(topics))));
      rosterChanged = false;
    }
    return changes;
  }

  void restoreWatermark(long restored) {
    watermark = restored;
  }

  /**
   * Puts a part back.
   *
   * @return false if the key is of something else
   */
  boolean restore(String key, byte[] value) {
    if (key.equals(ROSTER)) {
      SortedMap<String, Integer> partitions = new TreeMap<>();
      for (SourceTopic topic : ROSTERS.decode(value, 0, value.length).getSources()) {
        partitions.put(topic.getTopic(), topic.getPartitions());
      }
      roster = new Roster(partitions);
      return true;
    }
    if (key.startsWith(SOURCE)) {
      SourceProgress restored = SourceProgress.of(SOURCES.decode(value, 0, value.length));
      progress.put(restored.source(), restored);
      return true;
    }
    return false;
  }
}
