package io.losswatch.deploy.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.PartialEntry;
import io.losswatch.schemas.RollingLoss;
import io.losswatch.schemas.codec.RecordCodec;
import io.losswatch.stream.StreamSettings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the stages wrote is proved; each planted fault is found, and named with its place. */
class AuditTest {
  private static final long SEED = 20261123;
  private static final RecordCodec<RollingLoss> LOSSES = RecordCodec.of(RollingLoss.class);

  private final StreamedTopics topics = StreamedTopics.of(SEED);

  private static List<Subject> all(Findings findings) {
    return Stream.concat(findings.sources().stream(), findings.series().stream()).toList();
  }

  /** The reasons of a verdict, each after the name of its subject. */
  private static List<String> reasons(Findings findings, Verdict verdict) {
    return all(findings).stream()
        .filter(each -> each.verdict() == verdict)
        .map(each -> each.name() + ": " + each.reason())
        .toList();
  }

  private static void assertRefuted(Findings findings, String... parts) {
    assertThat(findings.verdict()).isEqualTo(Verdict.REFUTED);
    assertThat(reasons(findings, Verdict.REFUTED))
        .as("reasons, of which one says all of it")
        .anySatisfy(reason -> assertThat(reason).contains(parts));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void topics_asTheServiceWroteThem_areProved(long seed) {
    Findings findings = StreamedTopics.of(seed).audit();

    assertThat(reasons(findings, Verdict.REFUTED)).as("seed %d", seed).isEmpty();
    assertThat(findings.verdict())
        .as(reasons(findings, Verdict.UNPROVED).toString())
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
    Findings findings = StreamedTopics.asJson(SEED).audit();

    assertThat(all(findings)).allSatisfy(each -> assertThat(each.reason()).isEmpty());
    assertThat(findings.verdict()).isEqualTo(Verdict.PROVED);
  }

  @Test
  void range_lost_isRefutedByItsOffsetsAndItsSeries() {
    ConsumerRecord<byte[], byte[]> lost = partial(batch -> batch.getEntries().size() > 1, 40);
    PartialBatch batch = StreamedTopics.batch(lost);
    topics.partials.removeIf(each -> isOfSameRange(StreamedTopics.batch(each), batch));

    Findings findings = topics.audit();

    String range =
        "offsets [%d, %d) are in no range".formatted(batch.getFromOffset(), batch.getToOffset());
    assertRefuted(findings, "predictions-" + batch.getSourcePartition() + ": ", range);
    assertRefuted(findings, batch.getEntries().get(0).getSeries() + ": ", range);
  }

  @Test
  void range_toldTwice_isRefuted() {
    ConsumerRecord<byte[], byte[]> twice = partial(batch -> !batch.getEntries().isEmpty(), 40);
    topics.partials.add(twice);

    PartialBatch batch = StreamedTopics.batch(twice);
    assertRefuted(
        topics.audit(),
        batch.getEntries().get(0).getSeries() + ": predictions-" + batch.getSourcePartition(),
        "offsets [%d, %d) are told again".formatted(batch.getFromOffset(), batch.getToOffset()));
  }

  @Test
  void range_thatReachesIntoTheNext_isRefuted() {
    change(
        batch -> !batch.getEntries().isEmpty(),
        40,
        batch -> batch.setToOffset(batch.getToOffset() + 1));

    assertRefuted(topics.audit(), "are told again");
  }

  @Test
  void range_withoutItsLastChunk_isRefuted() {
    change(batch -> !batch.getEntries().isEmpty(), 40, batch -> batch.setChunks(2));

    assertRefuted(topics.audit(), "lack chunk 1 of 2");
  }

  @Test
  void offsets_committedAndNeverTold_areRefuted() {
    PartialBatch last = StreamedTopics.batch(topics.partials.get(topics.partials.size() - 1));
    topics.partials.removeIf(each -> isOfSameRange(StreamedTopics.batch(each), last));

    assertRefuted(topics.audit(), "predictions-" + last.getSourcePartition(), "are in no range");
  }

  @Test
  void sum_changed_isRefutedWithBothNumbers() {
    String series =
        changeEntry(entry -> entry.getSums().setSum(entry.getSums().getSum() * (1 + 1e-9)));

    assertRefuted(
        topics.audit(), series + ": predictions-", "pane 2026-01-01T", "sum is", "must be");
  }

  @Test
  void count_changed_isRefuted() {
    String series = changeEntry(entry -> entry.getSums().setCount(entry.getSums().getCount() + 1));

    assertRefuted(topics.audit(), series + ": predictions-", "count is");
  }

  @Test
  void entry_lost_isRefutedInItsSeriesAlone() {
    List<String> lost = new ArrayList<>();
    change(
        batch -> batch.getEntries().size() > 1 && isOnTime(batch.getEntries().get(0)),
        40,
        batch -> {
          lost.add(batch.getEntries().get(0).getSeries());
          batch.setEntries(batch.getEntries().subList(1, batch.getEntries().size()));
        });

    Findings findings = topics.audit();

    assertRefuted(findings, lost.get(0) + ": predictions-", "count is 0, but it must be");
    assertThat(reasons(findings, Verdict.REFUTED)).hasSize(1);
  }

  @Test
  void samples_calledLateThatWereNot_areRefuted() {
    String series =
        changeEntry(entry -> {
          entry.getSums().setLateCount(entry.getSums().getCount());
          entry.getSums().setCount(0);
        });

    assertRefuted(topics.audit(), series + ": predictions-", "count is 0, but it must be");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rolling:30s/10s", "tumbling:10s", "ewma:80s"})
  void window_lost_isRefuted(String window) {
    RollingLoss lost = published(loss -> loss.getWindow().equals(window) && loss.getCount() > 0, 9);
    topics.output.removeIf(
        each -> isOfSameWindow(LOSSES.decode(each.value(), 0, each.value().length), lost));

    assertRefuted(topics.audit(), window + " ending " + lost.getWindowEnd() + " is missing");
  }

  @Test
  void finalRevision_lost_isRefuted() {
    RollingLoss lost =
        published(loss -> loss.getIsFinal() && loss.getRevision() > 0 && loss.getCount() > 0, 9);
    topics.output.removeIf(
        each -> LOSSES.decode(each.value(), 0, each.value().length).equals(lost));

    assertRefuted(topics.audit(), "ending " + lost.getWindowEnd() + " is missing as final");
  }

  @Test
  void finalRevision_publishedTwice_isRefuted() {
    ConsumerRecord<byte[], byte[]> twice =
        output(loss -> loss.getIsFinal() && !loss.getWindow().startsWith("ewma"), 9);
    topics.output.add(twice);

    assertRefuted(topics.audit(), "was final in " + twice.topic() + "-" + twice.partition());
  }

  @Test
  void average_publishedTwice_isRefuted() {
    topics.output.add(output(loss -> loss.getWindow().startsWith("ewma"), 9));

    assertRefuted(topics.audit(), "was published before");
  }

  @Test
  void revision_skipped_isRefuted() {
    changeOutput(loss -> loss.getRevision() == 1, loss -> loss.setRevision(2));

    assertRefuted(topics.audit(), "has revision 2 where revision 1 follows");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rolling:30s/10s", "tumbling:10s", "ewma:80s"})
  void mean_changed_isRefuted(String window) {
    changeOutput(
        loss -> loss.getWindow().equals(window) && loss.getCount() > 0,
        loss -> loss.setMean(loss.getMean() * (1 + 1e-9)));

    assertRefuted(topics.audit(), "rolling-loss-", window, "mean is");
  }

  @Test
  void count_changedInARevisionThatIsNotFinal_isRefuted() {
    changeOutput(loss -> !loss.getIsFinal(), loss -> loss.setCount(loss.getCount() + 1));

    assertRefuted(topics.audit(), "rolling-loss-", "but it must be count");
  }

  @Test
  void final_saidTooEarly_isRefuted() {
    changeOutput(loss -> !loss.getIsFinal(), loss -> loss.setIsFinal(true));

    assertRefuted(topics.audit(), "published as final at watermark");
  }

  @Test
  void watermark_thatThePartialsNeverMade_isRefuted() {
    ConsumerRecord<byte[], byte[]> record =
        output(loss -> loss.getWindow().equals("tumbling:10s"), 5);
    RollingLoss loss = LOSSES.decode(record.value(), 0, record.value().length);
    loss.setWatermark(loss.getWatermark().plusMillis(1));
    topics.output.add(StreamedTopics.with(record, LOSSES.encode(loss)));

    assertRefuted(topics.audit(), "which its partials never made");
  }

  @Test
  void deadLetter_lost_isRefutedByThePositionOfItsRecord() {
    ConsumerRecord<byte[], byte[]> lost = letter("malformed-frame");
    topics.letters.remove(lost);

    assertRefuted(
        topics.audit(),
        header(lost, "losswatch-source") + " is refused (malformed-frame), but has no");
  }

  @Test
  void deadLetter_twice_isRefuted() {
    ConsumerRecord<byte[], byte[]> twice = letter("malformed-frame");
    topics.letters.add(twice);

    assertRefuted(topics.audit(), header(twice, "losswatch-source") + " has 2 dead letters");
  }

  @Test
  void deadLetter_ofASoundRecord_isRefuted() {
    ConsumerRecord<byte[], byte[]> letter = letter("malformed-frame");
    letter.headers().remove("losswatch-source");
    PartialBatch batch = StreamedTopics.batch(partial(each -> !each.getEntries().isEmpty(), 40));
    String sound =
        topics.input.get(batch.getSourcePartition()).stream()
            .map(ConsumerRecord::offset)
            .filter(offset -> offset >= batch.getFromOffset() && offset < batch.getToOffset())
            .findFirst()
            .map(offset -> "predictions-" + batch.getSourcePartition() + "@" + offset)
            .orElseThrow();
    letter.headers().add("losswatch-source", sound.getBytes(StandardCharsets.UTF_8));

    assertRefuted(topics.audit(), sound);
  }

  @Test
  void input_deletedByRetention_isUnprovedWithItsOffsets() {
    topics.beginnings[1] = 20;

    Findings findings = topics.audit();

    assertThat(findings.verdict()).isEqualTo(Verdict.UNPROVED);
    assertThat(reasons(findings, Verdict.UNPROVED))
        .anySatisfy(reason ->
            assertThat(reason)
                .startsWith("predictions-1: ")
                .contains("cannot be proved: retention has deleted offsets 0.."));
  }

  @Test
  void record_deletedByCompaction_isUnproved() {
    PartialBatch batch =
        StreamedTopics.batch(
            partial(
                each -> each.getEntries().size() > 1 && isOnTime(each.getEntries().get(0)), 40));
    topics
        .input
        .get(batch.getSourcePartition())
        .removeIf(
            each -> each.offset() >= batch.getFromOffset() && each.offset() < batch.getToOffset());

    Findings uncompacted = topics.audit();
    topics.compacted.add(StreamedTopics.INPUT);
    Findings compacted = topics.audit();

    assertThat(uncompacted.verdict()).isEqualTo(Verdict.REFUTED);
    assertThat(reasons(compacted, Verdict.UNPROVED))
        .anySatisfy(reason -> assertThat(reason).contains("compaction may have deleted"));
  }

  @Test
  void monitor_withAnotherDefinition_isUnproved() {
    Findings findings =
        topics.audit(StreamedTopics.settings(StreamSettings.OutputFormat.AVRO, "rolling:30s/5s"));

    assertThat(reasons(findings, Verdict.REFUTED)).isEmpty();
    assertThat(findings.series())
        .allSatisfy(each -> assertThat(each.verdict()).isEqualTo(Verdict.UNPROVED));
  }

  @Test
  void window_thatIsNotConfigured_isNamedAsNotChecked() {
    Findings findings =
        topics.audit(
            StreamedTopics.settings(
                StreamSettings.OutputFormat.AVRO, "rolling:30s/10s", "ewma:80s"));

    assertThat(reasons(findings, Verdict.REFUTED)).isEmpty();
    assertThat(findings.series())
        .allSatisfy(each -> assertThat(each.unchecked()).containsExactly("tumbling:10s"));
  }

  private static boolean isOnTime(PartialEntry entry) {
    return entry.getSums().getCount() > 0;
  }

  private static boolean isOfSameRange(PartialBatch a, PartialBatch b) {
    return a.getSourcePartition() == b.getSourcePartition()
        && a.getFromOffset() == b.getFromOffset()
        && a.getToOffset() == b.getToOffset();
  }

  private static boolean isOfSameWindow(RollingLoss a, RollingLoss b) {
    return a.getModel().equals(b.getModel())
        && a.getSlice().equals(b.getSlice())
        && a.getWindow().equals(b.getWindow())
        && a.getWindowEnd().equals(b.getWindowEnd());
  }

  /** One of the partials that fit, from this place of the log on. */
  private ConsumerRecord<byte[], byte[]> partial(Predicate<PartialBatch> fits, int from) {
    return topics.partials.stream()
        .skip(from)
        .filter(each -> fits.test(StreamedTopics.batch(each)))
        .findFirst()
        .orElseThrow();
  }

  private void change(Predicate<PartialBatch> of, int from, Consumer<PartialBatch> change) {
    ConsumerRecord<byte[], byte[]> record = partial(of, from);
    PartialBatch batch = StreamedTopics.batch(record);
    change.accept(batch);
    topics.partials.set(
        topics.partials.indexOf(record),
        StreamedTopics.with(record, StreamedTopics.BATCHES.encode(batch)));
  }

  /** Changes an entry that has samples; returns its series. */
  private String changeEntry(Consumer<PartialEntry> change) {
    List<String> series = new ArrayList<>();
    change(
        batch -> batch.getEntries().size() > 1 && isOnTime(batch.getEntries().get(0)),
        40,
        batch -> {
          series.add(batch.getEntries().get(0).getSeries());
          change.accept(batch.getEntries().get(0));
        });
    return series.get(0);
  }

  private ConsumerRecord<byte[], byte[]> output(Predicate<RollingLoss> fits, int skip) {
    return topics.output.stream()
        .filter(each -> fits.test(LOSSES.decode(each.value(), 0, each.value().length)))
        .skip(skip)
        .findFirst()
        .orElseThrow();
  }

  private RollingLoss published(Predicate<RollingLoss> fits, int skip) {
    byte[] value = output(fits, skip).value();
    return LOSSES.decode(value, 0, value.length);
  }

  private void changeOutput(Predicate<RollingLoss> of, Consumer<RollingLoss> change) {
    ConsumerRecord<byte[], byte[]> record = output(of, 5);
    RollingLoss loss = LOSSES.decode(record.value(), 0, record.value().length);
    change.accept(loss);
    topics.output.set(
        topics.output.indexOf(record), StreamedTopics.with(record, LOSSES.encode(loss)));
  }

  private ConsumerRecord<byte[], byte[]> letter(String reason) {
    return topics.letters.stream()
        .filter(each -> header(each, "losswatch-reason").equals(reason))
        .findFirst()
        .orElseThrow();
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
