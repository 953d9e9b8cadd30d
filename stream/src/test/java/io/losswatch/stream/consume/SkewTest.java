package io.losswatch.stream.consume;

import static io.losswatch.stream.consume.HandTurnedLoop.IDLE_MILLIS;
import static io.losswatch.stream.consume.HandTurnedLoop.MAX_SKEW_MILLIS;
import static io.losswatch.stream.consume.HandTurnedLoop.P0;
import static io.losswatch.stream.consume.HandTurnedLoop.P1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A source that runs ahead of the slowest one waits for it. */
class SkewTest {
  private static final long T0 = 1_700_000_000_000L;
  private static final SourcePartition ELSEWHERE = new SourcePartition("predictions", 2);

  private final HandTurnedLoop bench = HandTurnedLoop.hasty();
  private Lane fast;
  private Lane slow;

  @BeforeEach
  void startLanes() {
    bench.rebalance(P0, P1);
    fast = laneOf(P0.partition());
    slow = laneOf(P1.partition());
    bench.start(fast, 0);
    bench.start(slow, 0);
    bench.loop.turn();
  }

  @Test
  void source_aheadOfALaneOfTheSameInstance_waitsThoughNobodyIsHeard() {
    fast.advance(T0 + MAX_SKEW_MILLIS + 1);
    slow.advance(T0);
    bench.loop.turn();

    assertThat(bench.consumer.paused()).containsExactly(P0);
  }

  @Test
  void source_furtherThanItWasHeardToBe_isNotAheadOfItself() {
    stand(T0, T0);
    fast.advance(T0 + 2 * MAX_SKEW_MILLIS);
    slow.advance(T0 + 2 * MAX_SKEW_MILLIS);
    bench.sources.hear(ELSEWHERE, T0 + 2 * MAX_SKEW_MILLIS);
    bench.sources.publish();
    bench.loop.turn();

    assertThat(bench.consumer.paused()).isEmpty();
  }

  @Test
  void source_aheadByMoreThanMaxSkew_waitsUntilHalfOfItIsLeft() {
    stand(T0 + MAX_SKEW_MILLIS, T0);
    assertThat(bench.consumer.paused()).as("max-skew itself is allowed").isEmpty();
    stand(T0 + MAX_SKEW_MILLIS + 1, T0);
    assertThat(bench.consumer.paused()).containsExactly(P0);
    stand(T0 + MAX_SKEW_MILLIS + 1, T0 + MAX_SKEW_MILLIS / 2);
    assertThat(bench.consumer.paused()).as("a millisecond more than half").containsExactly(P0);
    stand(T0 + MAX_SKEW_MILLIS + 1, T0 + MAX_SKEW_MILLIS / 2 + 1);
    assertThat(bench.consumer.paused()).isEmpty();

    assertThat(bench.brake.pauses()).isEqualTo(new Consuming.Pauses(0, 1));
  }

  @Test
  void source_thatWaits_isReadNoFurtherAndIsTickedOn() {
    stand(T0 + 2 * MAX_SKEW_MILLIS, T0);
    bench.consumer.add(P0, 0, 1);
    bench.consumer.add(P1, 0, 1);
    bench.turnAfter(HandTurnedLoop.COMMIT_MILLIS);

    assertThat(bench.lastPortion(fast).records()).isEmpty();
    assertThat(bench.lastPortion(slow).records()).hasSize(1);
  }

  @Test
  void source_thatWaits_isNeverIdle() {
    stand(T0 + 2 * MAX_SKEW_MILLIS, T0);
    for (int turn = 0; turn < 5; turn++) {
      bench.turnAfter(IDLE_MILLIS);
      fast.release(bench.lastPortion(fast));
    }

    assertThat(bench.logEnds.questions()).isNotEmpty().noneMatch(asked -> asked.contains(P0));
    assertThat(bench.portions(fast)).noneMatch(Portion::idle);
  }

  @Test
  void source_thatHasNotSpoken_neverWaits() {
    stand(Lane.SILENT, T0);

    assertThat(bench.consumer.paused()).isEmpty();
  }

  @Test
  void source_aheadOfOneOfAnotherInstance_waits() {
    bench.sources.hear(ELSEWHERE, T0 - MAX_SKEW_MILLIS);
    stand(T0 + 1, T0);

    assertThat(bench.consumer.paused()).containsExactly(P0);
  }

  @Test
  void following_thatStops_bindsNobodyToOtherInstances() {
    bench.sources.hear(ELSEWHERE, T0 - MAX_SKEW_MILLIS);
    stand(T0 + 1, T0);
    assertThat(bench.consumer.paused()).containsExactly(P0);
    bench.sources.fallSilent();
    bench.loop.turn();

    assertThat(bench.consumer.paused()).isEmpty();
  }

  @Test
  void source_fullAndAhead_isReadAgainWhenItIsNeither() {
    bench.consumer.add(P0, 0, 2000);
    bench.loop.turn();
    stand(T0 + 2 * MAX_SKEW_MILLIS, T0);
    fast.release(bench.portions(fast).get(0));
    bench.loop.turn();
    assertThat(bench.consumer.paused()).as("still ahead").containsExactly(P0);

    stand(T0 + 2 * MAX_SKEW_MILLIS, T0 + 2 * MAX_SKEW_MILLIS);
    assertThat(bench.consumer.paused()).isEmpty();
    assertThat(bench.brake.pauses()).isEqualTo(new Consuming.Pauses(1, 1));
  }

  @Test
  void source_thatWaitsAndMovesElsewhere_startsAnew() {
    stand(T0 + 2 * MAX_SKEW_MILLIS, T0);
    bench.rebalance(P1);
    bench.rebalance(P0, P1);
    Lane again = laneOf(P0.partition());
    bench.start(again, 0);
    bench.loop.turn();
    assertThat(bench.consumer.paused()).as("it has not restored its watermark").doesNotContain(P0);

    again.advance(T0 + 2 * MAX_SKEW_MILLIS);
    bench.loop.turn();
    assertThat(bench.consumer.paused()).contains(P0);
  }

  /** Both lanes have folded so far, and all have heard of it. */
  private void stand(long fastMillis, long slowMillis) {
    fast.advance(fastMillis);
    slow.advance(slowMillis);
    bench.sources.hear(fast.source(), fastMillis);
    bench.sources.hear(slow.source(), slowMillis);
    bench.sources.publish();
    bench.loop.turn();
  }

  /** The newest lane of a partition. */
  private Lane laneOf(int partition) {
    return bench.lanes.stream()
        .filter(lane -> lane.source().partition() == partition)
        .reduce((earlier, later) -> later)
        .orElseThrow();
  }
}
