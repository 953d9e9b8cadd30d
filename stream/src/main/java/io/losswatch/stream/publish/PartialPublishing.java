package io.losswatch.stream.publish;

import io.losswatch.core.window.LossSummary;
import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.PartialEntry;
import io.losswatch.schemas.SourceTopic;
import io.losswatch.schemas.codec.AvroSums;
import io.losswatch.schemas.codec.RecordCodec;
import io.losswatch.stream.consume.LaneStart;
import io.losswatch.stream.consume.Portion;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.fold.DeltaKey;
import io.losswatch.stream.fold.PaneDeltas;
import io.losswatch.stream.fold.PaneMemory;
import io.losswatch.stream.fold.Roster;
import io.losswatch.stream.fold.StateChange;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The stage of hop 1 that writes: pane deltas in, units out. Immutable. */
public final class PartialPublishing {
  /** A range that holds nothing for anybody is told here. */
  private static final int FIXED_PARTITION = 0;

  /** Labels move no window: hop 2 waits for predictions only. */
  private static final long NO_WATERMARK = PaneMemory.SILENT;

  /** Bytes of entries in one record: with the roster it stays below 512 KB. */
  private static final int MAX_CHUNK_BYTES = 400 << 10;

  /**
   * Upper bound of an encoded entry without its key: 16 numbers and as many bytes of varints again.
   */
  private static final int ENTRY_BYTES = 250;

  private static final RecordCodec<PartialBatch> CODEC = RecordCodec.of(PartialBatch.class);

  private final PublishSettings settings;
  private final PartialsTopic partials;
  private final List<SourceTopic> roster;
  private final DeadLetters deadLetters;

  /**
   * The topic between the hops.
   *
   * @param name of it
   * @param partitions of it; fixed for an application id
   */
  public record PartialsTopic(String name, int partitions) {}

  /**
   * A stage.
   *
   * @param settings how the hop writes
   * @param partials where to
   * @param roster all sources, named in every record
   */
  public PartialPublishing(PublishSettings settings, PartialsTopic partials, Roster roster) {
    this.settings = settings;
    this.partials = partials;
    this.roster =
        roster.partitions().entrySet().stream()
            .map(topic -> new SourceTopic(topic.getKey(), topic.getValue()))
            .toList();
    this.deadLetters = new DeadLetters(settings.deadLetterTopic(), settings.maxRequestBytes());
  }

  /**
   * What a cut sends. What labels have added goes before the predictions, whose watermark may make
   * windows final.
   */
  public TransactionUnit unit(PaneDeltas deltas) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    PaneDeltas.Cut cut = deltas.cut();
    PaneDeltas.LabelDeltas labels = cut.beside().labels();
    if (labels != null && labels.range().to() > labels.range().from()) {
      addBatches(
          records, new Range(labels.source(), labels.range(), NO_WATERMARK, false), labels.sums());
    }
    if (cut.range().to() > cut.range().from() || cut.crossing()) {
      SourcePartition source = deltas.lane().source();
      addBatches(
          records, new Range(source, cut.range(), cut.watermark(), cut.crossing()), deltas.sums());
    }
    if (!records.isEmpty() || !cut.beside().changes().isEmpty()) {
      deltas.deadLetters().forEach(letter -> records.add(deadLetters.of(letter)));
      addState(records, deltas);
    }
    long nextLabel = labels == null ? 0 : labels.range().to();
    return new TransactionUnit(
        deltas.lane(),
        new LaneStart(cut.range().to(), nextLabel),
        records,
        deltas.tally(),
        cut.last());
  }

  private void addState(List<ProducerRecord<byte[], byte[]>> records, PaneDeltas deltas) {
    SourcePartition source = deltas.lane().source();
    PaneDeltas.Cut cut = deltas.cut();
    for (StateChange change : cut.beside().changes()) {
      records.add(StateRecords.of(settings, source, change));
    }
    records.add(
        StateRecords.of(settings, source, PaneMemory.position(cut.range().to(), cut.watermark())));
  }

  /** What is told of a range of offsets. */
  private record Range(
      SourcePartition source, Portion.OffsetRange offsets, long watermark, boolean crossing) {}

  private void addBatches(
      List<ProducerRecord<byte[], byte[]>> records, Range range, Map<DeltaKey, LossSummary> sums) {
    byPartition(sums, range.crossing())
        .forEach((partition, entries) -> records.addAll(batches(range, partition, entries)));
  }

  private SortedMap<Integer, List<PartialEntry>> byPartition(
      Map<DeltaKey, LossSummary> deltas, boolean crossing) {
    SortedMap<Integer, List<PartialEntry>> entries = new TreeMap<>();
    for (Map.Entry<DeltaKey, LossSummary> sums : deltas.entrySet()) {
      DeltaKey key = sums.getKey();
      entries
          .computeIfAbsent(partition(key.series()), partition -> new ArrayList<>())
          .add(
              new PartialEntry(
                  key.series(),
                  key.fingerprint(),
                  Instant.ofEpochMilli(key.paneStartMillis()),
                  AvroSums.of(sums.getValue())));
    }
    if (crossing) {
      for (int partition = 0; partition < partials.partitions(); partition++) {
        entries.computeIfAbsent(partition, none -> new ArrayList<>());
      }
    } else if (entries.isEmpty()) {
      entries.put(FIXED_PARTITION, List.of());
    }
    return entries;
  }

  private int partition(String series) {
    CRC32 crc = new CRC32();
    crc.update(series.getBytes(StandardCharsets.UTF_8));
    return (int) (crc.getValue() % partials.partitions());
  }

  private List<ProducerRecord<byte[], byte[]>> batches(
      Range range, int partition, List<PartialEntry> entries) {
    List<List<PartialEntry>> chunks = chunks(entries);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(chunks.size());
    for (int chunk = 0; chunk < chunks.size(); chunk++) {
      records.add(record(range, partition, chunks, chunk));
    }
    return records;
  }

  private ProducerRecord<byte[], byte[]> record(
      Range range, int partition, List<List<PartialEntry>> chunks, int chunk) {
    SourcePartition source = range.source();
    PartialBatch batch =
        new PartialBatch(
            source.topic(),
            source.partition(),
            range.offsets().from(),
            range.offsets().to(),
            chunk,
            chunks.size(),
            Instant.ofEpochMilli(range.watermark()),
            roster,
            chunks.get(chunk));
    byte[] key = source.toString().getBytes(StandardCharsets.UTF_8);
    return new ProducerRecord<>(partials.name(), partition, key, CODEC.encode(batch));
  }

  private static List<List<PartialEntry>> chunks(List<PartialEntry> entries) {
    List<List<PartialEntry>> chunks = new ArrayList<>();
    List<PartialEntry> chunk = new ArrayList<>();
    long bytes = 0;
    for (PartialEntry entry : entries) {
      // three bytes a char is the most that UTF-8 needs
      long entryBytes = ENTRY_BYTES + 3L * entry.getSeries().length();
      if (bytes + entryBytes > MAX_CHUNK_BYTES && !chunk.isEmpty()) {
        chunks.add(chunk);
        chunk = new ArrayList<>();
        bytes = 0;
      }
      chunk.add(entry);
      bytes += entryBytes;
    }
    chunks.add(chunk);
    return chunks;
  }
}
