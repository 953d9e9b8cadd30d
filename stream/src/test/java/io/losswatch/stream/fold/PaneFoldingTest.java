package io.losswatch.stream.fold;

import static io.losswatch.stream.fold.Folds.T0;
import static io.losswatch.stream.fold.Folds.TIME;
import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.stream.consume.CommitGrid;
import io.losswatch.stream.consume.LaneFeed;
import io.losswatch.stream.consume.Portion.OffsetRange;
import io.losswatch.stream.evaluate.EvaluatedPortion;
import io.losswatch.stream.evaluate.MonitorPlan;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class PaneFoldingTest {
  private static final List<MonitorPlan> PLANS = List.of(Folds.plan("fast", "tumbling:1s"));

  private final LaneFeed feed = new LaneFeed(Tape.SOURCE.topic(), Tape.SOURCE.partition());
  private final Tape tape = new Tape(PLANS);
  private final TestPublisher<EvaluatedPortion> portions = TestPublisher.create();
  private final PaneFolding folding =
      new PaneFolding(PLANS, TIME, CommitGrid.of(Duration.ofMillis(200)));

  @Test
  void lane_emptyFromTheStart_emitsOneLastElement() {
    StepVerifier.create(folding.fold(feed.lane(), new PaneMemory(), 12, Flux.empty()))
        .assertNext(last ->
            assertThat(last.cut())
                .isEqualTo(
                    new PaneDeltas.Cut(new OffsetRange(12, 12), PaneMemory.SILENT, false, true)))
        .verifyComplete();
  }

  @Test
  void lane_thatEnds_saysLastOnTheLastElementOnly() {
    Flux<EvaluatedPortion> in =
        Flux.just(
            tape.batch(T0, 1).polled(T0),
            tape.batch(T0, 1).polled(T0 + 200),
            tape.batch(T0, 1).polled(T0 + 201));

    StepVerifier.create(folding.fold(feed.lane(), new PaneMemory(), 0, in), 0)
        .thenRequest(1)
        .assertNext(cut -> assertThat(cut.cut().last()).isFalse())
        .thenRequest(1)
        .assertNext(cut -> assertThat(cut.cut().last()).isFalse())
        .thenRequest(1)
        .assertNext(cut -> {
          assertThat(cut.cut().last()).isTrue();
          assertThat(cut.cut().range()).isEqualTo(new OffsetRange(2, 3));
          assertThat(cut.lane()).isSameAs(feed.lane());
        })
        .verifyComplete();
  }

  @Test
  void portions_areReleasedAsTheyAreFolded() {
    StepVerifier.create(
            folding.fold(feed.lane(), new PaneMemory(), 0, portions.flux()).doOnNext(cut -> {}))
        .then(() -> offer(tape.batch(T0, 1).polled(T0)))
        .expectNextCount(1)
        .then(() -> assertThat(feed.isReleased()).isTrue())
        .then(() -> offer(tape.poison(T0, 1000).polled(T0 + 1)))
        .then(() -> assertThat(feed.isReleased()).isTrue())
        .then(() -> offer(tape.polled(T0 + 2)))
        .then(() -> assertThat(feed.isReleased()).isTrue())
        .thenCancel()
        .verify();
    portions.assertCancelled();
  }

  @Test
  void demand_ofOne_pullsNoMoreThanTheNextCutNeeds() {
    StepVerifier.create(folding.fold(feed.lane(), new PaneMemory(), 0, portions.flux()), 0)
        .thenRequest(1)
        .then(() -> portions.next(tape.batch(T0, 1).polled(T0)))
        .expectNextCount(1)
        .then(() -> portions.assertMaxRequested(1))
        .thenRequest(1)
        .then(() -> portions.next(tape.batch(T0, 1).polled(T0 + 1)))
        .then(() -> portions.next(tape.batch(T0, 1).polled(T0 + 200)))
        .assertNext(cut -> assertThat(cut.cut().range()).isEqualTo(new OffsetRange(1, 3)))
        .then(() -> portions.assertMaxRequested(1))
        .thenCancel()
        .verify();
    portions.assertNoRequestOverflow();
  }

  @Test
  void error_before_endsTheLaneWithoutALastElement() {
    StepVerifier.create(folding.fold(feed.lane(), new PaneMemory(), 0, portions.flux()))
        .then(() -> portions.next(tape.batch(T0, 1).polled(T0)))
        .expectNextCount(1)
        .then(() -> portions.next(tape.batch(T0, 1).polled(T0 + 1)))
        .then(() -> portions.error(new IllegalStateException("broken")))
        .verifyErrorMessage("broken");
  }

  @Test
  void subscription_ofItsOwn_hasOpenDeltasOfItsOwn() {
    List<EvaluatedPortion> in = List.of(tape.batch(T0, 1, 2).polled(T0));
    Flux<PaneDeltas> folded = folding.fold(feed.lane(), new PaneMemory(), 0, Flux.fromIterable(in));

    for (int i = 0; i < 2; i++) {
      StepVerifier.create(folded)
          .assertNext(cut -> assertThat(cut.tally().samples()).isEqualTo(2))
          .assertNext(last -> assertThat(last.tally().samples()).isZero())
          .verifyComplete();
    }
  }

  private void offer(EvaluatedPortion portion) {
    feed.offer(portion.portion());
    assertThat(feed.isReleased()).isFalse();
    portions.next(portion);
  }
}
