package io.losswatch.stream.fold;

import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.window.LossSummary;
import io.losswatch.core.window.SampleRun;
import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.PartialEntry;
import io.losswatch.schemas.SampleEntry;
import io.losswatch.schemas.SourceTopic;
import io.losswatch.schemas.codec.AvroSamples;
import io.losswatch.schemas.codec.AvroSums;
import io.losswatch.stream.consume.Portion;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.consume.SourceRecord;
import io.losswatch.stream.decode.Decoded;
import io.losswatch.stream.decode.DecodedPortion;
import io.losswatch.stream.evaluate.MonitorPlan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a partials partition brings to hop 2's fold; sources go on where their last range ended. */
final class PartialsTape {
  static final SourcePartition PARTIALS = new SourcePartition("partials", 1);
  static final String TOPIC = "predictions";

  private final Map<Integer, Long> nextOffsets = new HashMap<>();
  private final List<Decoded<PartialBatch>> waiting = new ArrayList<>();
  private final List<SampleEntry> samples = new ArrayList<>();
  private List<SourceTopic> roster;
  private long from;
  private long to;

  PartialsTape(int partitions) {
    this.roster = List.of(new SourceTopic(TOPIC, partitions));
  }

  /** The roster of all batches from here on. */
  PartialsTape roster(SourceTopic... sources) {
    roster = List.of(sources);
    return this;
  }

  /** The next ten offsets of a source. */
  PartialsTape batch(int partition, long watermark, PartialEntry... entries) {
    long next = nextOffsets.getOrDefault(partition, 0L);
    nextOffsets.put(partition, next + 10);
    return range(partition, next, next + 10, watermark, entries);
  }

  PartialsTape range(int partition, long first, long end, long watermark, PartialEntry... entries) {
    return chunk(partition, first, end, 0, 1, watermark, entries);
  }

  PartialsTape chunk(
      int partition,
      long first,
      long end,
      int chunk,
      int chunks,
      long watermark,
      PartialEntry... entries) {
    List<SampleEntry> told = List.copyOf(samples);
    samples.clear();
    return put(
        new PartialBatch(
            TOPIC,
            partition,
            first,
            end,
            chunk,
            chunks,
            Instant.ofEpochMilli(watermark),
            roster,
            List.of(entries),
            told));
  }

  /** Single samples, which go with the next batch. */
  PartialsTape samples(MonitorPlan plan, String model, long eventTime, double... losses) {
    SampleRun run = SampleRun.of(losses, new double[0], 0);
    SampleEntry entry = AvroSamples.empty(key(plan, model), plan.fingerprint(), eventTime);
    samples.add(AvroSamples.of(entry, run, 0, run.size()));
    return this;
  }

  PartialsTape put(PartialBatch batch) {
    waiting.add(new Decoded<>(record(), batch, null));
    return this;
  }

  /** A record that is no partial batch. */
  PartialsTape poison() {
    RefusedException refusal = new RefusedException(Reason.MALFORMED_RECORD, "torn");
    waiting.add(new Decoded<>(record(), null, refusal));
    return this;
  }

  private SourceRecord record() {
    SourceRecord.Payload value = new SourceRecord.Payload(new byte[8], 0, 8);
    return new SourceRecord(PARTIALS, to++, 0, null, new SourceRecord.Content(value, List.of()));
  }

  DecodedPortion<PartialBatch> polled(long wallClockMillis) {
    List<Decoded<PartialBatch>> records = List.copyOf(waiting);
    waiting.clear();
    Portion.OffsetRange range = new Portion.OffsetRange(from, to);
    from = to;
    List<SourceRecord> sources = records.stream().map(Decoded::source).toList();
    return new DecodedPortion<>(
        new Portion(sources, range, wallClockMillis, false, 8L * records.size()), records);
  }

  static PartialEntry entry(MonitorPlan plan, String model, long pane, double... losses) {
    return entry(plan, model, pane, Folds.summary(losses));
  }

  static PartialEntry entry(MonitorPlan plan, String model, long pane, LossSummary summary) {
    return new PartialEntry(
        key(plan, model), plan.fingerprint(), Instant.ofEpochMilli(pane), AvroSums.of(summary));
  }

  static String key(MonitorPlan plan, String model) {
    return plan.monitor().name() + "/" + model + "/1/";
  }
}
