package io.losswatch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.BatchHeader;
import io.losswatch.core.batch.Layout;
import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.batch.Predictions;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.loss.Losses;
import io.losswatch.core.loss.Metrics;
import io.losswatch.core.tensor.Tensor;
import io.losswatch.core.window.Window;
import io.losswatch.schemas.RollingLoss;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;

class EmbeddedLossStreamTest {
  private static final TimeSettings TIME =
      new TimeSettings(
          Duration.ofSeconds(1),
          Duration.ofSeconds(5),
          Duration.ofMinutes(5),
          new TimeSettings.Lateness(Duration.ofSeconds(2), Duration.ofSeconds(1)));

  private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
  private final List<EmbeddedLossStream.Refused> refused = new ArrayList<>();
  private final EmbeddedLossStream stream =
      EmbeddedLossStream.of(
          List.of(
              new Monitor(
                  "mse",
                  "*",
                  Losses.of("mse", Map.of()),
                  List.of(Window.parse("tumbling:10s")),
                  List.of(List.of("region")))),
          TIME,
          refused::add,
          timer);

  private static Batch batch(long timeMillis, String region, float... values) {
    return new Batch(
        new BatchHeader("m", "1", OptionalLong.of(timeMillis), null, Map.of("region", region)),
        new Predictions(
            OutputKind.VALUES, Layout.CLASS_LAST, Tensor.ofFloats(values, values.length)),
        Tensor.ofFloats(new float[values.length], values.length),
        null,
        List.of());
  }

  private static String line(RollingLoss loss) {
    return "%s %d..%d mean %s count %d revision %d%s"
        .formatted(
            loss.getSlice(),
            loss.getWindowStart().toEpochMilli(),
            loss.getWindowEnd().toEpochMilli(),
            loss.getMean(),
            loss.getCount(),
            loss.getRevision(),
            loss.getIsFinal() ? " final" : "");
  }

  @Test
  void end_ofInput_publishesAllThatIsOpenAsFinal() {
    StepVerifier.create(
            Flux.just(batch(0, "eu", 1, 2), batch(500, "us", 3))
                .transform(stream)
                .map(loss -> line(loss)))
        .expectNext("{} 0..10000 mean 4.666666666666667 count 3 revision 0 final")
        .expectNext("{region=eu} 0..10000 mean 2.5 count 2 revision 0 final")
        .expectNext("{region=us} 0..10000 mean 9.0 count 1 revision 0 final")
        .expectComplete()
        .verify(Duration.ofSeconds(10));
    assertThat(refused).isEmpty();
  }

  @Test
  void window_passedByTheWatermark_isPublishedAndRevisedByLateSamples() {
    timer.advanceTimeBy(Duration.ofMinutes(1));
    StepVerifier.create(
            Flux.just(
                    batch(1000, "eu", 1),
                    batch(11_000, "eu", 1),
                    batch(2000, "eu", 3),
                    batch(13_000, "eu", 1))
                .transform(stream)
                .filter(loss ->
                    loss.getSlice().isEmpty() && loss.getWindowEnd().toEpochMilli() == 10_000)
                .map(loss -> line(loss)))
        .expectNext("{} 0..10000 mean 1.0 count 1 revision 0")
        .expectNext("{} 0..10000 mean 5.0 count 2 revision 1 final")
        .expectComplete()
        .verify(Duration.ofSeconds(10));
  }

  @Test
  void average_ofPanes_halvesTheirWeightEachHalfLife() {
    timer.advanceTimeBy(Duration.ofMinutes(1));
    EmbeddedLossStream averaging =
        EmbeddedLossStream.of(
            List.of(
                new Monitor(
                    "mse",
                    "*",
                    Losses.of("mse", Map.of()),
                    List.of(Window.parse("ewma:8s")),
                    List.of())),
            TIME,
            refused::add,
            timer);
    StepVerifier.create(
            Flux.just(batch(500, "eu", 1, 1), batch(8_500, "eu", 2), batch(15_000, "eu", 3))
                .transform(averaging)
                .map(loss -> line(loss) + " weight " + loss.getWeight()))
        .expectNext("{} 0..1000 mean 1.0 count 2 revision 0 final weight 2.0")
        .expectNextMatches(closing -> closing.startsWith("{} 1000..2000 mean 1.0 count 0 "))
        .expectNext("{} 8000..9000 mean 2.5 count 1 revision 0 final weight 2.0")
        .expectNextMatches(closing -> closing.startsWith("{} 9000..10000 mean 2.5 count 0 "))
        .expectNextMatches(last -> last.startsWith("{} 15000..16000 mean "))
        .expectComplete()
        .verify(Duration.ofSeconds(10));
  }

  @Test
  void silence_afterIdleAfter_closesWindowsWithoutFurtherBatches() {
    TestPublisher<Batch> batches = TestPublisher.create();
    List<String> lines = new ArrayList<>();
    Disposable running =
        batches
            .flux()
            .transform(stream)
            .filter(loss -> loss.getSlice().isEmpty())
            .subscribe(loss -> lines.add(line(loss)));

    batches.next(batch(0, "eu", 2));
    timer.advanceTimeBy(Duration.ofSeconds(20));

    assertThat(lines)
        .containsExactly(
            "{} 0..10000 mean 4.0 count 1 revision 0",
            "{} 0..10000 mean 4.0 count 1 revision 1 final");
    running.dispose();
    batches.assertCancelled();
  }

  @Test
  void batch_thatCannotBeEvaluated_isRefusedAndTheStreamGoesOn() {
    Batch bad =
        new Batch(
            batch(0, "eu", 1).header(),
            batch(0, "eu", 1).predictions(),
            Tensor.ofFloats(new float[2], 2),
            null,
            List.of());
    StepVerifier.create(
            Flux.just(bad, batch(0, "eu", 1)).transform(stream).map(RollingLoss::getCount))
        .expectNext(1L, 1L)
        .expectComplete()
        .verify(Duration.ofSeconds(10));
    assertThat(refused)
        .singleElement()
        .satisfies(letter -> {
          assertThat(letter.index()).isZero();
          assertThat(letter.reason()).isEqualTo(Reason.BAD_SHAPE);
          assertThat(letter.message()).startsWith("monitor mse: ");
        });
  }

  @Test
  void metrics_thatAreAskedFor_arePublishedBesideTheLoss() {
    Metrics metrics = Metrics.of(List.of("accuracy", "brier"), 1);
    Monitor.Measure measure = new Monitor.Measure(Losses.of("bce_with_logits", Map.of()), metrics);
    EmbeddedLossStream counting =
        EmbeddedLossStream.of(
            List.of(
                new Monitor("bce", "*", measure, List.of(Window.parse("tumbling:10s")), List.of())),
            TIME,
            refused::add,
            timer);

    StepVerifier.create(
            Flux.just(logits(0, 0, 0, 0), logits(100, 0), unlabeled(logits(200, 0, 0)))
                .transform(counting)
                .map(RollingLoss::getMetrics))
        .expectNext(Map.of("accuracy", 0.0, "brier", 0.25))
        .expectComplete()
        .verify(Duration.ofSeconds(10));
  }

  /** Logits 0, which say yes, and labels that say no. */
  private static Batch logits(long timeMillis, float... values) {
    Batch batch = batch(timeMillis, "eu", values);
    Predictions predictions =
        new Predictions(OutputKind.LOGITS, Layout.CLASS_LAST, batch.predictions().values());
    return new Batch(batch.header(), predictions, batch.labels(), null, List.of());
  }

  private static Batch unlabeled(Batch batch) {
    return new Batch(batch.header(), batch.predictions(), null, null, List.of());
  }

  @Test
  void error_ofTheInput_isPassedOn() {
    StepVerifier.create(Flux.<Batch>error(new IllegalStateException("input")).transform(stream))
        .expectErrorMessage("input")
        .verify(Duration.ofSeconds(10));
  }

  @Test
  void demand_ofOne_getsOne() {
    StepVerifier.create(Flux.just(batch(0, "eu", 1)).transform(stream), 1)
        .expectNextCount(1)
        .thenRequest(1)
        .expectNextCount(1)
        .thenCancel()
        .verify(Duration.ofSeconds(10));
  }
}
