package io.losswatch.stream.evaluate;

import static io.losswatch.stream.evaluate.Plans.loss;
import static io.losswatch.stream.evaluate.Plans.plan;
import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.BatchHeader;
import io.losswatch.core.batch.Layout;
import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.batch.Predictions;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.loss.Metrics;
import io.losswatch.core.tensor.Tensor;
import io.losswatch.core.window.LossSummary;
import io.losswatch.stream.Monitor;
import io.losswatch.stream.consume.Portion;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.consume.SourceRecord;
import io.losswatch.stream.decode.Decoded;
import io.losswatch.stream.decode.DecodedPortion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class EvaluatingTest {
  private static final MonitorPlan SQUARES = plan("squares", "house*", loss("mse"), "tumbling:1s");
  private static final MonitorPlan CLASSES =
      plan("classes", "*", loss("cross_entropy"), "tumbling:1s");
  private static final MonitorPlan DISTANCES = plan("distances", "*", loss("mse"), "tumbling:1s");

  @Test
  void batch_ofAModel_isEvaluatedByTheMonitorsThatWantItInTheirOrder() {
    Evaluating evaluating = new Evaluating(List.of(DISTANCES, SQUARES));

    assertThat(plans(evaluate(evaluating, values("house-1", new float[] {1, 2}, 0, 0))))
        .containsExactly(DISTANCES, SQUARES);
    assertThat(plans(evaluate(evaluating, values("boat", new float[] {1, 2}, 0, 0))))
        .containsExactly(DISTANCES);
  }

  @Test
  void batch_withLabels_isSummedUpBySample() {
    Evaluated evaluated =
        evaluate(new Evaluating(List.of(SQUARES)), values("house", new float[] {1, 2, 3}, 0, 0, 0));

    LossSummary summary = evaluated.evaluations().get(0).summary();
    assertThat(summary.count()).isEqualTo(3);
    assertThat(summary.sum()).isEqualTo(1 + 4 + 9);
    assertThat(summary.unlabeledCount()).isZero();
    assertThat(evaluated.refusal()).isNull();
    assertThat(header(evaluated).model()).isEqualTo("house");
  }

  @Test
  void batches_inARow_doNotMixInTheReusedBuffer() {
    List<Evaluated> evaluated =
        evaluateAll(
            new Evaluating(List.of(SQUARES)),
            List.of(
                decoded(values("house", new float[] {1, 2, 3}, 0, 0, 0)),
                decoded(values("house", new float[] {5}, 0)),
                decoded(values("house", new float[] {1, 1}, 0, 0))));

    assertThat(evaluated)
        .extracting(each -> each.evaluations().get(0).summary().sum())
        .containsExactly(14.0, 25.0, 2.0);
  }

  @Test
  void batch_ofMonitorsWithOtherMetrics_isCountedAsEachAsks() {
    Metrics some = Metrics.of(List.of("accuracy"), 1);
    Metrics more = Metrics.of(List.of("accuracy", "top_k"), 2);
    MonitorPlan first = counting("first", some);
    MonitorPlan second = counting("second", more);
    Batch batch =
        batch(
            "house",
            OutputKind.LOGITS,
            Tensor.ofFloats(new float[] {3, 2, 1, 3, 2, 1}, 2, 3),
            Tensor.ofInts(new int[] {0, 1}, 2));

    Evaluated evaluated = evaluate(new Evaluating(List.of(first, CLASSES, second)), batch);

    List<LossSummary> summaries =
        evaluated.evaluations().stream().map(Evaluated.Evaluation::summary).toList();
    assertThat(summaries.get(0).metrics(some)).isEqualTo(Map.of("accuracy", 0.5));
    assertThat(summaries.get(1).metrics(Metrics.NONE)).isEmpty();
    assertThat(summaries.get(2).metrics(more)).isEqualTo(Map.of("accuracy", 0.5, "top_k", 1.0));
  }

  private static MonitorPlan counting(String name, Metrics metrics) {
    Monitor.Measure measure = new Monitor.Measure(loss("cross_entropy"), metrics);
    return plan(new Monitor(name, "*", measure, Plans.windows("tumbling:1s"), List.of()));
  }

  @Test
  void batch_withoutLabels_countsItsRows() {
    Batch batch = batch("house", OutputKind.LOGITS, Tensor.ofFloats(new float[20], 4, 5), null);

    LossSummary summary =
        evaluate(new Evaluating(List.of(CLASSES)), batch).evaluations().get(0).summary();

    assertThat(summary.unlabeledCount()).isEqualTo(4);
    assertThat(summary.count()).isZero();
  }

  @Test
  void batch_ofSequencesWithoutLabels_countsItsTokensWhereTheLossDoes() {
    Batch batch = batch("house", OutputKind.LOGITS, Tensor.ofFloats(new float[30], 2, 3, 5), null);

    Evaluated evaluated = evaluate(new Evaluating(List.of(CLASSES, SQUARES)), batch);

    assertThat(evaluated.evaluations())
        .extracting(each -> each.summary().unlabeledCount())
        .containsExactly(6L, 2L);
  }

  @Test
  void batch_refusedByOneMonitor_countsForTheOthersAndNamesTheOne() {
    Evaluated evaluated =
        evaluate(
            new Evaluating(List.of(SQUARES, CLASSES, DISTANCES)),
            values("house", new float[] {1, 2}, 0, 0));

    assertThat(plans(evaluated)).containsExactly(SQUARES, DISTANCES);
    assertThat(evaluated.evaluations().get(0).summary().sum()).isEqualTo(5);
    RefusedException refusal = refusal(evaluated);
    assertThat(refusal.reason()).isEqualTo(Reason.WRONG_KIND);
    assertThat(refusal).hasMessageStartingWith("monitor classes: ");
    assertThat(header(evaluated).model()).isEqualTo("house");
  }

  @Test
  void batch_refusedByTwoMonitors_namesTheFirst() {
    MonitorPlan more = plan("more-classes", "*", loss("cross_entropy"), "tumbling:1s");

    Evaluated evaluated =
        evaluate(new Evaluating(List.of(CLASSES, more)), values("house", new float[] {1}, 0));

    assertThat(evaluated.evaluations()).isEmpty();
    assertThat(refusal(evaluated)).hasMessageStartingWith("monitor classes: ");
  }

  @Test
  void batch_thatCannotTellItsSamples_isRefused() {
    Batch batch = batch("house", OutputKind.LOGITS, Tensor.ofFloats(new float[] {1}), null);

    Evaluated evaluated = evaluate(new Evaluating(List.of(CLASSES)), batch);

    assertThat(evaluated.evaluations()).isEmpty();
    assertThat(refusal(evaluated).reason()).isEqualTo(Reason.BAD_SHAPE);
  }

  @Test
  void batch_thatNoMonitorWants_hasNoEvaluationAndIsNotRefused() {
    Evaluated evaluated =
        evaluate(new Evaluating(List.of(SQUARES)), values("boat", new float[] {1}, 0));

    assertThat(evaluated.evaluations()).isEmpty();
    assertThat(evaluated.refusal()).isNull();
    assertThat(header(evaluated).model()).isEqualTo("boat");
  }

  @Test
  void record_thatCouldNotBeRead_keepsItsRefusalAndPlace() {
    RefusedException refusal = new RefusedException(Reason.MALFORMED_RECORD, "torn");
    Decoded<Batch> torn = new Decoded<>(source(), null, refusal);

    List<Evaluated> evaluated =
        evaluateAll(
            new Evaluating(List.of(SQUARES)),
            List.of(
                decoded(values("house", new float[] {1}, 0)),
                torn,
                decoded(values("house", new float[] {2}, 0))));

    assertThat(evaluated).hasSize(3);
    assertThat(evaluated.get(1).refusal()).isSameAs(refusal);
    assertThat(evaluated.get(1).header()).isNull();
    assertThat(evaluated.get(1).evaluations()).isEmpty();
    assertThat(evaluated.get(1).source()).isSameAs(torn.source());
  }

  @Test
  void models_moreThanAreRemembered_areStillToldApart() {
    List<Decoded<Batch>> records = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      records.add(decoded(values((i % 2 == 0 ? "house-" : "boat-") + i, new float[] {1}, 0)));
    }

    List<Evaluated> evaluated = evaluateAll(new Evaluating(List.of(SQUARES)), records);

    for (int i = 0; i < evaluated.size(); i++) {
      assertThat(evaluated.get(i).evaluations()).as("record %d", i).hasSize(i % 2 == 0 ? 1 : 0);
    }
  }

  @Test
  void evaluating_demandOfOne_pullsOnePortion() {
    TestPublisher<DecodedPortion<Batch>> source = TestPublisher.create();
    List<Long> requested = new ArrayList<>();

    StepVerifier.create(
            new Evaluating(List.of(SQUARES)).apply(source.flux().doOnRequest(requested::add)), 0)
        .thenRequest(1)
        .then(() -> source.next(portion(List.of())))
        .expectNextCount(1)
        .thenCancel()
        .verify();

    assertThat(requested).containsExactly(1L);
    source.assertCancelled();
  }

  @Test
  void evaluating_errorBefore_passesThrough() {
    StepVerifier.create(
            new Evaluating(List.of(SQUARES)).apply(Flux.error(new IllegalStateException("broken"))))
        .verifyErrorMessage("broken");
  }

  private static Evaluated evaluate(Evaluating evaluating, Batch batch) {
    return evaluateAll(evaluating, List.of(decoded(batch))).get(0);
  }

  private static List<Evaluated> evaluateAll(Evaluating evaluating, List<Decoded<Batch>> records) {
    List<Evaluated> evaluated = new ArrayList<>();
    StepVerifier.create(evaluating.apply(Flux.just(portion(records))))
        .consumeNextWith(portion -> evaluated.addAll(portion.records()))
        .verifyComplete();
    return evaluated;
  }

  private static DecodedPortion<Batch> portion(List<Decoded<Batch>> records) {
    Portion portion = new Portion(List.of(), new Portion.OffsetRange(0, 100), 0, false, 0);
    return new DecodedPortion<>(portion, records);
  }

  private static List<MonitorPlan> plans(Evaluated evaluated) {
    return evaluated.evaluations().stream().map(Evaluated.Evaluation::plan).toList();
  }

  private static RefusedException refusal(Evaluated evaluated) {
    RefusedException refusal = evaluated.refusal();
    if (refusal == null) {
      throw new AssertionError("not refused: " + evaluated);
    }
    return refusal;
  }

  private static BatchHeader header(Evaluated evaluated) {
    BatchHeader header = evaluated.header();
    if (header == null) {
      throw new AssertionError("no header: " + evaluated);
    }
    return header;
  }

  private static Batch values(String model, float[] predictions, long... labels) {
    return batch(
        model,
        OutputKind.VALUES,
        Tensor.ofFloats(predictions, predictions.length),
        Tensor.ofLongs(labels, labels.length));
  }

  private static Batch batch(
      String model, OutputKind kind, Tensor predictions, @Nullable Tensor labels) {
    return new Batch(
        new BatchHeader(model, "1", OptionalLong.of(0), null, Map.of()),
        new Predictions(kind, Layout.CLASS_LAST, predictions),
        labels,
        null,
        List.of());
  }

  private static Decoded<Batch> decoded(Batch batch) {
    return new Decoded<>(source(), batch, null);
  }

  private static SourceRecord source() {
    return new SourceRecord(
        new SourcePartition("predictions", 0),
        0,
        0,
        null,
        new SourceRecord.Content(null, List.of()));
  }
}
