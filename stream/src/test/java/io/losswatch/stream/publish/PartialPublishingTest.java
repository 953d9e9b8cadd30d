package io.losswatch.stream.publish;

import static io.losswatch.stream.publish.PublishedRecords.bytes;
import static io.losswatch.stream.publish.PublishedRecords.letter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.losswatch.core.window.LossSummary;
import io.losswatch.core.window.SampleRun;
import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.PartialEntry;
import io.losswatch.schemas.SampleEntry;
import io.losswatch.schemas.SourceTopic;
import io.losswatch.schemas.codec.AvroSamples;
import io.losswatch.schemas.codec.AvroSums;
import io.losswatch.schemas.codec.RecordCodec;
import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.LaneStart;
import io.losswatch.stream.consume.OwnedLanes;
import io.losswatch.stream.consume.Portion.OffsetRange;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.fold.DeadLetter;
import io.losswatch.stream.fold.DeltaKey;
import io.losswatch.stream.fold.PaneDeltas;
import io.losswatch.stream.fold.PaneMemory;
import io.losswatch.stream.fold.Roster;
import io.losswatch.stream.fold.SampleDelta;
import io.losswatch.stream.fold.StateChange;
import io.losswatch.stream.fold.Tally;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PartialPublishingTest {
  private static final RecordCodec<PartialBatch> CODEC = RecordCodec.of(PartialBatch.class);
  private static final int PARTITIONS = 4;
  private static final long WATERMARK = 1_700_000_000_000L;
  private static final int MAX_RECORD_BYTES = 512 << 10;

  private final Lane lane = new OwnedLanes().grant("predictions", 3);
  private final Tally tally = new Tally();
  private Roster roster = new Roster(new TreeMap<>(Map.of("predictions", 6, "more", 2)));
  private final PartialPublishing publishing =
      new PartialPublishing(
          PublishedRecords.SETTINGS,
          new PartialPublishing.PartialsTopic("partials", PARTITIONS),
          () -> roster);

  @Test
  void unit_saysWhoseItIsAndHowFarItGoes() {
    TransactionUnit unit = publishing.unit(deltas(cut(10, 25, false, true), sums(1)));

    assertThat(unit.lane()).isSameAs(lane);
    assertThat(unit.nextOffset()).isEqualTo(25);
    assertThat(unit.tally()).isSameAs(tally);
    assertThat(unit.last()).isTrue();
  }

  @Test
  void batch_afterAnInputHasGrown_namesTheNewRoster() {
    publishing.unit(deltas(cut(10, 25, false, false), sums(1)));
    roster = new Roster(new TreeMap<>(Map.of("predictions", 8, "more", 2)));
    PartialBatch batch =
        decode(partials(publishing.unit(deltas(cut(25, 26, false, false), sums(1)))).get(0));

    assertThat(batch.getSources())
        .extracting(SourceTopic::getTopic, SourceTopic::getPartitions)
        .containsExactly(tuple("more", 2), tuple("predictions", 8));
  }

  @Test
  void state_ofANewLane_saysOnceOfWhichTopicItIs() {
    Lane identified = new OwnedLanes().grant("predictions", 3, "some-id");
    TransactionUnit first = publishing.unit(deltas(identified, cut(10, 25, false, false), sums(1)));
    TransactionUnit second =
        publishing.unit(deltas(identified, cut(25, 26, false, false), sums(1)));

    assertThat(PublishedRecords.to("app-predictions-state", first))
        .extracting(record -> PublishedRecords.text(record.key()))
        .containsExactly("topic", "position");
    assertThat(
            PublishedRecords.text(
                PublishedRecords.to("app-predictions-state", first).get(0).value()))
        .isEqualTo("some-id");
    assertThat(PublishedRecords.to("app-predictions-state", second)).hasSize(1);
  }

  @Test
  void batch_namesItsRangeWatermarkAndRoster() {
    ProducerRecord<byte[], byte[]> record =
        partials(publishing.unit(deltas(cut(10, 25, false, false), sums(1)))).get(0);
    PartialBatch batch = decode(record);

    assertThat(record.key()).isEqualTo(bytes("predictions-3"));
    assertThat(batch.getSourceTopic()).isEqualTo("predictions");
    assertThat(batch.getSourcePartition()).isEqualTo(3);
    assertThat(batch.getFromOffset()).isEqualTo(10);
    assertThat(batch.getToOffset()).isEqualTo(25);
    assertThat(batch.getChunk()).isZero();
    assertThat(batch.getChunks()).isEqualTo(1);
    assertThat(batch.getWatermark()).isEqualTo(Instant.ofEpochMilli(WATERMARK));
    assertThat(batch.getSources())
        .containsExactly(new SourceTopic("more", 2), new SourceTopic("predictions", 6));
  }

  @Test
  void watermark_ofASourceThatHasNotSpoken_survives() {
    PaneDeltas.Cut cut = new PaneDeltas.Cut(new OffsetRange(0, 1), PaneMemory.SILENT, false, false);
    PartialBatch batch = decode(partials(publishing.unit(deltas(cut, Map.of()))).get(0));
    assertThat(batch.getWatermark().toEpochMilli()).isEqualTo(PaneMemory.SILENT);
  }

  @Test
  void entries_carryTheSums() {
    LossSummary summary = summary(0.25);
    DeltaKey key = new DeltaKey("m/digits/1/", 42, 60_000);
    PartialBatch batch =
        decode(
            partials(publishing.unit(deltas(cut(0, 1, false, false), Map.of(key, summary))))
                .get(0));

    assertThat(batch.getEntries())
        .containsExactly(
            new PartialEntry(
                "m/digits/1/", 42L, Instant.ofEpochMilli(60_000), AvroSums.of(summary)));
  }

  @Test
  void entries_ofASeries_goToOnePartitionAlways() {
    Map<String, Integer> homes = homes(publishing.unit(deltas(cut(0, 1, false, false), sums(100))));
    assertThat(homes).hasSize(100);
    assertThat(homes.values()).contains(0, 1, 2, 3);

    // beside other series, in another order, of another pane and fingerprint
    Map<DeltaKey, LossSummary> others = new LinkedHashMap<>();
    for (int i = 150; i >= 0; i -= 2) {
      others.put(new DeltaKey("m/model" + i + "/1/", 7, 120_000), summary(i));
    }
    homes(publishing.unit(deltas(cut(1, 2, true, false), others)))
        .forEach((series, partition) ->
            assertThat(homes.getOrDefault(series, partition)).isEqualTo(partition));
  }

  @Test
  void range_goesOnlyToPartitionsThatItHoldsSomethingFor() {
    List<ProducerRecord<byte[], byte[]>> records =
        partials(publishing.unit(deltas(cut(0, 9, false, false), sums(1))));

    assertThat(records).hasSize(1);
    assertThat(decode(records.get(0)).getEntries()).hasSize(1);
  }

  @Test
  void range_withNothingForAnybody_goesToPartition0() {
    List<ProducerRecord<byte[], byte[]>> records =
        partials(publishing.unit(deltas(cut(0, 9, false, false), Map.of())));

    assertThat(records).extracting(ProducerRecord::partition).containsExactly(0);
    assertThat(decode(records.get(0)).getEntries()).isEmpty();
    assertThat(decode(records.get(0)).getToOffset()).isEqualTo(9);
  }

  @Test
  void crossing_goesToEveryPartition() {
    List<ProducerRecord<byte[], byte[]>> records =
        partials(publishing.unit(deltas(cut(5, 9, true, false), sums(1))));

    assertThat(records).extracting(ProducerRecord::partition).containsExactly(0, 1, 2, 3);
    assertThat(records)
        .allMatch(record -> decode(record).getWatermark().toEpochMilli() == WATERMARK);
    assertThat(records.stream().mapToInt(record -> decode(record).getEntries().size()).sum())
        .isEqualTo(1);
  }

  @Test
  void crossing_withoutOffsets_goesToEveryPartition() {
    TransactionUnit unit = publishing.unit(deltas(cut(9, 9, true, false), Map.of()));

    assertThat(partials(unit)).hasSize(PARTITIONS);
    assertThat(state(unit)).hasSize(1);
  }

  @Test
  void lastCut_withoutNews_sendsNothing() {
    TransactionUnit unit = publishing.unit(deltas(cut(9, 9, false, true), Map.of()));

    assertThat(unit.records()).isEmpty();
    assertThat(unit.isEmpty()).isTrue();
    assertThat(unit.last()).isTrue();
    assertThat(unit.nextOffset()).isEqualTo(9);
  }

  @Test
  void entries_tooManyForOneRecord_areCutIntoChunks() {
    Map<DeltaKey, LossSummary> sums = sums(20_000);
    TransactionUnit unit = publishing.unit(deltas(cut(0, 9, false, false), sums));
    Map<Integer, List<PartialBatch>> byPartition = new TreeMap<>();
    for (ProducerRecord<byte[], byte[]> record : partials(unit)) {
      assertThat(record.value()).hasSizeLessThan(MAX_RECORD_BYTES);
      byPartition
          .computeIfAbsent(record.partition(), none -> new ArrayList<>())
          .add(decode(record));
    }

    assertThat(byPartition).hasSize(PARTITIONS);
    byPartition.values().forEach(PartialPublishingTest::assertChunksAreNumbered);
    assertThat(
            byPartition.values().stream()
                .flatMap(List::stream)
                .flatMap(batch -> batch.getEntries().stream())
                .map(PartialEntry::getSeries)
                .collect(Collectors.toList()))
        .doesNotHaveDuplicates()
        .hasSize(sums.size());
  }

  private static void assertChunksAreNumbered(List<PartialBatch> chunks) {
    assertThat(chunks).hasSizeGreaterThan(1);
    assertThat(chunks)
        .extracting(PartialBatch::getChunk)
        .containsExactlyElementsOf(IntStream.range(0, chunks.size()).boxed().toList());
    assertThat(chunks).allMatch(chunk -> chunk.getChunks() == chunks.size());
    assertThat(chunks).allMatch(chunk -> !chunk.getEntries().isEmpty());
  }

  @Test
  void entries_withLongKeys_stayBelowTheLimitInEveryChunk() {
    // 60,000 characters of three bytes: two fit into a record, three do not
    String name = "\u20ac".repeat(60_000);
    Map<DeltaKey, LossSummary> sums = new LinkedHashMap<>();
    for (int pane = 0; pane < 9; pane++) {
      sums.put(new DeltaKey("m/" + name + "/1/", 1, pane), summary(pane));
    }
    List<ProducerRecord<byte[], byte[]>> records =
        partials(publishing.unit(deltas(cut(0, 9, false, false), sums)));

    assertThat(records).allMatch(record -> record.value().length < MAX_RECORD_BYTES);
    assertThat(records.stream().mapToInt(record -> decode(record).getEntries().size()).sum())
        .isEqualTo(9);
  }

  @Test
  void entries_withAllMetrics_stayBelowTheLimitInEveryChunk() {
    LossSummary.State plain = summary(1).state();
    List<LossSummary.CompensatedSum> companions =
        IntStream.range(0, 22).mapToObj(i -> new LossSummary.CompensatedSum(i, 0)).toList();
    LossSummary summary =
        LossSummary.of(
            new LossSummary.State(plain.mean(), plain.moments(), plain.counts(), null, companions));
    Map<DeltaKey, LossSummary> sums = new LinkedHashMap<>();
    for (int pane = 0; pane < 5000; pane++) {
      sums.put(new DeltaKey("m/digits/1/", 1, pane), summary);
    }
    List<ProducerRecord<byte[], byte[]>> records =
        partials(publishing.unit(deltas(cut(0, 9, false, false), sums)));

    assertThat(records).allMatch(record -> record.value().length < MAX_RECORD_BYTES);
  }

  @Test
  void labels_areARangeOfTheirOwnBeforeThePredictions() {
    PaneDeltas.LabelDeltas labels =
        new PaneDeltas.LabelDeltas(
            new SourcePartition("labels", 3), new OffsetRange(4, 6), sums(1));
    TransactionUnit unit = publishing.unit(deltas(beside(labels, List.of(), 9), sums(1)));
    List<PartialBatch> batches = partials(unit).stream().map(each -> decode(each)).toList();

    assertThat(batches)
        .extracting(batch -> batch.getSourceTopic() + batch.getFromOffset())
        .containsExactly("labels4", "predictions0");
    assertThat(batches.get(0).getWatermark().toEpochMilli()).isEqualTo(PaneMemory.SILENT);
    assertThat(batches.get(0).getEntries()).hasSize(1);
    assertThat(batches.get(0).getSources()).isEqualTo(batches.get(1).getSources());
    assertThat(unit.next()).isEqualTo(new LaneStart(9, 6));
  }

  @Test
  void labels_thatConcernNobody_areToldInOnePartition() {
    PaneDeltas.LabelDeltas labels =
        new PaneDeltas.LabelDeltas(
            new SourcePartition("labels", 3), new OffsetRange(4, 6), Map.of());
    TransactionUnit unit = publishing.unit(deltas(beside(labels, List.of(), 0), Map.of()));

    assertThat(partials(unit)).hasSize(1);
    assertThat(decode(partials(unit).get(0)).getSourceTopic()).isEqualTo("labels");
    assertThat(state(unit)).as("how far predictions are read").hasSize(1);
  }

  @Test
  void changesOfMemory_withoutAnyOffset_areWritten() {
    StateChange change = new StateChange("seen:4", null);
    TransactionUnit unit = publishing.unit(deltas(beside(null, List.of(change), 0), Map.of()));

    assertThat(partials(unit)).isEmpty();
    assertThat(state(unit))
        .extracting(record -> PublishedRecords.text(record.key()))
        .containsExactly("seen:4", "position");
  }

  @Test
  void samples_goWithTheSumsOfTheirSeriesInTheirOrder() {
    String series = "m/model0/1/";
    List<SampleDelta> samples =
        List.of(
            samples(series, 60_001, SampleRun.of(new double[] {1, 2}, new double[0], 1)),
            samples("m/model1/1/", 60_002, SampleRun.of(new double[] {9}, new double[0], 1)),
            samples(series, 60_003, SampleRun.of(new double[] {3}, new double[] {0.5}, 0)));
    List<PartialBatch> batches =
        partials(publishing.unit(deltas(cut(0, 9, false, false), sums(2), samples))).stream()
            .map(each -> decode(each))
            .toList();

    for (PartialBatch batch : batches) {
      Set<String> counted =
          batch.getEntries().stream().map(PartialEntry::getSeries).collect(Collectors.toSet());
      assertThat(batch.getSamples()).isNotEmpty();
      assertThat(batch.getSamples()).allMatch(entry -> counted.contains(entry.getSeries()));
    }
    assertThat(
            batches.stream()
                .flatMap(batch -> batch.getSamples().stream())
                .filter(entry -> entry.getSeries().equals(series)))
        .extracting(
            SampleEntry::getFingerprint,
            entry -> entry.getEventTime().toEpochMilli(),
            entry -> numerators(AvroSamples.run(entry)),
            entry -> AvroSamples.run(entry).weight(0),
            SampleEntry::getElements)
        .containsExactly(
            tuple(42L, 60_001L, List.of(1.0, 2.0), 1.0, 1),
            tuple(42L, 60_003L, List.of(3.0), 0.5, 0));
  }

  @Test
  void samples_tooManyForOneRecord_goOnInTheNextChunk() {
    double[] losses = IntStream.range(0, 70_000).asDoubleStream().toArray();
    double[] weights = IntStream.range(0, 70_000).mapToDouble(i -> 0.5 + i).toArray();
    List<SampleDelta> samples =
        List.of(samples("m/model0/1/", 60_001, SampleRun.of(losses, weights, 3)));
    List<ProducerRecord<byte[], byte[]>> records =
        partials(publishing.unit(deltas(cut(0, 9, false, false), sums(1), samples)));

    assertThat(records).hasSizeGreaterThan(2);
    assertThat(records).allMatch(record -> record.value().length < MAX_RECORD_BYTES);
    assertThat(records)
        .extracting(record -> decode(record).getChunk())
        .containsExactlyElementsOf(IntStream.range(0, records.size()).boxed().toList());
    List<SampleRun> pieces =
        records.stream()
            .flatMap(record -> decode(record).getSamples().stream())
            .map(AvroSamples::run)
            .toList();
    assertThat(pieces).allMatch(piece -> piece.elements() == 3);
    assertThat(pieces.stream().flatMap(piece -> numerators(piece).stream()))
        .containsExactlyElementsOf(Arrays.stream(losses).boxed().toList());
    assertThat(
            pieces.stream()
                .flatMapToDouble(
                    piece -> IntStream.range(0, piece.size()).mapToDouble(piece::weight))
                .toArray())
        .isEqualTo(weights);
  }

  @Test
  void samples_ofLabels_areInTheLabelsRange() {
    SampleRun run = SampleRun.of(new double[] {7}, new double[0], 1);
    PaneDeltas.LabelDeltas labels =
        new PaneDeltas.LabelDeltas(
            new SourcePartition("labels", 3),
            new OffsetRange(4, 6),
            sums(1),
            List.of(samples("m/model0/1/", 60_000, run)));
    TransactionUnit unit = publishing.unit(deltas(beside(labels, List.of(), 9), sums(1)));

    assertThat(partials(unit))
        .extracting(record -> decode(record).getSamples().size())
        .containsExactly(1, 0);
  }

  private static SampleDelta samples(String series, long eventTime, SampleRun run) {
    return new SampleDelta(series, 42, eventTime, run);
  }

  private static List<Double> numerators(SampleRun run) {
    return IntStream.range(0, run.size()).mapToObj(run::numerator).toList();
  }

  private PaneDeltas deltas(
      PaneDeltas.Cut cut, Map<DeltaKey, LossSummary> sums, List<SampleDelta> samples) {
    return new PaneDeltas(lane, cut, sums, List.of(), tally, samples);
  }

  private static PaneDeltas.Cut beside(
      PaneDeltas.@Nullable LabelDeltas labels, List<StateChange> changes, long to) {
    return new PaneDeltas.Cut(
        new OffsetRange(0, to), WATERMARK, false, false, new PaneDeltas.Beside(labels, changes));
  }

  @Test
  void stateRecord_isLastAndInTheLanesPartition() {
    TransactionUnit unit =
        publishing.unit(
            new PaneDeltas(
                lane,
                cut(0, 9, true, false),
                sums(3),
                List.of(letter("predictions", 4, 10)),
                tally));
    ProducerRecord<byte[], byte[]> last = unit.records().get(unit.records().size() - 1);
    PaneMemory memory = new PaneMemory();
    memory.restore(PublishedRecords.text(last.key()), last.value());

    assertThat(last.topic()).isEqualTo("app-predictions-state");
    assertThat(last.partition()).isEqualTo(3);
    assertThat(memory.nextOffset()).hasValue(9);
    assertThat(state(unit)).hasSize(1);
  }

  @Test
  void deadLetter_keepsKeyValueAndHeadersAndSaysWhy() {
    DeadLetter letter = letter("predictions", 1204, 10);
    ProducerRecord<byte[], byte[]> record = dead(letter);

    assertThat(record.key()).isEqualTo(bytes("their-key"));
    assertThat(record.value()).isEqualTo(new byte[10]);
    assertThat(PublishedRecords.headers(record))
        .containsExactly(
            "trace=1",
            "trace=2",
            "losswatch-reason=bad-shape",
            "losswatch-message=targets has 31 samples",
            "losswatch-source=predictions-3@1204",
            "losswatch-length=10");
  }

  @Test
  void deadLetter_tooLargeToSend_goesWithItsLengthInstead() {
    int length = PublishedRecords.MAX_REQUEST_BYTES;
    ProducerRecord<byte[], byte[]> record = dead(letter("predictions", 1, length));

    assertThat(record.value()).isNull();
    assertThat(record.key()).isEqualTo(bytes("their-key"));
    assertThat(PublishedRecords.headers(record)).contains("losswatch-length=" + length);
  }

  @Test
  void deadLetter_ofATombstone_isOneToo() {
    ProducerRecord<byte[], byte[]> record = dead(letter("predictions", 1, -1));

    assertThat(record.value()).isNull();
    assertThat(PublishedRecords.headers(record)).contains("losswatch-length=-1");
  }

  private ProducerRecord<byte[], byte[]> dead(DeadLetter letter) {
    TransactionUnit unit =
        publishing.unit(
            new PaneDeltas(lane, cut(0, 9, false, false), Map.of(), List.of(letter), tally));
    List<ProducerRecord<byte[], byte[]>> records = PublishedRecords.to("dead", unit);
    assertThat(records).hasSize(1);
    return records.get(0);
  }

  private PaneDeltas deltas(PaneDeltas.Cut cut, Map<DeltaKey, LossSummary> sums) {
    return deltas(lane, cut, sums);
  }

  private PaneDeltas deltas(Lane of, PaneDeltas.Cut cut, Map<DeltaKey, LossSummary> sums) {
    return new PaneDeltas(of, cut, sums, List.of(), tally);
  }

  private static PaneDeltas.Cut cut(long from, long to, boolean crossing, boolean last) {
    return new PaneDeltas.Cut(new OffsetRange(from, to), WATERMARK, crossing, last);
  }

  private static Map<DeltaKey, LossSummary> sums(int series) {
    Map<DeltaKey, LossSummary> sums = new LinkedHashMap<>();
    for (int i = 0; i < series; i++) {
      sums.put(new DeltaKey("m/model" + i + "/1/", 42, 60_000), summary(i));
    }
    return sums;
  }

  private static LossSummary summary(double loss) {
    LossSummary summary = new LossSummary();
    summary.add(loss, 1);
    return summary;
  }

  private static Map<String, Integer> homes(TransactionUnit unit) {
    Map<String, Integer> homes = new LinkedHashMap<>();
    for (ProducerRecord<byte[], byte[]> record : partials(unit)) {
      decode(record)
          .getEntries()
          .forEach(entry -> homes.put(entry.getSeries(), record.partition()));
    }
    return homes;
  }

  private static List<ProducerRecord<byte[], byte[]>> partials(TransactionUnit unit) {
    return PublishedRecords.to("partials", unit);
  }

  private static List<ProducerRecord<byte[], byte[]>> state(TransactionUnit unit) {
    return PublishedRecords.to("app-predictions-state", unit);
  }

  private static PartialBatch decode(ProducerRecord<byte[], byte[]> record) {
    return CODEC.decode(record.value(), 0, record.value().length);
  }
}
