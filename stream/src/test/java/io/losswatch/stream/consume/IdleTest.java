package io.losswatch.stream.consume;

import static io.losswatch.stream.consume.HandTurnedLoop.COMMIT_MILLIS;
import static io.losswatch.stream.consume.HandTurnedLoop.IDLE_MILLIS;
import static io.losswatch.stream.consume.HandTurnedLoop.P0;
import static io.losswatch.stream.consume.HandTurnedLoop.P1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** When a partition counts as idle: only on a broker's word, asked for after the silence. */
class IdleTest {
  private final HandTurnedLoop bench = HandTurnedLoop.hasty();

  @Test
  void silence_shorterThanIdleAfter_asksNothing() {
    bench.started(P0, 5);
    bench.turnAfter(IDLE_MILLIS - 1);

    assertThat(bench.logEnds.questions()).isEmpty();
  }

  @Test
  void partition_silentAtItsEnd_isIdleAsOfTheQuestion() {
    Lane lane = bench.started(P0, 5);
    long askedMillis = silence(lane);
    bench.logEnds.answer(P0, 5);
    Portion tick = nextTick(lane);

    assertThat(bench.logEnds.questions().get(0)).isEqualTo(Set.of(P0));
    assertThat(tick.idle()).isTrue();
    assertThat(tick.wallClockMillis()).isEqualTo(askedMillis);
  }

  @Test
  void partition_withRecordsAhead_isNotIdle() {
    Lane lane = bench.started(P0, 5);
    silence(lane);
    bench.logEnds.answer(P0, 6);

    assertThat(nextTick(lane).idle()).isFalse();
  }

  @Test
  void partition_withoutAnAnswer_isNeverIdle() {
    Lane lane = bench.started(P0, 5);
    silence(lane);

    for (int tick = 0; tick < 20; tick++) {
      assertThat(nextTick(lane).idle()).isFalse();
    }
    assertThat(bench.logEnds.questions()).as("one question at a time").hasSize(1);
  }

  @Test
  void partition_whoseQuestionFails_isAskedForAgain() {
    Lane lane = bench.started(P0, 5);
    silence(lane);
    bench.logEnds.fail(P0, new TimeoutException("no broker"));
    assertThat(nextTick(lane).idle()).isFalse();
    bench.turnAfter(IDLE_MILLIS);
    assertThat(bench.logEnds.questions()).hasSize(2);
  }

  @Test
  void answer_olderThanTheLastRecord_saysNothing() {
    Lane lane = bench.started(P0, 5);
    silence(lane);
    bench.consumer.add(P0, 5, 1);
    bench.turnAfter(1);
    lane.release(bench.lastPortion(lane));
    bench.logEnds.answer(P0, 6);

    assertThat(nextTick(lane).idle()).isFalse();
  }

  @Test
  void clock_setForward_isNoSilence() {
    bench.started(P0, 5);
    bench.clock.set(3_600_000);
    bench.turnAfter(COMMIT_MILLIS);

    assertThat(bench.logEnds.questions()).isEmpty();
  }

  @Test
  void clock_setBack_doesNotHideSilence() {
    Lane lane = bench.started(P0, 5);
    bench.clock.set(-3_600_000);
    long askedMillis = silence(lane);
    bench.logEnds.answer(P0, 5);
    Portion tick = nextTick(lane);

    assertThat(tick.idle()).isTrue();
    assertThat(tick.wallClockMillis()).isEqualTo(askedMillis);
  }

  @Test
  void clock_setBackAfterAQuestion_asksAgain() {
    Lane lane = bench.started(P0, 5);
    silence(lane);
    bench.logEnds.answer(P0, 6);
    bench.clock.set(-3_600_000);
    nextTick(lane);
    bench.turnAfter(IDLE_MILLIS);

    assertThat(bench.logEnds.questions()).hasSize(2);
  }

  @Test
  void answer_isUsedOnce() {
    Lane lane = bench.started(P0, 5);
    silence(lane);
    bench.logEnds.answer(P0, 5);

    assertThat(nextTick(lane).idle()).isTrue();
    assertThat(nextTick(lane).idle()).isFalse();
  }

  @Test
  void partition_paused_isNotAskedForAndNotIdle() {
    Lane lane = bench.started(P0, 5);
    silence(lane);
    bench.consumer.add(P0, 5, 2000);
    bench.loop.turn();
    Portion large = bench.lastPortion(lane);
    bench.logEnds.answer(P0, 6);
    bench.turnAfter(IDLE_MILLIS);
    assertThat(bench.consumer.paused()).containsExactly(P0);

    // released in the middle of a turn: drained, but still paused
    bench.consumer.schedulePollTask(() -> lane.release(large));
    Portion tick = nextTick(lane);
    assertThat(tick.records()).isEmpty();
    assertThat(tick.idle()).isFalse();
    assertThat(bench.logEnds.questions()).hasSize(1);
  }

  @Test
  void partition_pausedAfterTheQuestion_isNotIdle() {
    Lane lane = bench.started(P0, 5);
    bench.consumer.add(P0, 5, 400);
    bench.loop.turn();
    bench.turnAfter(IDLE_MILLIS);
    // a second lane halves the high mark
    bench.rebalance(P0, P1);
    bench.loop.turn();
    assertThat(bench.consumer.paused()).contains(P0);
    bench.logEnds.answer(P0, 6);

    bench.consumer.schedulePollTask(() -> lane.release(bench.lastPortion(lane)));
    assertThat(nextTick(lane).idle()).isFalse();
  }

  @Test
  void partition_ownedAnew_forgetsTheAnswer() {
    Lane first = bench.started(P0, 5);
    silence(first);
    bench.logEnds.answer(P0, 5);
    bench.rebalance();
    Lane second = bench.started(P0, 5);

    assertThat(nextTick(second).idle()).isFalse();
  }

  /** Until the question is put; returns when that was. */
  private long silence(Lane lane) {
    bench.turnAfter(IDLE_MILLIS);
    lane.release(bench.lastPortion(lane));
    return bench.clock.millis();
  }

  private Portion nextTick(Lane lane) {
    int before = bench.portions(lane).size();
    bench.turnAfter(COMMIT_MILLIS);
    assertThat(bench.portions(lane)).hasSize(before + 1);
    Portion tick = bench.lastPortion(lane);
    lane.release(tick);
    return tick;
  }
}
