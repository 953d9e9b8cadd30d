package io.losswatch.deploy.audit;

import io.losswatch.core.window.LossSummary;
import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.PartialEntry;
import io.losswatch.schemas.SampleEntry;
import io.losswatch.schemas.codec.AvroSamples;
import io.losswatch.schemas.codec.AvroSums;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.fold.DeltaKey;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Offsets of a source that were counted in one transaction. Mutable; one thread. */
final class Range {
  private final SourcePartition source;
  private final long from;
  private final long to;
  private final long watermarkMillis;
  private final Map<DeltaKey, LossSummary> told = new LinkedHashMap<>();

  /** By series, whose pane is set to 0. */
  private final Map<DeltaKey, SampleLog> samples = new HashMap<>();

  Range(SourcePartition source, PartialBatch batch) {
    this.source = source;
    this.from = batch.getFromOffset();
    this.to = batch.getToOffset();
    this.watermarkMillis = batch.getWatermark().toEpochMilli();
  }

  SourcePartition source() {
    return source;
  }

  long from() {
    return from;
  }

  long to() {
    return to;
  }

  /** Of the source, behind the range. */
  long watermarkMillis() {
    return watermarkMillis;
  }

  void tell(PartialBatch batch) {
    for (PartialEntry entry : batch.getEntries()) {
      DeltaKey key =
          new DeltaKey(
              entry.getSeries(), entry.getFingerprint(), entry.getPaneStart().toEpochMilli());
      told.computeIfAbsent(key, none -> new LossSummary()).merge(AvroSums.summary(entry.getSums()));
    }
    for (SampleEntry entry : batch.getSamples()) {
      samples
          .computeIfAbsent(
              new DeltaKey(entry.getSeries(), entry.getFingerprint(), 0), none -> new SampleLog())
          .add(AvroSamples.run(entry), entry.getEventTime().toEpochMilli());
    }
  }

  /** Single samples of a series, as they are told. */
  SampleLog samples(String series, long fingerprint) {
    return samples.getOrDefault(new DeltaKey(series, fingerprint, 0), new SampleLog());
  }

  /** What all partials partitions together say of it. */
  Map<DeltaKey, LossSummary> told() {
    return told;
  }

  /** Such as {@code predictions-3 [17, 40)}. */
  @Override
  public String toString() {
    return source + " [" + from + ", " + to + ")";
  }
}
