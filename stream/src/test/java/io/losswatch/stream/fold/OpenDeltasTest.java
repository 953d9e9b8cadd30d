package io.losswatch.stream.fold;

import static io.losswatch.stream.fold.Folds.ALLOWED;
import static io.losswatch.stream.fold.Folds.OUT_OF_ORDER;
import static io.losswatch.stream.fold.Folds.T0;
import static io.losswatch.stream.fold.Folds.TIME;
import static io.losswatch.stream.fold.Folds.present;
import static io.losswatch.stream.fold.Folds.series;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.losswatch.core.batch.Reason;
import io.losswatch.core.window.LossSummary;
import io.losswatch.stream.consume.CommitGrid;
import io.losswatch.stream.consume.LaneFeed;
import io.losswatch.stream.consume.Portion.OffsetRange;
import io.losswatch.stream.evaluate.EvaluatedPortion;
import io.losswatch.stream.evaluate.MonitorPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which sums a lane of hop 1 makes, what it refuses, and where it cuts. */
class OpenDeltasTest {
  private static final long INTERVAL = 200;
  private static final MonitorPlan FAST = Folds.plan("fast", "tumbling:1s");
  private static final MonitorPlan SLOW =
      Folds.plan("slow", List.of(List.of("region")), "tumbling:10s");
  private static final List<MonitorPlan> PLANS = List.of(FAST, SLOW);
  private static final MonitorPlan LAST =
      Folds.plan("last", List.of(List.of("region")), "last:4/2");

  private Tape tape = new Tape(PLANS);
  private final PaneMemory memory = new PaneMemory();
  private OpenDeltas open = open(0);

  @Test
  void sums_ofAPortion_areBySeriesMonitorAndPane() {
    PaneDeltas cut =
        foldAndCut(
            tape.batch(T0 + 1100, 1, 2)
                .batch(T0 + 900, 4)
                .tagged(Map.of("region", "north"))
                .batch(T0 + 1900, 8)
                .polled(T0 + 2000));

    assertThat(counts(cut))
        .isEqualTo(
            Map.of(
                new DeltaKey(series(FAST), FAST.fingerprint(), T0), 1L,
                new DeltaKey(series(FAST), FAST.fingerprint(), T0 + 1000), 3L,
                new DeltaKey(series(SLOW), SLOW.fingerprint(), T0), 4L,
                new DeltaKey("slow/digits/1/region=north", SLOW.fingerprint(), T0), 1L));
    assertThat(sums(cut, FAST, T0 + 1000).sum()).isEqualTo(11);
    assertThat(cut.tally().records()).isEqualTo(3);
    assertThat(cut.tally().samples()).isEqualTo(4);
  }

  @Test
  void sums_ofUnlabeledBatches_areTheirNumbers() {
    PaneDeltas cut = foldAndCut(tape.unlabeled(T0, 7).batch(T0, 1).polled(T0));

    assertThat(sums(cut, FAST, T0).unlabeledCount()).isEqualTo(7);
    assertThat(sums(cut, FAST, T0).count()).isEqualTo(1);
    assertThat(cut.tally().unlabeled()).isEqualTo(7);
    assertThat(cut.tally().samples()).isEqualTo(1);
  }

  @Test
  void sums_ofABatchThatOneMonitorRefused_countAndItIsDeadLettered() {
    PaneDeltas cut = foldAndCut(tape.halfRefused(T0, 1, 2).polled(T0));

    assertThat(sums(cut, FAST, T0).count()).isEqualTo(2);
    assertThat(cut.deadLetters())
        .extracting(DeadLetter::message)
        .containsExactly("monitor other: no");
    assertThat(cut.tally().refused()).isEqualTo(Map.of(Reason.WRONG_KIND, 1L));
    assertThat(memory.watermark()).isEqualTo(T0 - OUT_OF_ORDER);
  }

  @Test
  void tooLate_forOneMonitorOnly_countsAsLateThereAndAsASampleElsewhere() {
    long watermark = T0 + 1000 + ALLOWED;
    PaneDeltas cut =
        foldAndCut(tape.batch(watermark + OUT_OF_ORDER, 1).batch(T0, 1, 2, 3).polled(T0 + 60_000));

    LossSummary late = sums(cut, FAST, watermark);
    assertThat(late.lateCount()).isEqualTo(3);
    assertThat(late.count()).isZero();
    assertThat(sums(cut, SLOW, T0).count()).isEqualTo(4);
    assertThat(sums(cut, SLOW, T0).lateCount()).isZero();
    assertThat(cut.deadLetters()).isEmpty();
    assertThat(cut.tally().late()).isEqualTo(3);
    assertThat(cut.tally().samples()).isEqualTo(4);
  }

  @Test
  void tooLate_oneMillisecondBefore_isPlaced() {
    long watermark = T0 + 1000 + ALLOWED - 1;
    PaneDeltas cut =
        foldAndCut(tape.batch(watermark + OUT_OF_ORDER, 1).batch(T0, 1, 2).polled(T0 + 60_000));

    assertThat(sums(cut, FAST, T0).count()).isEqualTo(2);
    assertThat(cut.tally().late()).isZero();
  }

  @Test
  void tooLate_forEveryMonitor_isDeadLetteredAndCountedWhereTheWatermarkIs() {
    long watermark = T0 + 10_000 + ALLOWED;
    PaneDeltas cut =
        foldAndCut(tape.batch(watermark + OUT_OF_ORDER, 1).batch(T0 + 1, 5, 6).polled(T0 + 60_000));

    assertThat(cut.deadLetters()).extracting(DeadLetter::reason).containsExactly(Reason.TOO_LATE);
    assertThat(cut.deadLetters().get(0).source().offset()).isEqualTo(1);
    assertThat(cut.deadLetters().get(0).message())
        .isEqualTo("event_time is 14999 ms behind the watermark, every window of it is final");
    assertThat(sums(cut, FAST, watermark).lateCount()).isEqualTo(2);
    assertThat(sums(cut, SLOW, T0 + 10_000).lateCount()).isEqualTo(2);
    assertThat(cut.tally().samples()).isEqualTo(1);
    assertThat(cut.tally().late()).isEqualTo(4);
    assertThat(cut.tally().refused()).isEqualTo(Map.of(Reason.TOO_LATE, 1L));
  }

  @Test
  void tooLate_countsUnlabeledAndInfiniteSamplesToo() {
    long watermark = T0 + 10_000 + ALLOWED;
    PaneDeltas cut =
        foldAndCut(
            tape.batch(watermark + OUT_OF_ORDER, 1)
                .unlabeled(T0, 4)
                .batch(T0, Double.NaN, Double.POSITIVE_INFINITY, 1)
                .polled(T0 + 60_000));

    assertThat(sums(cut, FAST, watermark).lateCount()).isEqualTo(7);
  }

  @Test
  void tooLate_isJudgedBeforeTheRecordsOwnTimeCounts() {
    PaneDeltas cut = foldAndCut(tape.batch(T0, 1).batch(T0 + 50_000, 1).polled(T0 + 60_000));

    assertThat(cut.deadLetters()).isEmpty();
    assertThat(sums(cut, FAST, T0).count()).isEqualTo(1);
  }

  @Test
  void crossing_firstWatermark_isAnnounced() {
    assertThat(foldAndCut(tape.batch(T0 + 500, 1).polled(T0)).cut().crossing()).isTrue();
  }

  @Test
  void crossing_noPaneEnds_isNotAnnounced() {
    foldAndCut(tape.batch(T0 + 2100, 1).polled(T0 + 9000));

    PaneDeltas within = foldAndCut(tape.batch(T0 + 2999, 1).polled(T0 + 9200));
    PaneDeltas across = foldAndCut(tape.batch(T0 + 3000, 1).polled(T0 + 9400));

    assertThat(within.cut().crossing()).isFalse();
    assertThat(within.cut().watermark()).isEqualTo(T0 + 999);
    assertThat(across.cut().crossing()).isTrue();
  }

  @Test
  void crossing_nothingButPoison_hasNothingToAnnounce() {
    PaneDeltas cut = foldAndCut(tape.poison(T0).polled(T0));

    assertThat(cut.cut().crossing()).isFalse();
    assertThat(cut.cut().watermark()).isEqualTo(PaneMemory.SILENT);
  }

  @Test
  void crossing_afterARestart_announcesTheRestoredWatermarkThoughNothingIsRead() {
    memory.raiseWatermark(T0);
    open = open(17);
    tape.hole(17);

    PaneDeltas first = foldAndCut(tape.polled(T0));

    assertThat(first.cut().crossing()).isTrue();
    assertThat(first.cut().watermark()).isEqualTo(T0);
    assertThat(foldAndCut(tape.poison(T0).polled(T0 + INTERVAL)).cut().crossing()).isFalse();
  }

  @Test
  void crossing_nothingSaidForAMinute_isAnnouncedAgain() {
    PaneDeltas first = foldAndCut(tape.batch(T0, 1).polled(T0));

    assertThat(fold(tape.polled(T0 + 59_999))).isNull();
    PaneDeltas again = foldAndCut(tape.polled(T0 + 60_000));

    assertThat(again.cut().crossing()).isTrue();
    assertThat(again.cut().watermark()).isEqualTo(first.cut().watermark());
    assertThat(again.cut().range()).isEqualTo(new OffsetRange(1, 1));
    assertThat(fold(tape.polled(T0 + 60_000 + INTERVAL))).isNull();
  }

  @Test
  void crossing_nothingSaidForAMinuteBySomebodyWhoHasNotSpoken_isNone() {
    fold(tape.polled(T0));

    assertThat(fold(tape.polled(T0 + 600_000))).isNull();
  }

  @Test
  void standing_ofACut_tellsWatermarkAndIdleness() {
    PaneDeltas busy = foldAndCut(tape.batch(T0, 1).polled(T0));
    PaneDeltas idle = foldAndCut(tape.idle(T0 + 30_000));
    PaneDeltas busyAgain = foldAndCut(tape.batch(T0 + 30_000, 1).polled(T0 + 31_000));

    assertThat(busy.tally().standing())
        .isEqualTo(Tally.Standing.reading(T0 - 2000, false, Tally.Waiting.NOTHING));
    assertThat(idle.tally().standing())
        .isEqualTo(
            Tally.Standing.reading(T0 + 30_000 - 10_000 - 2000, true, Tally.Waiting.NOTHING));
    assertThat(present(busyAgain.tally().standing()).idle()).isFalse();
  }

  @Test
  void cut_onceAnInterval_tilesTheOffsets() {
    List<PaneDeltas> cuts = new ArrayList<>();
    for (long now = T0; now < T0 + 1000; now += 50) {
      tape.batch(now, 1).empty(1);
      add(cuts, fold(tape.polled(now)));
    }
    cuts.add(open.last());

    assertThat(cuts)
        .extracting(each -> each.cut().range())
        .containsExactly(
            new OffsetRange(0, 2),
            new OffsetRange(2, 10),
            new OffsetRange(10, 18),
            new OffsetRange(18, 26),
            new OffsetRange(26, 34),
            new OffsetRange(34, 40));
    assertThat(cuts)
        .extracting(each -> each.tally().records())
        .containsExactly(1L, 4L, 4L, 4L, 4L, 3L);
  }

  @Test
  void cut_withoutNews_isNotMade() {
    foldAndCut(tape.batch(T0, 1).polled(T0));

    assertThat(fold(tape.polled(T0 + 1000))).isNull();
    assertThat(fold(tape.idle(T0 + 2000))).isNull();
  }

  @Test
  void cut_watermarkThatCrossesWithoutRecords_isMadeOverAnEmptyRange() {
    foldAndCut(tape.batch(T0, 1).polled(T0));

    PaneDeltas cut = foldAndCut(tape.idle(T0 + 60_000));

    assertThat(cut.cut().range()).isEqualTo(new OffsetRange(1, 1));
    assertThat(cut.cut().crossing()).isTrue();
    assertThat(cut.sums()).isEmpty();
  }

  @Test
  void cut_offsetsWithoutRecords_areCovered() {
    PaneDeltas cut = foldAndCut(tape.empty(5).polled(T0));

    assertThat(cut.cut().range()).isEqualTo(new OffsetRange(0, 5));
  }

  @Test
  void cut_atAHole_endsBeforeItAndGoesOnBehind() {
    foldAndCut(tape.batch(T0, 1).polled(T0));
    assertThat(fold(tape.batch(T0, 2).polled(T0 + 10))).isNull();

    PaneDeltas before = foldAndCut(tape.hole(100).batch(T0, 4).polled(T0 + 20));
    PaneDeltas behind = open.last();

    assertThat(before.cut().range()).isEqualTo(new OffsetRange(1, 2));
    assertThat(sums(before, FAST, T0).sum()).isEqualTo(2);
    assertThat(behind.cut().range()).isEqualTo(new OffsetRange(102, 103));
    assertThat(sums(behind, FAST, T0).sum()).isEqualTo(4);
  }

  @Test
  void cut_atAHoleRightBehindACut_isNotMadeAndTheHoleIsNotBridged() {
    foldAndCut(tape.batch(T0, 1).polled(T0));

    PaneDeltas behind = foldAndCut(tape.hole(100).batch(T0, 4).polled(T0 + INTERVAL));

    assertThat(behind.cut().range()).isEqualTo(new OffsetRange(101, 102));
  }

  @Test
  void cut_heldDeadLettersGrowLarge_isMadeEarly() {
    int half = 2 << 20;
    foldAndCut(tape.batch(T0, 1).polled(T0));

    assertThat(fold(tape.poison(T0, half).polled(T0 + 1))).isNull();
    assertThat(foldAndCut(tape.poison(T0, half).polled(T0 + 2)).deadLetters()).hasSize(2);
    assertThat(fold(tape.poison(T0, half).polled(T0 + 3))).isNull();
  }

  @Test
  void cut_manySums_isMadeEarly() {
    foldAndCut(tape.batch(T0 - 1_000_000_000L, 1).polled(T0));
    for (int pane = 0; pane < 24_999; pane++) {
      tape.batch(T0 - 1_000_000_000L + pane * 10_000L, 1);
    }
    assertThat(fold(tape.polled(T0 + 1))).isNull();

    PaneDeltas cut = foldAndCut(tape.batch(T0 - 500_000_000L, 1).polled(T0 + 2));

    assertThat(cut.sums()).hasSize(50_000);
  }

  @Test
  void samples_areToldInTheirOrderForEachSeries() {
    watch(LAST, FAST);
    PaneDeltas cut =
        foldAndCut(
            tape.batch(T0 + 9, 1, 2).tagged(Map.of("region", "north")).batch(T0 + 3, 4).polled(T0));

    assertThat(cut.samples())
        .extracting(SampleDelta::series, SampleDelta::eventTimeMillis, each -> numbers(each))
        .containsExactly(
            tuple(series(LAST), T0 + 9, List.of(1.0, 2.0)),
            tuple(series(LAST), T0 + 3, List.of(4.0)),
            tuple(series(LAST) + "region=north", T0 + 3, List.of(4.0)));
    assertThat(cut.samples()).allMatch(each -> each.fingerprint() == LAST.fingerprint());
    assertThat(foldAndCut(tape.unlabeled(T0, 3).polled(T0 + INTERVAL)).samples()).isEmpty();
  }

  @Test
  void samples_thatComeLate_areToldAllTheSame() {
    watch(LAST, FAST);
    PaneDeltas cut =
        foldAndCut(tape.batch(T0 + 7_200_000, 1).batch(T0, 5, 6).polled(T0 + 7_200_000));

    assertThat(cut.samples())
        .extracting(SampleDelta::eventTimeMillis, each -> numbers(each))
        .containsExactly(tuple(T0 + 7_200_000, List.of(1.0)), tuple(T0, List.of(5.0, 6.0)));
    assertThat(cut.deadLetters()).isEmpty();
    assertThat(sums(cut, FAST, T0 + 7_198_000).lateCount()).isEqualTo(2);
  }

  @Test
  void cut_heldSamplesGrowLarge_isMadeEarly() {
    watch(LAST);
    int half = (2 << 20) / Double.BYTES;
    foldAndCut(tape.batch(T0, 1).polled(T0));

    assertThat(fold(tape.batch(T0, new double[half]).polled(T0 + 1))).isNull();
    assertThat(foldAndCut(tape.batch(T0, new double[half]).polled(T0 + 2)).samples()).hasSize(2);
    assertThat(fold(tape.batch(T0, new double[half]).polled(T0 + 3))).isNull();
  }

  private void watch(MonitorPlan... plans) {
    tape = new Tape(List.of(plans));
    LaneFeed feed = new LaneFeed(Tape.SOURCE.topic(), Tape.SOURCE.partition());
    open = new OpenDeltas(feed.lane(), memory, 0, new PaneClock(List.of(plans), TIME));
  }

  private static List<Double> numbers(SampleDelta delta) {
    return IntStream.range(0, delta.run().size()).mapToObj(delta.run()::numerator).toList();
  }

  @Test
  void cut_last_saysSoAndHasTheRest() {
    foldAndCut(tape.batch(T0, 1).polled(T0));
    assertThat(fold(tape.batch(T0, 2).polled(T0 + 1))).isNull();

    PaneDeltas last = open.last();

    assertThat(last.cut())
        .isEqualTo(new PaneDeltas.Cut(new OffsetRange(1, 2), T0 - OUT_OF_ORDER, false, true));
    assertThat(sums(last, FAST, T0).sum()).isEqualTo(2);
  }

  @Test
  void deadLetters_keepTheirOrderAndBytesOfTheirOwn() {
    EvaluatedPortion portion =
        tape.poison(T0).batch(T0, 1).batch(T0 + 10_000_000, 1).poison(T0).polled(T0);
    byte[] fetched = present(portion.records().get(0).source().content().value()).array();
    fetched[1] = 42;

    PaneDeltas cut = foldAndCut(portion);
    Arrays.fill(fetched, (byte) 0);

    assertThat(cut.deadLetters())
        .extracting(each -> each.source().offset())
        .containsExactly(0L, 2L, 3L);
    assertThat(present(cut.deadLetters().get(0).source().content().value()).copy())
        .containsExactly(42);
    assertThat(cut.tally().refused())
        .isEqualTo(Map.of(Reason.MALFORMED_RECORD, 2L, Reason.FUTURE_TIME, 1L));
  }

  private OpenDeltas open(long fromOffset) {
    LaneFeed feed = new LaneFeed(Tape.SOURCE.topic(), Tape.SOURCE.partition());
    return new OpenDeltas(feed.lane(), memory, fromOffset, new PaneClock(PLANS, TIME));
  }

  private @Nullable PaneDeltas fold(EvaluatedPortion portion) {
    return open.fold(portion, new CommitGrid(INTERVAL, 0));
  }

  private PaneDeltas foldAndCut(EvaluatedPortion portion) {
    return present(fold(portion));
  }

  private static void add(List<PaneDeltas> cuts, @Nullable PaneDeltas cut) {
    if (cut != null) {
      cuts.add(cut);
    }
  }

  private static LossSummary sums(PaneDeltas cut, MonitorPlan plan, long pane) {
    return present(cut.sums().get(new DeltaKey(series(plan), plan.fingerprint(), pane)));
  }

  private static Map<DeltaKey, Long> counts(PaneDeltas cut) {
    Map<DeltaKey, Long> counts = new HashMap<>();
    cut.sums().forEach((key, sums) -> counts.put(key, sums.count()));
    return counts;
  }
}
