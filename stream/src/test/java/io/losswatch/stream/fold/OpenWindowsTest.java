package io.losswatch.stream.fold;

import static io.losswatch.stream.fold.Folds.ALLOWED;
import static io.losswatch.stream.fold.Folds.T0;
import static io.losswatch.stream.fold.PartialsTape.entry;
import static io.losswatch.stream.fold.PartialsTape.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.losswatch.core.batch.Reason;
import io.losswatch.core.window.LossSummary;
import io.losswatch.core.window.Series;
import io.losswatch.core.window.WindowResult;
import io.losswatch.schemas.SourceTopic;
import io.losswatch.stream.consume.CommitGrid;
import io.losswatch.stream.consume.LaneFeed;
import io.losswatch.stream.evaluate.MonitorPlan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a lane of hop 2 counts, and when it speaks. */
class OpenWindowsTest {
  private static final int MAX_SERIES = 3;
  private static final MonitorPlan PLAN = Folds.plan("ce", "tumbling:1s");
  private static final MonitorPlan LAST = Folds.plan("last", "last:4/2");
  private static final List<MonitorPlan> PLANS = List.of(PLAN);

  private final PartialsTape tape = new PartialsTape(2);
  private final StateTopic state = new StateTopic();
  private RollMemory memory = new RollMemory(PLANS);
  private int maxWindows = OpenWindows.MAX_WINDOWS;
  private OpenWindows open = open();

  @Test
  void watermark_untilEverySourceHasSpoken_standsStill() {
    tape.batch(0, T0 + 9000, entry(PLAN, "a", T0, 1)).batch(0, T0 + 60_000);

    assertThat(roll().windows()).isEmpty();
    assertThat(memory.sources().watermark()).isEqualTo(PaneMemory.SILENT);
  }

  @Test
  void watermark_isTheSmallestOfTheSources() {
    tape.batch(0, T0 + 9000).batch(1, T0 + 500, entry(PLAN, "a", T0, 1));
    assertThat(roll().windows()).isEmpty();
    assertThat(memory.sources().watermark()).isEqualTo(T0 + 500);

    tape.batch(1, T0 + 1000);
    RolledPortion rolled = roll();

    assertThat(counts(rolled)).isEqualTo(Map.of(T0 + 1000, 1L));
    assertThat(rolled.windows().get(0).watermark()).isEqualTo(T0 + 1000);
    assertThat(rolled.windows().get(0).series()).isEqualTo(key(PLAN, "a"));
  }

  @Test
  void watermark_sourceThatSaysItIsSilent_hasNotSpoken() {
    tape.batch(0, T0).batch(1, PaneMemory.SILENT);

    roll();

    assertThat(memory.sources().watermark()).isEqualTo(PaneMemory.SILENT);
  }

  @Test
  void watermark_rosterThatGrows_standsStillUntilTheNewcomerHasSpoken() {
    tape.batch(0, T0).batch(1, T0);
    roll();
    tape.roster(new SourceTopic(PartialsTape.TOPIC, 3)).batch(0, T0 + 5000).batch(1, T0 + 5000);
    roll();
    assertThat(memory.sources().watermark()).isEqualTo(T0);

    tape.batch(2, T0 + 3000);
    roll();

    assertThat(memory.sources().watermark()).isEqualTo(T0 + 3000);
  }

  @Test
  void watermark_newcomerThatIsBehind_neverRunsBack() {
    tape.batch(0, T0 + 5000).batch(1, T0 + 5000);
    tape.roster(new SourceTopic(PartialsTape.TOPIC, 3)).batch(2, T0);
    roll();

    assertThat(memory.sources().watermark()).isEqualTo(T0 + 5000);
  }

  @Test
  void watermark_rosterThatNamesLess_stillWaitsForAllItEverNamed() {
    tape.batch(0, T0).batch(1, T0);
    roll();
    tape.roster(new SourceTopic("other", 1)).batch(0, T0 + 5000).batch(1, T0 + 5000);
    roll();

    assertThat(memory.sources().watermark()).isEqualTo(T0);
  }

  @Test
  void watermark_rosterAfterARestart_isTheSame() {
    tape.roster(new SourceTopic(PartialsTape.TOPIC, 3)).batch(0, T0).batch(1, T0);
    roll();
    restart(PLANS);

    tape.roster(new SourceTopic(PartialsTape.TOPIC, 2)).batch(0, T0 + 1).batch(1, T0 + 1);
    roll();

    assertThat(memory.sources().watermark()).isEqualTo(PaneMemory.SILENT);
  }

  @Test
  void entries_ofABatch_foldBeforeItsWatermarkCounts() {
    tape.batch(0, T0 + 60_000).batch(1, T0 + 60_000, entry(PLAN, "a", T0, 1, 2));

    RolledPortion rolled = roll();

    assertThat(counts(rolled)).containsEntry(T0 + 1000, 2L);
    assertThat(late(rolled)).isZero();
  }

  @Test
  void entries_behindTheWatermarkByMoreThanTheLateness_countAsLateOnly() {
    tape.batch(0, T0 + 1000 + ALLOWED).batch(1, T0 + 1000 + ALLOWED);
    tape.batch(0, T0 + 60_000, entry(PLAN, "a", T0, 1, 2)).batch(1, T0 + 60_000);

    RolledPortion rolled = roll();

    assertThat(late(rolled)).isEqualTo(2);
    assertThat(counts(rolled).values()).containsOnly(0L);
  }

  @Test
  void range_thatWasCounted_isIgnoredAndItsWatermarkToo() {
    tape.batch(0, T0, entry(PLAN, "a", T0, 1)).batch(1, T0);
    tape.range(0, 0, 10, T0 + 60_000, entry(PLAN, "a", T0, 1));
    tape.range(0, 3, 7, T0 + 60_000, entry(PLAN, "a", T0, 1));

    RolledPortion rolled = roll();

    assertThat(rolled.account().tally().repeated()).isEqualTo(2);
    assertThat(memory.sources().watermark()).isEqualTo(T0);
    tape.batch(0, T0 + 1000).batch(1, T0 + 1000);
    assertThat(counts(roll())).isEqualTo(Map.of(T0 + 1000, 1L));
  }

  @Test
  void range_thatWasCountedInPart_isIgnoredWholly() {
    tape.batch(0, T0, entry(PLAN, "a", T0, 1)).batch(1, T0);
    tape.range(0, 5, 15, T0 + 60_000, entry(PLAN, "a", T0, 1));
    tape.range(0, 15, 20, T0 + 1000, entry(PLAN, "a", T0, 1)).batch(1, T0 + 1000);

    RolledPortion rolled = roll();

    assertThat(rolled.account().tally().repeated()).isEqualTo(1);
    assertThat(counts(rolled)).isEqualTo(Map.of(T0 + 1000, 2L));
  }

  @Test
  void range_afterARestart_isStillKnownToBeCounted() {
    tape.batch(0, T0, entry(PLAN, "a", T0, 1)).batch(1, T0);
    roll();
    restart(PLANS);

    tape.range(0, 0, 10, T0, entry(PLAN, "a", T0, 1));

    assertThat(roll().account().tally().repeated()).isEqualTo(1);
  }

  @Test
  void range_behindAGap_isCounted() {
    tape.range(0, 500, 510, T0 + 1000, entry(PLAN, "a", T0, 1)).batch(1, T0 + 1000);

    assertThat(counts(roll())).isEqualTo(Map.of(T0 + 1000, 1L));
  }

  @Test
  void range_thatIsEmpty_bringsItsWatermark() {
    tape.batch(0, T0).batch(1, T0).range(0, 10, 10, T0 + 7000).range(1, 10, 10, T0 + 8000);

    assertThat(roll().account().tally().repeated()).isZero();
    assertThat(memory.sources().watermark()).isEqualTo(T0 + 7000);
  }

  @Test
  void chunks_ofOneRange_countInTheirOrderAndOnceEach() {
    tape.batch(1, T0 + 60_000);
    tape.chunk(0, 0, 10, 0, 3, T0 + 1000, entry(PLAN, "a", T0, 1));
    tape.chunk(0, 0, 10, 0, 3, T0 + 1000, entry(PLAN, "a", T0, 1));
    tape.chunk(0, 0, 10, 1, 3, T0 + 1000, entry(PLAN, "a", T0, 1));
    tape.chunk(0, 0, 10, 1, 3, T0 + 1000, entry(PLAN, "a", T0, 1));
    RolledPortion before = roll();
    assertThat(before.windows()).isEmpty();
    assertThat(before.account().tally().repeated()).isEqualTo(2);
    assertThat(memory.sources().watermark()).isEqualTo(PaneMemory.SILENT);

    tape.chunk(0, 0, 10, 2, 3, T0 + 1000, entry(PLAN, "a", T0, 1));

    assertThat(counts(roll())).isEqualTo(Map.of(T0 + 1000, 3L));
  }

  @Test
  void chunks_cutByARestart_goOnWithTheNext() {
    tape.batch(1, T0 + 60_000).chunk(0, 0, 10, 0, 2, T0 + 1000, entry(PLAN, "a", T0, 1));
    roll();
    restart(PLANS);

    tape.chunk(0, 0, 10, 0, 2, T0 + 1000, entry(PLAN, "a", T0, 1));
    tape.chunk(0, 0, 10, 1, 2, T0 + 1000, entry(PLAN, "a", T0, 1));

    assertThat(counts(roll())).isEqualTo(Map.of(T0 + 1000, 2L));
  }

  @Test
  void chunk_whoseFirstIsMissing_isIgnored() {
    tape.batch(1, T0 + 60_000).chunk(0, 0, 10, 1, 2, T0 + 1000, entry(PLAN, "a", T0, 1));

    assertThat(roll().account().tally().repeated()).isEqualTo(1);
    assertThat(memory.sources().watermark()).as("time goes on").isEqualTo(T0 + 1000);
    assertThat(memory.series()).isEmpty();
  }

  @Test
  void entry_ofAnUnknownFingerprint_isDroppedAndTheRestCounts() {
    MonitorPlan changed = Folds.plan("ce", "tumbling:2s");
    tape.batch(0, T0 + 60_000, entry(changed, "a", T0, 1), entry(PLAN, "b", T0, 1));
    tape.batch(1, T0 + 60_000);

    RolledPortion rolled = roll();

    assertThat(rolled.windows())
        .extracting(RolledWindow::series)
        .isNotEmpty()
        .containsOnly(key(PLAN, "b"));
  }

  @Test
  void series_thatFellEmpty_isDroppedAndMakesRoom() {
    tape.batch(0, T0, entry(PLAN, "a", T0, 1), entry(PLAN, "b", T0, 1), entry(PLAN, "c", T0, 1));
    roll();
    assertThat(state.seriesKeys()).isNotEmpty();

    tape.batch(0, T0 + 90_000).batch(1, T0 + 90_000);
    roll();
    assertThat(memory.series()).isEmpty();
    assertThat(state.seriesKeys()).isEmpty();

    tape.batch(0, T0 + 95_000, entry(PLAN, "d", T0 + 94_000, 1)).batch(1, T0 + 95_000);
    assertThat(roll().windows()).extracting(RolledWindow::series).containsExactly(key(PLAN, "d"));
  }

  @Test
  void state_ofAMonitorThatIsGone_isTombstonedWithTheNextCut() {
    MonitorPlan gone = Folds.plan("gone", "tumbling:1s");
    memory = new RollMemory(List.of(PLAN, gone));
    open = open();
    tape.batch(0, T0, entry(PLAN, "a", T0, 1), entry(gone, "a", T0, 1));
    roll();
    assertThat(state.seriesKeys()).anyMatch(key -> key.startsWith("series:gone/"));

    restart(PLANS);
    tape.batch(0, T0);
    roll();

    assertThat(state.seriesKeys()).isNotEmpty().allMatch(key -> key.startsWith("series:ce/"));
  }

  @Test
  void state_ofAWindowThatIsGone_isTombstonedWithItsSeries() {
    MonitorPlan before = Folds.plan("two", "rolling:10s/5s", "tumbling:20s");
    MonitorPlan after = Folds.plan("two", "rolling:15s/5s");
    assertThat(after.fingerprint()).isEqualTo(before.fingerprint());
    memory = new RollMemory(List.of(before));
    open = open();
    tape.batch(0, T0 + 5000, entry(before, "a", T0, 1)).batch(1, T0 + 5000);
    tape.batch(0, T0 + 35_000).batch(1, T0 + 35_000);
    roll();
    assertThat(state.seriesKeys()).anyMatch(key -> key.endsWith("mark"));

    restart(List.of(after));
    assertThat(memory.series()).isEmpty();
    tape.batch(0, T0 + 35_000);
    roll();

    assertThat(state.seriesKeys()).isEmpty();
  }

  @Test
  void windows_thatANewConfigurationMakesDue_arePublishedOnceThoughTheLaneEndsAtOnce() {
    MonitorPlan before = Folds.plan("two", "rolling:15s/10s");
    MonitorPlan after = Folds.plan("two", "rolling:15s/10s", "rolling:10s/5s");
    assertThat(after.fingerprint()).isEqualTo(before.fingerprint());
    memory = new RollMemory(List.of(before));
    open = open();
    tape.batch(0, T0 + 13_000, entry(before, "a", T0 + 5000, 1)).batch(1, T0 + 13_000);
    assertThat(roll().windows()).isEmpty();

    restart(List.of(after));
    RolledPortion first = last();
    restart(List.of(after));
    RolledPortion second = last();

    assertThat(counts(first)).isEqualTo(Map.of(T0 + 10_000, 1L));
    assertThat(second.windows()).isEmpty();
    assertThat(second.changes()).isEmpty();
  }

  @Test
  void windows_thatANewConfigurationMakesDue_doNotWaitForTraffic() {
    MonitorPlan before = Folds.plan("two", "rolling:15s/10s");
    MonitorPlan after = Folds.plan("two", "rolling:15s/10s", "rolling:10s/5s");
    memory = new RollMemory(List.of(before));
    open = open();
    tape.batch(0, T0 + 13_000, entry(before, "a", T0 + 5000, 1)).batch(1, T0 + 13_000);
    roll();

    restart(List.of(after));

    assertThat(counts(roll())).isEqualTo(Map.of(T0 + 10_000, 1L));
  }

  @Test
  void poison_isDeadLetteredAndTheRestCounts() {
    tape.poison().batch(0, T0 + 1000, entry(PLAN, "a", T0, 1)).poison().batch(1, T0 + 1000);

    RolledPortion rolled = roll();

    assertThat(rolled.account().deadLetters())
        .extracting(each -> each.source().position())
        .containsExactly("partials-1@0", "partials-1@2");
    assertThat(rolled.account().tally().refused()).isEqualTo(Map.of(Reason.MALFORMED_RECORD, 2L));
    assertThat(counts(rolled)).isEqualTo(Map.of(T0 + 1000, 1L));
  }

  @Test
  void windows_tooManyForOneCut_areSpreadAndARestartBetweenLosesNone() {
    maxWindows = 1;
    open = open();
    tape.batch(0, T0 + 500, entry(PLAN, "a", T0, 1), entry(PLAN, "b", T0, 2));
    tape.batch(1, T0 + 500);
    roll();
    tape.batch(0, T0 + 1500).batch(1, T0 + 1500);
    List<RolledPortion> cuts = open.fold(tape.polled(T0 + 1), CommitGrid.ALWAYS);
    assertThat(cuts.get(0).windows()).extracting(RolledWindow::series).containsOnly(key(PLAN, "a"));
    state.write(cuts.get(0).changes());
    restart(PLANS);

    assertThat(open.last().stream().flatMap(cut -> cut.windows().stream()))
        .extracting(each -> each.series() + each.result().summary().count())
        .contains(key(PLAN, "b") + 1);
  }

  @Test
  void samples_makeWindowsWhileASourceHasNotSpoken() {
    watch(LAST);
    tape.samples(LAST, "a", T0 + 5, 1, 2, 3).samples(LAST, "a", T0 + 9, 4);
    tape.batch(0, PaneMemory.SILENT);

    RolledPortion rolled = roll();

    assertThat(rolled.windows())
        .extracting(
            window -> window.result().summary().sum(),
            window -> window.result().bounds(),
            RolledWindow::watermark)
        .containsExactly(
            tuple(3.0, new WindowResult.Bounds(T0 + 5, T0 + 6), T0 + 5),
            tuple(10.0, new WindowResult.Bounds(T0 + 5, T0 + 10), T0 + 5));
    assertThat(rolled.windows()).allMatch(window -> window.result().isFinal());
    tape.batch(0, T0).batch(1, T0 + 1).samples(LAST, "a", T0 + 9, 5, 6).batch(0, T0 + 60_000);
    assertThat(roll().windows())
        .extracting(window -> window.result().summary().sum(), RolledWindow::watermark)
        .containsExactly(tuple(18.0, T0));
  }

  @Test
  void samples_afterARestart_goOnInTheMiddleOfAWindow() {
    watch(LAST);
    tape.samples(LAST, "a", T0 + 5, 1, 2, 3).batch(0, T0);
    assertThat(roll().windows()).hasSize(1);

    restart(List.of(LAST));
    tape.samples(LAST, "a", T0 + 9, 4).batch(0, T0);

    assertThat(roll().windows())
        .extracting(window -> window.result().summary().sum())
        .containsExactly(10.0);
  }

  @Test
  void samples_ofARangeThatWasCounted_areIgnored() {
    watch(LAST);
    tape.samples(LAST, "a", T0 + 5, 1).batch(0, T0);
    tape.samples(LAST, "a", T0 + 5, 1).range(0, 0, 10, T0);

    assertThat(roll().windows()).isEmpty();
  }

  @Test
  void samples_ofASeriesThatThereIsNoRoomFor_goToTheOther() {
    watch(LAST);
    for (String model : List.of("a", "b", "c", "d", "e")) {
      tape.samples(LAST, model, T0, 1);
      tape.batch(0, T0, entry(LAST, model, LAST.windows().paneStartMillis(T0), 1));
    }

    assertThat(roll().windows())
        .extracting(RolledWindow::series)
        .containsExactly(Series.other("last", 1).key());
  }

  @Test
  void windowsOfSamples_tooManyForOneCut_areSpread() {
    maxWindows = 2;
    watch(LAST);
    tape.samples(LAST, "a", T0, 1, 2, 3, 4, 5, 6).batch(0, T0);
    tape.samples(LAST, "a", T0, 7, 8).batch(0, T0);

    assertThat(open.fold(tape.polled(T0), CommitGrid.ALWAYS))
        .extracting(cut -> cut.windows().size())
        .containsExactly(3, 1);
  }

  private void watch(MonitorPlan plan) {
    memory = new RollMemory(List.of(plan));
    open = open();
  }

  private OpenWindows open() {
    LaneFeed feed = new LaneFeed("partials", 1);
    return new OpenWindows(
        feed.lane(), memory, memory.nextOffset().orElse(0), MAX_SERIES, maxWindows);
  }

  private void restart(List<MonitorPlan> plans) {
    memory = state.restore(plans);
    open = open();
  }

  private RolledPortion roll() {
    return written(open.fold(tape.polled(T0), CommitGrid.ALWAYS));
  }

  private RolledPortion last() {
    return written(open.last());
  }

  private RolledPortion written(List<RolledPortion> cuts) {
    assertThat(cuts).hasSize(1);
    state.write(cuts.get(0).changes());
    return cuts.get(0);
  }

  /** Samples by the end of their window. */
  private static Map<Long, Long> counts(RolledPortion rolled) {
    Map<Long, Long> counts = new HashMap<>();
    for (RolledWindow window : rolled.windows()) {
      LossSummary summary = window.result().summary();
      counts.merge(window.result().bounds().endMillis(), summary.count(), Long::sum);
    }
    return counts;
  }

  private static long late(RolledPortion rolled) {
    return rolled.windows().stream().mapToLong(each -> each.result().summary().lateCount()).sum();
  }
}
