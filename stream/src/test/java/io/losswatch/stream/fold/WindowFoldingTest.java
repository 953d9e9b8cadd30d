package io.losswatch.stream.fold;

import static io.losswatch.stream.fold.Folds.T0;
import static io.losswatch.stream.fold.PartialsTape.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.schemas.PartialBatch;
import io.losswatch.stream.consume.CommitGrid;
import io.losswatch.stream.consume.LaneFeed;
import io.losswatch.stream.decode.DecodedPortion;
import io.losswatch.stream.evaluate.MonitorPlan;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class WindowFoldingTest {
  private static final MonitorPlan PLAN = Folds.plan("ce", "tumbling:1s");
  private static final List<MonitorPlan> PLANS = List.of(PLAN);

  private final LaneFeed feed = new LaneFeed("partials", 1);
  private final PartialsTape tape = new PartialsTape(1);
  private final TestPublisher<DecodedPortion<PartialBatch>> portions = TestPublisher.create();
  private final WindowFolding folding =
      new WindowFolding(100, CommitGrid.of(Duration.ofMillis(200)));

  @Test
  void lane_emptyFromTheStart_emitsOneLastElementThatChangesNothing() {
    StepVerifier.create(folding.fold(feed.lane(), new RollMemory(PLANS), 12, Flux.empty()))
        .assertNext(last -> {
          assertThat(last.cut()).isEqualTo(new RolledPortion.Cut(12, true));
          assertThat(last.windows()).isEmpty();
          assertThat(last.changes()).isEmpty();
        })
        .verifyComplete();
  }

  @Test
  void lane_thatEnds_cutsOnceAnIntervalAndSaysLastOnTheLastElementOnly() {
    Flux<DecodedPortion<PartialBatch>> in =
        Flux.just(
            tape.batch(0, T0, entry(PLAN, "a", T0, 1)).polled(T0),
            tape.batch(0, T0 + 1000).polled(T0 + 199),
            tape.batch(0, T0 + 1000).polled(T0 + 200),
            tape.batch(0, T0 + 1000).polled(T0 + 201));

    StepVerifier.create(folding.fold(feed.lane(), new RollMemory(PLANS), 0, in), 0)
        .thenRequest(1)
        .assertNext(cut -> assertThat(cut.cut()).isEqualTo(new RolledPortion.Cut(1, false)))
        .thenRequest(1)
        .assertNext(cut -> {
          assertThat(cut.cut()).isEqualTo(new RolledPortion.Cut(3, false));
          assertThat(cut.windows()).hasSize(1);
        })
        .thenRequest(1)
        .assertNext(cut -> {
          assertThat(cut.cut()).isEqualTo(new RolledPortion.Cut(4, true));
          assertThat(cut.changes()).isNotEmpty();
          assertThat(cut.lane()).isSameAs(feed.lane());
        })
        .verifyComplete();
  }

  @Test
  void portions_withoutNews_areReleasedAndNotCut() {
    StepVerifier.create(folding.fold(feed.lane(), new RollMemory(PLANS), 0, portions.flux()))
        .then(() -> offer(tape.batch(0, T0).polled(T0)))
        .expectNextCount(1)
        .then(() -> assertThat(feed.isReleased()).isTrue())
        .then(() -> offer(tape.polled(T0 + 1000)))
        .then(() -> assertThat(feed.isReleased()).isTrue())
        .then(() -> offer(tape.batch(0, T0).polled(T0 + 2000)))
        .assertNext(cut -> assertThat(cut.cut().nextOffset()).isEqualTo(2))
        .thenCancel()
        .verify();
    portions.assertCancelled();
  }

  @Test
  void demand_ofOne_pullsNoMoreThanTheNextCutNeeds() {
    StepVerifier.create(folding.fold(feed.lane(), new RollMemory(PLANS), 0, portions.flux()), 0)
        .thenRequest(1)
        .then(() -> portions.next(tape.batch(0, T0).polled(T0)))
        .expectNextCount(1)
        .then(() -> portions.assertMaxRequested(1))
        .thenRequest(1)
        .then(() -> portions.next(tape.batch(0, T0).polled(T0 + 1)))
        .then(() -> portions.next(tape.batch(0, T0).polled(T0 + 200)))
        .expectNextCount(1)
        .thenCancel()
        .verify();
    portions.assertNoRequestOverflow();
  }

  @Test
  void error_before_endsTheLaneWithoutALastElement() {
    StepVerifier.create(folding.fold(feed.lane(), new RollMemory(PLANS), 0, portions.flux()))
        .then(() -> portions.next(tape.batch(0, T0).polled(T0)))
        .expectNextCount(1)
        .then(() -> portions.error(new IllegalStateException("broken")))
        .verifyErrorMessage("broken");
  }

  private void offer(DecodedPortion<PartialBatch> portion) {
    feed.offer(portion.portion());
    portions.next(portion);
  }
}
