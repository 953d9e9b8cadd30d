package io.losswatch.stream.fold;

import static io.losswatch.stream.fold.Folds.T0;
import static io.losswatch.stream.fold.PartialsTape.entry;
import static io.losswatch.stream.fold.PartialsTape.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.losswatch.core.window.Series;
import io.losswatch.stream.consume.CommitGrid;
import io.losswatch.stream.consume.LaneFeed;
import io.losswatch.stream.evaluate.MonitorPlan;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of series that there is no room for. */
class OtherSeriesTest {
  private static final int MAX_SERIES = 3;
  private static final int PARTITION = 1;
  private static final MonitorPlan PLAN = Folds.plan("ce", "tumbling:1s");
  private static final MonitorPlan AVERAGE = Folds.plan("mean", "ewma:8s");
  private static final List<MonitorPlan> PLANS = List.of(PLAN, AVERAGE);
  private static final String OTHER = Series.other("ce", PARTITION).key();

  private final PartialsTape tape = new PartialsTape(1);
  private final StateTopic state = new StateTopic();
  private final Tally told = new Tally();
  private RollMemory memory = new RollMemory(PLANS);
  private OpenWindows open = open();
  private Tally.Standing standing = Tally.Standing.reading(0, false, Tally.Waiting.NOTHING);

  @Test
  void key_ofOther_isReadableAndNoKeyOfARealSlice() {
    assertThat(OTHER).isEqualTo("ce/other//max-series=exceeded,partition=1");
  }

  @Test
  void series_beyondMaxSeries_goToOtherWhileTheAdmittedGoOn() {
    fill();
    tape.batch(0, T0, entry(PLAN, "d", T0, 1, 2), entry(PLAN, "a", T0, 5));
    tape.batch(0, T0, entry(PLAN, "e", T0, 6));
    tape.batch(0, T0 + 1000);

    List<RolledWindow> windows = roll();

    assertThat(windows)
        .extracting(each -> each.series() + " " + each.result().summary().count())
        .containsExactlyInAnyOrder(
            key(PLAN, "a") + " 2", key(PLAN, "b") + " 1", key(PLAN, "c") + " 1", OTHER + " 3");
    assertThat(other(windows).result().summary().mean()).isCloseTo(3.0, within(1e-12));
    assertThat(told.overflowSamples()).isEqualTo(3);
    assertThat(told.overflowDeltas()).isEqualTo(2);
  }

  @Test
  void other_ofEachMonitor_isItsOwn() {
    fill();
    tape.batch(0, T0, entry(PLAN, "d", T0, 1), entry(AVERAGE, "d", T0, 7));
    tape.batch(0, T0 + 1000);

    assertThat(roll())
        .extracting(RolledWindow::series)
        .contains(OTHER, Series.other("mean", PARTITION).key());
  }

  @Test
  void other_takesNoPlaceOfAnAdmittedSeries() {
    fill();
    tape.batch(0, T0, entry(PLAN, "d", T0, 1));
    tape.batch(0, T0 + 90_000);
    roll();
    assertThat(memory.series()).isEmpty();

    fill(T0 + 90_000);
    tape.batch(0, T0 + 90_000, entry(PLAN, "d", T0 + 90_000, 1));
    roll();

    assertThat(memory.series()).hasSize(MAX_SERIES + 1);
  }

  @Test
  void series_thatEnded_givesItsPlaceAwayBeforeTheNextCut() {
    fill();
    tape.batch(0, T0 + 90_000);
    tape.batch(0, T0 + 95_000, entry(PLAN, "d", T0 + 94_000, 1));

    assertThat(roll()).extracting(RolledWindow::series).contains(key(PLAN, "d"));
    assertThat(told.overflowDeltas()).isZero();
  }

  @Test
  void series_thatEndedAndBeginsAnewBeforeTheNextCut_isKept() {
    tape.batch(0, T0, entry(PLAN, "a", T0, 1));
    roll();
    tape.batch(0, T0 + 90_000).batch(0, T0 + 90_000, entry(PLAN, "a", T0 + 90_000, 2, 4));
    roll();
    restart();
    tape.batch(0, T0 + 91_000);

    assertThat(roll()).extracting(each -> each.result().summary().mean()).containsExactly(3.0);
  }

  @Test
  void other_afterARestart_goesOnWithTheSameSeriesAdmitted() {
    fill();
    tape.batch(0, T0, entry(PLAN, "d", T0, 1));
    roll();
    restart();
    tape.batch(0, T0, entry(PLAN, "d", T0, 3), entry(PLAN, "c", T0, 1));
    tape.batch(0, T0 + 1000);

    List<RolledWindow> windows = roll();

    assertThat(windows).extracting(RolledWindow::series).contains(OTHER, key(PLAN, "c"));
    assertThat(other(windows).result().summary().mean()).isCloseTo(2.0, within(1e-12));
  }

  @Test
  void other_lateSamplesAndSilence_areRevisedAndClosedAsOfAnySeries() {
    fill();
    tape.batch(0, T0 + 1000, entry(PLAN, "d", T0, 1));
    tape.batch(0, T0 + 1500, entry(PLAN, "d", T0, 3));
    tape.batch(0, T0 + 2500).batch(0, T0 + 90_000);

    List<RolledWindow> windows =
        roll().stream().filter(each -> each.series().equals(OTHER)).toList();

    assertThat(windows)
        .extracting(each -> each.result().revision() + " " + each.result().summary().count())
        .startsWith("0 1", "1 2", "0 0");
    assertThat(windows.get(windows.size() - 1).result().isFinal()).isTrue();
    // a, b and c end in the same way
    assertThat(told.closings()).isEqualTo(MAX_SERIES + 1);
    assertThat(told.revisions()).isPositive();
    assertThat(told.finals()).isEqualTo(2 * (MAX_SERIES + 1));
  }

  @Test
  void standing_tellsSeriesAndPanesThatAreOpen() {
    fill();
    tape.batch(0, T0, entry(PLAN, "a", T0 + 1000, 1), entry(PLAN, "d", T0, 1));
    roll();
    assertThat(standing).isEqualTo(Tally.Standing.rolling(T0, 4, 5));
    restart();
    tape.batch(0, T0 + 100, entry(PLAN, "a", T0 + 2000, 1));
    roll();
    assertThat(standing).isEqualTo(Tally.Standing.rolling(T0 + 100, 4, 6));
    tape.batch(0, T0 + 90_000);
    roll();
    assertThat(standing).isEqualTo(Tally.Standing.rolling(T0 + 90_000, 0, 0));
  }

  private void fill() {
    fill(T0);
  }

  private void fill(long pane) {
    tape.batch(0, pane, entry(PLAN, "a", pane, 1), entry(PLAN, "b", pane, 1));
    tape.batch(0, pane, entry(PLAN, "c", pane, 1));
  }

  private static RolledWindow other(List<RolledWindow> windows) {
    return windows.stream().filter(each -> each.series().equals(OTHER)).findFirst().orElseThrow();
  }

  private OpenWindows open() {
    return new OpenWindows(
        new LaneFeed("partials", PARTITION).lane(),
        memory,
        memory.nextOffset().orElse(0),
        MAX_SERIES,
        OpenWindows.MAX_WINDOWS);
  }

  private void restart() {
    memory = state.restore(PLANS);
    open = open();
  }

  private List<RolledWindow> roll() {
    List<RolledWindow> windows = new ArrayList<>();
    for (RolledPortion cut : open.fold(tape.polled(T0), CommitGrid.ALWAYS)) {
      state.write(cut.changes());
      windows.addAll(cut.windows());
      told.add(cut.account().tally());
      standing = Folds.present(cut.account().tally().standing());
    }
    return windows;
  }
}
