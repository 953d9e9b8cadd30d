package io.losswatch.deploy.audit;

import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.PartialEntry;
import io.losswatch.schemas.SampleEntry;
import io.losswatch.schemas.SourceTopic;
import io.losswatch.schemas.codec.AvroSamples;
import io.losswatch.schemas.codec.AvroSums;
import io.losswatch.stream.TimeSettings;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.evaluate.MonitorPlan;
import io.losswatch.stream.fold.PaneMemory;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * One partials partition in the order of its log: which watermark it makes when, and the series
 * that live on it. Mutable; one thread.
 */
final class LaneAudit {
  private final Extent extent;
  private final Map<Long, MonitorPlan> plans;
  private final TimeSettings time;
  private final Output output;
  private final Findings findings;
  private final Map<SourcePartition, Progress> progress = new HashMap<>();
  private final Map<SourcePartition, Long> watermarks = new HashMap<>();
  private final Map<String, Integer> roster = new TreeMap<>();
  private final Map<Key, SeriesAudit> series = new LinkedHashMap<>();
  private long watermark = PaneMemory.SILENT;
  private long completeFrom = Long.MIN_VALUE;

  /**
   * What is known of a partials partition.
   *
   * @param isTrimmed true if retention has deleted its beginning
   * @param committed offset of the group that reads it: windows that were due before are published
   */
  record Extent(boolean isTrimmed, long committed) {}

  private record Key(String series, long fingerprint) {}

  LaneAudit(
      Extent extent,
      Map<Long, MonitorPlan> plans,
      TimeSettings time,
      Output output,
      Findings findings) {
    this.extent = extent;
    this.plans = plans;
    this.time = time;
    this.output = output;
    this.findings = findings;
  }

  /** Folds the batch at an offset. */
  void fold(long offset, String position, PartialBatch batch) {
    SourcePartition source =
        new SourcePartition(batch.getSourceTopic(), batch.getSourcePartition());
    Progress last = progress.getOrDefault(source, Progress.NONE);
    if (last.isFollowedBy(batch)) {
      batch.getEntries().forEach(this::fold);
      LastReplay.Place place =
          new LastReplay.Place(watermark, offset < extent.committed(), completeFrom, position);
      batch.getSamples().forEach(entry -> append(entry, place));
      progress.put(source, last.after(batch));
    }
    for (SourceTopic topic : batch.getSources()) {
      roster.merge(topic.getTopic(), topic.getPartitions(), Math::max);
    }
    if (batch.getChunk() + 1 == batch.getChunks()) {
      hear(source, batch.getWatermark().toEpochMilli());
    }
    long before = watermark;
    watermark = Math.max(watermark, smallest());
    if (watermark > before) {
      SeriesAudit.Crossing crossing =
          new SeriesAudit.Crossing(
              before, watermark, offset < extent.committed(), completeFrom, position);
      series.values().forEach(each -> each.advance(crossing));
    }
  }

  private void fold(PartialEntry entry) {
    MonitorPlan plan = plans.get(entry.getFingerprint());
    if (plan == null) {
      findings
          .series(entry.getSeries())
          .excuse("the monitor had another definition for a time, of which nothing is known here");
      return;
    }
    series(new Key(entry.getSeries(), entry.getFingerprint()), plan)
        .fold(entry.getPaneStart().toEpochMilli(), AvroSums.summary(entry.getSums()), watermark);
  }

  /** Of a definition that is not known it was told when its samples were counted. */
  private void append(SampleEntry entry, LastReplay.Place place) {
    MonitorPlan plan = plans.get(entry.getFingerprint());
    if (plan != null) {
      series(new Key(entry.getSeries(), entry.getFingerprint()), plan)
          .append(AvroSamples.run(entry), entry.getEventTime().toEpochMilli(), place);
    }
  }

  private SeriesAudit series(Key key, MonitorPlan plan) {
    return series.computeIfAbsent(key, of -> new SeriesAudit(of.series(), plan, output, findings));
  }

  /**
   * If the log's beginning is deleted, the first word of a source bounds what was in it: no event
   * is counted that lies further ahead of the watermark behind it.
   */
  private void hear(SourcePartition source, long heard) {
    if (extent.isTrimmed() && !watermarks.containsKey(source) && heard != PaneMemory.SILENT) {
      completeFrom =
          Math.max(
              completeFrom,
              heard + time.maxOutOfOrderness().toMillis() + time.futureTolerance().toMillis());
    }
    watermarks.merge(source, heard, Math::max);
  }

  private long smallest() {
    long smallest = Long.MAX_VALUE;
    for (Map.Entry<String, Integer> topic : roster.entrySet()) {
      for (int partition = 0; partition < topic.getValue(); partition++) {
        SourcePartition source = new SourcePartition(topic.getKey(), partition);
        smallest = Math.min(smallest, watermarks.getOrDefault(source, PaneMemory.SILENT));
      }
    }
    return smallest == Long.MAX_VALUE ? PaneMemory.SILENT : smallest;
  }

  /** The partition has been read to its end. */
  void finish() {
    series.values().forEach(each -> each.finish(completeFrom));
  }
}
