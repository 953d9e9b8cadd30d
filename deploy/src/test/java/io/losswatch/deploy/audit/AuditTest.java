package io.losswatch.deploy.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.core.window.LossSummary;
import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.SampleEntry;
import io.losswatch.schemas.codec.AvroSums;
import io.losswatch.stream.StreamSettings;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the stages wrote is proved; a fault in partials, letters or input is found and named. */
class AuditTest {
  private final Planting planting = new Planting();
  private final StreamedTopics topics = planting.topics;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void topics_asTheServiceWroteThem_areProved(long seed) {
    Findings findings = StreamedTopics.of(seed).audit();

    assertThat(Planting.reasons(findings, Verdict.REFUTED)).as("seed %d", seed).isEmpty();
    assertThat(findings.verdict())
        .as(Planting.reasons(findings, Verdict.UNPROVED).toString())
        .isEqualTo(Verdict.PROVED);
    assertThat(findings.sources()).hasSize(StreamedTopics.SOURCES);
    assertThat(findings.series()).hasSize(6);
    assertThat(findings.series())
        .allSatisfy(each -> {
          assertThat(each.windows()).isGreaterThan(60);
          assertThat(each.counted()).isPositive();
        });
  }

  @Test
  void output_asJson_isProvedAsWell() {
    Findings findings = StreamedTopics.asJson(Planting.SEED).audit();

    assertThat(Planting.all(findings)).allSatisfy(each -> assertThat(each.reason()).isEmpty());
    assertThat(findings.verdict()).isEqualTo(Verdict.PROVED);
  }

  @Test
  void range_lost_isRefutedByItsOffsetsAndItsSeries() {
    ConsumerRecord<byte[], byte[]> lost =
        planting.partial(batch -> batch.getEntries().size() > 1, 40);
    PartialBatch batch = StreamedTopics.batch(lost);
    topics.partials.removeIf(each -> Planting.isOfSameRange(StreamedTopics.batch(each), batch));

    Findings findings = topics.audit();

    String range =
        "offsets [%d, %d) are in no range".formatted(batch.getFromOffset(), batch.getToOffset());
    Planting.assertRefuted(findings, "predictions-" + batch.getSourcePartition() + ": ", range);
    Planting.assertRefuted(findings, batch.getEntries().get(0).getSeries() + ": ", range);
  }

  @Test
  void range_toldTwice_isRefuted() {
    ConsumerRecord<byte[], byte[]> twice =
        planting.partial(batch -> !batch.getEntries().isEmpty(), 40);
    topics.partials.add(twice);

    PartialBatch batch = StreamedTopics.batch(twice);
    Planting.assertRefuted(
        topics.audit(),
        batch.getEntries().get(0).getSeries() + ": predictions-" + batch.getSourcePartition(),
        "offsets [%d, %d) are told again".formatted(batch.getFromOffset(), batch.getToOffset()));
  }

  @Test
  void range_thatReachesIntoTheNext_isRefuted() {
    planting.change(
        batch -> !batch.getEntries().isEmpty(),
        40,
        batch -> batch.setToOffset(batch.getToOffset() + 1));

    Planting.assertRefuted(topics.audit(), "are told again");
  }

  @Test
  void range_withoutItsLastChunk_isRefuted() {
    planting.change(batch -> !batch.getEntries().isEmpty(), 40, batch -> batch.setChunks(2));

    Planting.assertRefuted(topics.audit(), "lack chunk 1 of 2");
  }

  @Test
  void offsets_committedAndNeverTold_areRefuted() {
    PartialBatch last = StreamedTopics.batch(topics.partials.get(topics.partials.size() - 1));
    topics.partials.removeIf(each -> Planting.isOfSameRange(StreamedTopics.batch(each), last));

    Planting.assertRefuted(
        topics.audit(), "predictions-" + last.getSourcePartition(), "are in no range");
  }

  @Test
  void sum_changed_isRefutedWithBothNumbers() {
    String series =
        planting.changeEntry(
            entry -> entry.getSums().setSum(entry.getSums().getSum() * (1 + 1e-9)));

    Planting.assertRefuted(
        topics.audit(), series + ": predictions-", "pane 2026-01-01T", "sum is", "must be");
  }

  @Test
  void count_changed_isRefuted() {
    String series =
        planting.changeEntry(entry -> entry.getSums().setCount(entry.getSums().getCount() + 1));

    Planting.assertRefuted(topics.audit(), series + ": predictions-", "count is");
  }

  @Test
  void entry_lost_isRefutedInItsSeriesAlone() {
    List<String> lost = new ArrayList<>();
    planting.change(
        batch -> batch.getEntries().size() > 1 && Planting.isOnTime(batch.getEntries().get(0)),
        40,
        batch -> {
          lost.add(batch.getEntries().get(0).getSeries());
          batch.setEntries(batch.getEntries().subList(1, batch.getEntries().size()));
        });

    Findings findings = topics.audit();

    Planting.assertRefuted(findings, lost.get(0) + ": predictions-", "count is 0, but it must be");
    assertThat(Planting.reasons(findings, Verdict.REFUTED)).hasSize(1);
  }

  @Test
  void singleSample_changed_isRefutedWithBothNumbers() {
    String series =
        changeSamples(entry -> {
          ByteBuffer losses = entry.getLosses().duplicate().order(ByteOrder.LITTLE_ENDIAN);
          ByteBuffer changed =
              ByteBuffer.allocate(losses.remaining()).order(ByteOrder.LITTLE_ENDIAN);
          changed.putDouble(losses.getDouble() * (1 + 1e-9)).put(losses).flip();
          entry.setLosses(changed);
        });

    Planting.assertRefuted(topics.audit(), series + ": predictions-", "single sample 0: loss is");
  }

  @Test
  void singleSamples_atAnotherTime_areRefuted() {
    String series = changeSamples(entry -> entry.setEventTime(entry.getEventTime().plusMillis(1)));

    Planting.assertRefuted(topics.audit(), series + ": predictions-", "its event time is");
  }

  @Test
  void singleSamples_lost_areRefuted() {
    String series = changeSamples(entry -> entry.setLosses(ByteBuffer.allocate(0)));

    Planting.assertRefuted(topics.audit(), series + ": predictions-", "0 single samples are told");
  }

  /** Changes an entry of single samples; returns its series. */
  private String changeSamples(Consumer<SampleEntry> change) {
    List<String> series = new ArrayList<>();
    planting.change(
        batch -> !batch.getSamples().isEmpty(),
        40,
        batch -> {
          series.add(batch.getSamples().get(0).getSeries());
          change.accept(batch.getSamples().get(0));
        });
    return series.get(0);
  }

  @Test
  void samples_calledLateThatWereNot_areRefuted() {
    String series =
        planting.changeEntry(entry -> {
          entry.getSums().setLateCount(entry.getSums().getCount());
          entry.getSums().setCount(0);
        });

    Planting.assertRefuted(topics.audit(), series + ": predictions-", "count is 0, but it must be");
  }

  @Test
  void deadLetter_lost_isRefutedByThePositionOfItsRecord() {
    ConsumerRecord<byte[], byte[]> lost = planting.letter("malformed-frame");
    topics.letters.remove(lost);

    Planting.assertRefuted(
        topics.audit(),
        Planting.header(lost, "losswatch-source") + " is refused (malformed-frame), but has no");
  }

  @Test
  void deadLetter_twice_isRefuted() {
    ConsumerRecord<byte[], byte[]> twice = planting.letter("malformed-frame");
    topics.letters.add(twice);

    Planting.assertRefuted(
        topics.audit(), Planting.header(twice, "losswatch-source") + " has 2 dead letters");
  }

  @Test
  void deadLetter_ofASoundRecord_isRefuted() {
    ConsumerRecord<byte[], byte[]> letter = planting.letter("malformed-frame");
    letter.headers().remove("losswatch-source");
    PartialBatch batch =
        StreamedTopics.batch(planting.partial(each -> !each.getEntries().isEmpty(), 40));
    String sound =
        topics.input.get(batch.getSourcePartition()).stream()
            .map(ConsumerRecord::offset)
            .filter(offset -> offset >= batch.getFromOffset() && offset < batch.getToOffset())
            .findFirst()
            .map(offset -> "predictions-" + batch.getSourcePartition() + "@" + offset)
            .orElseThrow();
    letter.headers().add("losswatch-source", sound.getBytes(StandardCharsets.UTF_8));

    Planting.assertRefuted(topics.audit(), sound);
  }

  @Test
  void input_deletedByRetention_isUnprovedWithItsOffsets() {
    topics.beginnings[1] = 20;

    Findings findings = topics.audit();

    assertThat(findings.verdict()).isEqualTo(Verdict.UNPROVED);
    assertThat(Planting.reasons(findings, Verdict.UNPROVED))
        .anySatisfy(reason ->
            assertThat(reason)
                .startsWith("predictions-1: ")
                .contains("cannot be proved: retention has deleted offsets 0.."));
  }

  @Test
  void record_deletedByCompaction_isUnproved() {
    PartialBatch batch =
        StreamedTopics.batch(
            planting.partial(
                each -> each.getEntries().size() > 1 && Planting.isOnTime(each.getEntries().get(0)),
                40));
    topics
        .input
        .get(batch.getSourcePartition())
        .removeIf(
            each -> each.offset() >= batch.getFromOffset() && each.offset() < batch.getToOffset());

    Findings uncompacted = topics.audit();
    topics.compacted.add(StreamedTopics.INPUT);
    Findings compacted = topics.audit();

    assertThat(uncompacted.verdict()).isEqualTo(Verdict.REFUTED);
    assertThat(Planting.reasons(compacted, Verdict.UNPROVED))
        .anySatisfy(reason -> assertThat(reason).contains("compaction may have deleted"));
  }

  @Test
  void monitor_withAnotherDefinition_isUnproved() {
    Findings findings =
        topics.audit(StreamedTopics.settings(StreamSettings.OutputFormat.AVRO, "rolling:30s/5s"));

    assertThat(Planting.reasons(findings, Verdict.REFUTED)).isEmpty();
    assertThat(findings.series())
        .allSatisfy(each -> assertThat(each.verdict()).isEqualTo(Verdict.UNPROVED));
  }

  @Test
  void window_thatIsNotConfigured_isNamedAsNotChecked() {
    Findings findings =
        topics.audit(
            StreamedTopics.settings(
                StreamSettings.OutputFormat.AVRO, "rolling:30s/10s", "ewma:80s"));

    assertThat(Planting.reasons(findings, Verdict.REFUTED)).isEmpty();
    assertThat(findings.series())
        .allSatisfy(
            each -> assertThat(each.unchecked()).containsExactly("last:9/3", "tumbling:10s"));
  }

  @Test
  void windowOfTheLast_addedLater_isUnproved() {
    Findings findings =
        topics.audit(
            StreamedTopics.settings(
                StreamSettings.OutputFormat.AVRO,
                "rolling:30s/10s",
                "tumbling:10s",
                "ewma:80s",
                "last:9/3",
                "last:9/2"));

    assertThat(Planting.reasons(findings, Verdict.REFUTED)).isEmpty();
    assertThat(Planting.reasons(findings, Verdict.UNPROVED))
        .anySatisfy(reason ->
            assertThat(reason)
                .contains("last:9/2 ending", "is missing: its last sample", "it may be new"));
  }

  @Test
  void windowOfTheLast_addedWhereNoneWas_isUnproved() {
    topics.partials.replaceAll(record -> {
      PartialBatch batch = StreamedTopics.batch(record);
      batch.setSamples(List.of());
      return StreamedTopics.with(record, StreamedTopics.BATCHES.encode(batch));
    });
    topics.output.removeIf(
        each -> new String(each.value(), StandardCharsets.ISO_8859_1).contains("last:9/3"));

    Findings findings = topics.audit();

    assertThat(findings.verdict()).isEqualTo(Verdict.UNPROVED);
    assertThat(Planting.reasons(findings, Verdict.UNPROVED))
        .anySatisfy(reason -> assertThat(reason).contains("tells no single samples"));
  }

  @Test
  void topics_whereRepeatedBatchesDoNotCount_areProved() {
    Findings findings = topics.audit(topics.deduplicating());

    assertThat(findings.verdict())
        .as(Planting.reasons(findings, Verdict.UNPROVED).toString())
        .isEqualTo(Verdict.PROVED);
  }

  @Test
  void deadLetter_lostWhereRepeatedBatchesDoNotCount_isRefuted() {
    topics.letters.remove(planting.letter("malformed-frame"));

    Planting.assertRefuted(topics.audit(topics.deduplicating()), "has no dead letter");
  }

  @Test
  void sum_changedWhereRepeatedBatchesDoNotCount_isRefuted() {
    String series =
        planting.changeEntry(
            entry -> entry.getSums().setSum(entry.getSums().getSum() * (1 + 1e-9)));

    Planting.assertRefuted(topics.audit(topics.deduplicating()), series + ": pane ", "sum is");
  }

  @Test
  void range_ofATopicThatHoldsNoPredictions_leavesItsSeriesOpen() {
    ConsumerRecord<byte[], byte[]> record =
        planting.partial(each -> !each.getEntries().isEmpty(), 40);
    PartialBatch batch = StreamedTopics.batch(record);
    batch.setSourceTopic("labels");
    batch.setEntries(batch.getEntries().subList(0, 1));
    batch.setSamples(List.of());
    batch.getEntries().get(0).setSums(AvroSums.of(new LossSummary()));
    topics.partials.add(StreamedTopics.with(record, StreamedTopics.BATCHES.encode(batch)));

    assertThat(Planting.reasons(topics.audit(), Verdict.UNPROVED))
        .anySatisfy(reason ->
            assertThat(reason)
                .startsWith(batch.getEntries().get(0).getSeries())
                .contains("labels-", "is no input of this configuration"));
  }
}
