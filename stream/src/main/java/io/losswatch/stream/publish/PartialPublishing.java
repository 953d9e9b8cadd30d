package io.losswatch.stream.publish;

import io.losswatch.core.window.LossSummary;
import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.PartialEntry;
import io.losswatch.schemas.SampleEntry;
import io.losswatch.schemas.SourceTopic;
import io.losswatch.schemas.codec.AvroSamples;
import io.losswatch.schemas.codec.AvroSums;
import io.losswatch.schemas.codec.RecordCodec;
import io.losswatch.stream.consume.LaneStart;
import io.losswatch.stream.consume.Portion;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.fold.DeltaKey;
import io.losswatch.stream.fold.PaneDeltas;
import io.losswatch.stream.fold.PaneMemory;
import io.losswatch.stream.fold.Roster;
import io.losswatch.stream.fold.SampleDelta;
import io.losswatch.stream.fold.StateChange;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
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
   * Upper bound of an encoded entry without its key and metrics: 11 doubles, 11 longs as varints.
   */
  private static final int ENTRY_BYTES = 250;

  /** The same of samples, without their numbers: 3 numbers and 2 lengths. */
  private static final int SAMPLES_BYTES = 50;

  /** So many samples with their weights fill half a record. */
  private static final int MAX_PIECE_SAMPLES = MAX_CHUNK_BYTES / 2 / 16;

  private static final RecordCodec<PartialBatch> CODEC = RecordCodec.of(PartialBatch.class);

  private final PublishSettings settings;
  private final PartialsTopic partials;
  private final Supplier<Roster> roster;
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
   * @param roster all sources as they are known at the time, named in every record
   */
  public PartialPublishing(
      PublishSettings settings, PartialsTopic partials, Supplier<Roster> roster) {
    this.settings = settings;
    this.partials = partials;
    this.roster = roster;
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
          records,
          new Range(labels.source(), labels.range(), NO_WATERMARK, false),
          contents(labels.sums(), labels.samples()));
    }
    if (cut.range().to() > cut.range().from() || cut.crossing()) {
      SourcePartition source = deltas.lane().source();
      addBatches(
          records,
          new Range(source, cut.range(), cut.watermark(), cut.crossing()),
          contents(deltas.sums(), deltas.samples()));
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
    StateRecords.topic(settings, deltas.lane()).ifPresent(records::add);
    for (StateChange change : cut.beside().changes()) {
      records.add(StateRecords.of(settings, source, change));
    }
    records.add(
        StateRecords.of(settings, source, PaneMemory.position(cut.range().to(), cut.watermark())));
  }

  /** What is told of a range of offsets. */
  private record Range(
      SourcePartition source, Portion.OffsetRange offsets, long watermark, boolean crossing) {}

  /** What one partition of the partials is told. */
  private record Contents(List<PartialEntry> entries, List<SampleEntry> samples) {
    Contents() {
      this(new ArrayList<>(), new ArrayList<>());
    }

    boolean isEmpty() {
      return entries.isEmpty() && samples.isEmpty();
    }
  }

  private void addBatches(
      List<ProducerRecord<byte[], byte[]>> records,
      Range range,
      SortedMap<Integer, Contents> contents) {
    if (range.crossing()) {
      for (int partition = 0; partition < partials.partitions(); partition++) {
        contents.computeIfAbsent(partition, none -> new Contents());
      }
    } else if (contents.isEmpty()) {
      contents.put(FIXED_PARTITION, new Contents());
    }
    contents.forEach((partition, of) -> records.addAll(batches(range, partition, of)));
  }

  private SortedMap<Integer, Contents> contents(
      Map<DeltaKey, LossSummary> deltas, List<SampleDelta> samples) {
    SortedMap<Integer, Contents> contents = new TreeMap<>();
    deltas.forEach((key, sums) ->
        contents
            .computeIfAbsent(partition(key.series()), partition -> new Contents())
            .entries()
            .add(
                new PartialEntry(
                    key.series(),
                    key.fingerprint(),
                    Instant.ofEpochMilli(key.paneStartMillis()),
                    AvroSums.of(sums))));
    for (SampleDelta each : samples) {
      addPieces(
          each,
          contents
              .computeIfAbsent(partition(each.series()), partition -> new Contents())
              .samples());
    }
    return contents;
  }

  private static void addPieces(SampleDelta delta, List<SampleEntry> to) {
    int size = delta.run().size();
    for (int from = 0; from < size; from += MAX_PIECE_SAMPLES) {
      SampleEntry entry =
          AvroSamples.empty(delta.series(), delta.fingerprint(), delta.eventTimeMillis());
      int end = Math.min(size, from + MAX_PIECE_SAMPLES);
      to.add(AvroSamples.of(entry, delta.run(), from, end));
    }
  }

  private int partition(String series) {
    CRC32 crc = new CRC32();
    crc.update(series.getBytes(StandardCharsets.UTF_8));
    return (int) (crc.getValue() % partials.partitions());
  }

  private List<ProducerRecord<byte[], byte[]>> batches(
      Range range, int partition, Contents contents) {
    List<Contents> chunks = chunks(contents);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(chunks.size());
    for (int chunk = 0; chunk < chunks.size(); chunk++) {
      records.add(record(range, partition, chunks, chunk));
    }
    return records;
  }

  private ProducerRecord<byte[], byte[]> record(
      Range range, int partition, List<Contents> chunks, int chunk) {
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
            sources(),
            chunks.get(chunk).entries(),
            chunks.get(chunk).samples());
    byte[] key = source.toString().getBytes(StandardCharsets.UTF_8);
    return new ProducerRecord<>(partials.name(), partition, key, CODEC.encode(batch));
  }

  private List<SourceTopic> sources() {
    return roster.get().partitions().entrySet().stream()
        .map(topic -> new SourceTopic(topic.getKey(), topic.getValue()))
        .toList();
  }

  private static List<Contents> chunks(Contents contents) {
    Chunks chunks = new Chunks();
    for (PartialEntry entry : contents.entries()) {
      long metrics = (long) entry.getSums().getMetrics().size() * Double.BYTES;
      chunks.room(ENTRY_BYTES + nameBytes(entry.getSeries()) + metrics).entries().add(entry);
    }
    for (SampleEntry entry : contents.samples()) {
      long bytes = (long) entry.getLosses().remaining() + entry.getWeights().remaining();
      chunks.room(SAMPLES_BYTES + nameBytes(entry.getSeries()) + bytes).samples().add(entry);
    }
    return chunks.all;
  }

  /** Three bytes a char is the most that UTF-8 needs. */
  private static long nameBytes(String series) {
    return 3L * series.length();
  }

  /** Contents cut by size. Mutable. */
  private static final class Chunks {
    private final List<Contents> all = new ArrayList<>(List.of(new Contents()));
    private long bytes;

    /** Where so many bytes more go. */
    Contents room(long more) {
      if (bytes + more > MAX_CHUNK_BYTES && !all.get(all.size() - 1).isEmpty()) {
        all.add(new Contents());
        bytes = 0;
      }
      bytes += more;
      return all.get(all.size() - 1);
    }
  }
}
