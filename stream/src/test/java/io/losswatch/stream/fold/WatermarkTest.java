package io.losswatch.stream.fold;

import static io.losswatch.stream.fold.Folds.FUTURE;
import static io.losswatch.stream.fold.Folds.IDLE_AFTER;
import static io.losswatch.stream.fold.Folds.OUT_OF_ORDER;
import static io.losswatch.stream.fold.Folds.T0;
import static io.losswatch.stream.fold.Folds.TIME;
import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.core.batch.Reason;
import io.losswatch.stream.consume.CommitGrid;
import io.losswatch.stream.consume.LaneFeed;
import io.losswatch.stream.evaluate.EvaluatedPortion;
import io.losswatch.stream.evaluate.MonitorPlan;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How the watermark of a partition runs, and which times are no times. */
class WatermarkTest {
  private static final List<MonitorPlan> PLANS = List.of(Folds.plan("fast", "tumbling:1s"));

  private final Tape tape = new Tape(PLANS);
  private final PaneMemory memory = new PaneMemory();
  private final OpenDeltas open =
      new OpenDeltas(
          new LaneFeed(Tape.SOURCE.topic(), Tape.SOURCE.partition()).lane(),
          memory,
          0,
          new PaneClock(PLANS, TIME));

  @Test
  void watermark_beforeAnyRecord_isSilent() {
    fold(tape.polled(T0));

    assertThat(memory.watermark()).isEqualTo(PaneMemory.SILENT);
  }

  @Test
  void watermark_afterARecord_isItsEventTimeLessTheOutOfOrderness() {
    fold(tape.batch(T0, 1).polled(T0 + 500));

    assertThat(memory.watermark()).isEqualTo(T0 - OUT_OF_ORDER);
  }

  @Test
  void watermark_afterAnOlderRecord_staysWhereItIs() {
    fold(tape.batch(T0 + 1000, 1).batch(T0, 1).polled(T0 + 1000));
    fold(tape.batch(T0 + 500, 1).polled(T0 + 2000));

    assertThat(memory.watermark()).isEqualTo(T0 + 1000 - OUT_OF_ORDER);
  }

  @Test
  void watermark_recordAheadOfTheWallClock_isTheWallClockLessTheOutOfOrderness() {
    fold(tape.batch(T0 + 60_000, 1).polled(T0));

    assertThat(memory.watermark()).isEqualTo(T0 - OUT_OF_ORDER);
  }

  @Test
  void watermark_wallClockThatRunsBack_staysWhereItIs() {
    fold(tape.batch(T0, 1).polled(T0));
    fold(tape.batch(T0 + 60_000, 1).polled(T0 - 5000));

    assertThat(memory.watermark()).isEqualTo(T0 - OUT_OF_ORDER);
  }

  @Test
  void watermark_recordWithoutEventTime_isKafkasTimestampLessTheOutOfOrderness() {
    PaneDeltas cut = fold(tape.untimed(T0 + 1500, 1).polled(T0 + 9000));

    assertThat(memory.watermark()).isEqualTo(T0 + 1500 - OUT_OF_ORDER);
    assertThat(cut.sums().keySet())
        .extracting(DeltaKey::paneStartMillis)
        .containsExactly(T0 + 1000);
  }

  @Test
  void watermark_recordThatNobodyWants_countsLikeAnyOther() {
    PaneDeltas cut = fold(tape.unwanted(T0).polled(T0));

    assertThat(memory.watermark()).isEqualTo(T0 - OUT_OF_ORDER);
    assertThat(cut.tally().skipped()).isEqualTo(1);
    assertThat(cut.tally().samples()).isZero();
  }

  @Test
  void watermark_idlePartition_isTheWallClockLessIdleAfterAndOutOfOrderness() {
    fold(tape.batch(T0, 1).polled(T0));
    fold(tape.idle(T0 + 60_000));

    assertThat(memory.watermark()).isEqualTo(T0 + 60_000 - IDLE_AFTER - OUT_OF_ORDER);
  }

  @Test
  void watermark_partitionThatNeverHadARecord_isRaisedByIdlenessToo() {
    PaneDeltas cut = fold(tape.idle(T0));

    assertThat(memory.watermark()).isEqualTo(T0 - IDLE_AFTER - OUT_OF_ORDER);
    assertThat(cut.cut().crossing()).isTrue();
  }

  @Test
  void watermark_idlenessBehindIt_staysWhereItIs() {
    fold(tape.batch(T0, 1).polled(T0));
    fold(tape.idle(T0 + IDLE_AFTER - 1));

    assertThat(memory.watermark()).isEqualTo(T0 - OUT_OF_ORDER);
  }

  @Test
  void watermark_portionWithoutRecordsThatIsNotIdle_staysWhereItIs() {
    fold(tape.batch(T0, 1).polled(T0));
    fold(tape.polled(T0 + 600_000));

    assertThat(memory.watermark()).isEqualTo(T0 - OUT_OF_ORDER);
  }

  @Test
  void watermark_nothingButPoison_staysUntilIdleAfterAndThenFollowsItsTimestamps() {
    fold(tape.batch(T0, 1).poison(T0 + 1000).polled(T0 + 50_000));

    fold(tape.poison(T0 + 1000 + IDLE_AFTER - 1).polled(T0 + 50_000));
    assertThat(memory.watermark()).isEqualTo(T0 - OUT_OF_ORDER);

    fold(tape.poison(T0 + 1000 + IDLE_AFTER).polled(T0 + 50_000));
    assertThat(memory.watermark()).isEqualTo(T0 + 1000 - OUT_OF_ORDER);

    fold(tape.poison(T0 + 20_000).polled(T0 + 50_000));
    assertThat(memory.watermark()).isEqualTo(T0 + 20_000 - IDLE_AFTER - OUT_OF_ORDER);
  }

  @Test
  void watermark_poisonBesideAProducerThatLags_doesNotMakeItsRecordsLate() {
    for (int i = 0; i < 20; i++) {
      long wallClock = T0 + 600_000 + i * 2000L;
      fold(tape.batch(T0 + i * 2000L, 1).poison(wallClock).polled(wallClock));
    }

    assertThat(memory.watermark()).isEqualTo(T0 + 38_000 - OUT_OF_ORDER);
  }

  @Test
  void watermark_poisonFromTheFirstRecordOn_waitsForIdleAfterToo() {
    fold(tape.poison(T0).poison(T0 + IDLE_AFTER - 1).polled(T0 + 50_000));
    assertThat(memory.watermark()).isEqualTo(PaneMemory.SILENT);

    fold(tape.poison(T0 + IDLE_AFTER).polled(T0 + 50_000));
    assertThat(memory.watermark()).isEqualTo(T0 - OUT_OF_ORDER);
  }

  @Test
  void watermark_poisonStampedAheadOfTheWallClock_followsTheWallClock() {
    fold(tape.poison(T0).polled(T0));
    fold(tape.poison(T0 + 900_000).polled(T0 + IDLE_AFTER));

    assertThat(memory.watermark()).isEqualTo(T0 - OUT_OF_ORDER);
  }

  @Test
  void watermark_aReadableRecordAmongPoison_beginsTheSilenceAnew() {
    fold(tape.poison(T0).batch(T0, 1).poison(T0 + 7000).polled(T0 + 50_000));
    fold(tape.poison(T0 + 7000 + IDLE_AFTER - 1).polled(T0 + 50_000));

    assertThat(memory.watermark()).isEqualTo(T0 - OUT_OF_ORDER);
  }

  @Test
  void watermark_nothingButRecordsOfTheFuture_movesLikePoison() {
    fold(tape.batch(T0, 1).batch(T0 + FUTURE + 1, 1).polled(T0));
    long wallClock = T0 + IDLE_AFTER + 5000;

    PaneDeltas cut = fold(tape.batch(wallClock + FUTURE + 1, 1).polled(wallClock));

    assertThat(memory.watermark()).isEqualTo(T0 + 5000 - OUT_OF_ORDER);
    assertThat(cut.cut().crossing()).isTrue();
  }

  @Test
  void watermark_poisonWithInventedTimestamps_staysWithinReason() {
    fold(tape.poison(Long.MIN_VALUE).poison(-1).polled(T0));
    fold(tape.batch(T0, 1).polled(T0));
    fold(tape.poison(Long.MAX_VALUE).poison(Long.MIN_VALUE).poison(-1).polled(T0));

    assertThat(memory.watermark()).isEqualTo(T0 - OUT_OF_ORDER);
  }

  @Test
  void futureTime_atTheTolerance_isFolded() {
    PaneDeltas cut = fold(tape.batch(T0 + FUTURE, 1).polled(T0));

    assertThat(cut.deadLetters()).isEmpty();
    assertThat(cut.sums()).hasSize(1);
  }

  @Test
  void futureTime_beyondTheTolerance_isDeadLetteredAndMovesNothing() {
    PaneDeltas cut = fold(tape.batch(T0 + FUTURE + 1, 1).polled(T0));

    assertThat(cut.deadLetters())
        .extracting(DeadLetter::reason)
        .containsExactly(Reason.FUTURE_TIME);
    assertThat(cut.deadLetters().get(0).message())
        .isEqualTo("event_time is 300001 ms beyond the wall clock");
    assertThat(cut.sums()).isEmpty();
    assertThat(cut.tally().samples()).isZero();
    assertThat(cut.tally().refused()).containsEntry(Reason.FUTURE_TIME, 1L);
    assertThat(memory.watermark()).isEqualTo(PaneMemory.SILENT);
  }

  @Test
  void eventTime_beyondWhatArithmeticHolds_isDeadLettered() {
    PaneDeltas cut = fold(tape.batch(Long.MAX_VALUE, 1).batch(Long.MIN_VALUE, 1).polled(T0));

    assertThat(cut.deadLetters())
        .extracting(DeadLetter::reason)
        .containsExactly(Reason.FUTURE_TIME, Reason.BAD_VALUE);
    assertThat(memory.watermark()).isEqualTo(PaneMemory.SILENT);
  }

  @Test
  void eventTime_inTheYearOne_isFolded() {
    long yearOne = -62_135_596_800_000L;

    PaneDeltas cut = fold(tape.batch(yearOne, 1).batch(yearOne - 1, 1).polled(T0));

    assertThat(cut.sums()).hasSize(1);
    assertThat(cut.deadLetters()).extracting(DeadLetter::reason).containsExactly(Reason.BAD_VALUE);
    assertThat(memory.watermark()).isEqualTo(yearOne - OUT_OF_ORDER);
  }

  @Test
  void watermark_overRandomTraffic_isTheHighestOfWhatEachRecordAndSilenceSay() {
    for (long seed = 1; seed <= 200; seed++) {
      Random random = new Random(seed);
      Tape traffic = new Tape(PLANS);
      PaneMemory remembered = new PaneMemory();
      OpenDeltas folding =
          new OpenDeltas(
              new LaneFeed("predictions", 0).lane(), remembered, 0, new PaneClock(PLANS, TIME));
      long wallClock = T0;
      long expected = PaneMemory.SILENT;
      for (int portion = 0; portion < 40; portion++) {
        wallClock += random.nextInt(8000) - 1000;
        for (int record = random.nextInt(4); record > 0; record--) {
          long time = wallClock + random.nextInt(40_000) - 30_000;
          traffic.batch(time, 1);
          expected = Math.max(expected, Math.min(time, wallClock) - OUT_OF_ORDER);
        }
        boolean idle = random.nextInt(5) == 0;
        expected = idle ? Math.max(expected, wallClock - IDLE_AFTER - OUT_OF_ORDER) : expected;
        folding.fold(idle ? traffic.idle(wallClock) : traffic.polled(wallClock), CommitGrid.ALWAYS);
        assertThat(remembered.watermark())
            .as("seed %d portion %d", seed, portion)
            .isEqualTo(expected);
      }
    }
  }

  private PaneDeltas fold(EvaluatedPortion portion) {
    PaneDeltas cut = open.fold(portion, CommitGrid.ALWAYS);
    return cut == null
        ? new PaneDeltas(
            new LaneFeed("nothing", 0).lane(),
            new PaneDeltas.Cut(portion.portion().range(), memory.watermark(), false, false),
            Map.of(),
            List.of(),
            new Tally())
        : cut;
  }
}
