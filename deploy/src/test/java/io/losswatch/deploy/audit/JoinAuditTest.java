package io.losswatch.deploy.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.PartialEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Labels that come later: what the stages wrote is proved, and each fault is found. */
class JoinAuditTest {
  private static final int FROM = 60;

  private final LabelledTopics topics = new LabelledTopics(Planting.SEED);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void topics_asTheServiceWroteThem_areProved(long seed) {
    Findings findings = new LabelledTopics(seed).audit();

    assertThat(Planting.reasons(findings, Verdict.REFUTED)).as("seed %d", seed).isEmpty();
    assertThat(findings.verdict())
        .as(Planting.reasons(findings, Verdict.UNPROVED).toString())
        .isEqualTo(Verdict.PROVED);
    assertThat(findings.sources()).hasSize(4);
    assertThat(findings.series())
        .hasSize(3)
        .allSatisfy(each -> {
          assertThat(each.counted()).isGreaterThan(300);
          assertThat(each.windows()).isGreaterThan(20);
        });
  }

  @Test
  void labelRange_lost_isRefuted() {
    PartialBatch lost = StreamedTopics.batch(partial(JoinAuditTest::isOfLabels));
    topics.partials.removeIf(each -> isOfSameRange(StreamedTopics.batch(each), lost));

    Planting.assertRefuted(
        topics.audit(),
        "labels-" + lost.getSourcePartition(),
        "offsets [%d, %d) are in no range".formatted(lost.getFromOffset(), lost.getToOffset()));
  }

  @Test
  void labelRange_toldTwice_isRefuted() {
    ConsumerRecord<byte[], byte[]> twice = partial(JoinAuditTest::isOfLabels);
    topics.partials.add(twice);

    Planting.assertRefuted(topics.audit(), "labels-", "are told again");
  }

  @Test
  void label_countedTwice_isRefuted() {
    String series =
        change(sums -> {
          sums.getSums().setSum(2 * sums.getSums().getSum());
          sums.getSums().setWeight(2 * sums.getSums().getWeight());
          sums.getSums().setCount(2 * sums.getSums().getCount());
        });

    Planting.assertRefuted(topics.audit(), series + ": ", " samples are told, but it must be ");
  }

  @Test
  void label_thatDoesNotTakeBackThatThereWasNone_isRefuted() {
    String series = change(entry -> entry.getSums().setUnlabeledCount(0));

    Planting.assertRefuted(topics.audit(), series + ": ", " samples are told, but it must be ");
  }

  @Test
  void lossOfALabel_changed_isRefutedWithBothNumbers() {
    String series = change(entry -> entry.getSums().setSum(entry.getSums().getSum() * (1 + 1e-9)));

    Planting.assertRefuted(topics.audit(), series + ": pane ", "sum is", "but it must be");
  }

  @Test
  void latencyOfALabel_changed_isRefuted() {
    String series =
        change(
            entry -> entry.getSums().setLabelLatencySum(entry.getSums().getLabelLatencySum() + 1));

    Planting.assertRefuted(topics.audit(), series + ": pane ", "label latency is");
  }

  @Test
  void labels_thatComeTooLate_areUnproved() {
    Findings findings = new LabelledTopics(Planting.SEED, true).audit();

    assertThat(Planting.reasons(findings, Verdict.REFUTED)).isEmpty();
    assertThat(Planting.reasons(findings, Verdict.UNPROVED))
        .anySatisfy(reason ->
            assertThat(reason).startsWith("errors/").contains(" labels are not counted: they"));
  }

  @Test
  void deadLetterOfALabel_lost_isRefuted() {
    ConsumerRecord<byte[], byte[]> lost =
        topics.letters.stream()
            .filter(each -> Planting.header(each, "losswatch-source").startsWith("labels-"))
            .findFirst()
            .orElseThrow();
    topics.letters.remove(lost);

    Planting.assertRefuted(
        topics.audit(), Planting.header(lost, "losswatch-source"), "has no dead letter");
  }

  private static boolean isOfLabels(PartialBatch batch) {
    return batch.getSourceTopic().equals(LabelledTopics.LABELS)
        && batch.getEntries().stream().anyMatch(JoinAuditTest::isOfErrors);
  }

  private static boolean isOfErrors(PartialEntry entry) {
    return entry.getSeries().startsWith("errors/") && entry.getSums().getCount() > 0;
  }

  private static boolean isOfSameRange(PartialBatch a, PartialBatch b) {
    return a.getSourceTopic().equals(b.getSourceTopic()) && Planting.isOfSameRange(a, b);
  }

  private ConsumerRecord<byte[], byte[]> partial(Predicate<PartialBatch> fits) {
    return topics.partials.stream()
        .skip(FROM)
        .filter(each -> fits.test(StreamedTopics.batch(each)))
        .findFirst()
        .orElseThrow();
  }

  /** Changes what labels add to a series; returns it. */
  private String change(Consumer<PartialEntry> change) {
    ConsumerRecord<byte[], byte[]> record = partial(JoinAuditTest::isOfLabels);
    PartialBatch batch = StreamedTopics.batch(record);
    List<String> series = new ArrayList<>();
    batch.getEntries().stream()
        .filter(JoinAuditTest::isOfErrors)
        .limit(1)
        .forEach(entry -> {
          series.add(entry.getSeries());
          change.accept(entry);
        });
    topics.partials.set(
        topics.partials.indexOf(record),
        StreamedTopics.with(record, StreamedTopics.BATCHES.encode(batch)));
    return series.get(0);
  }
}
