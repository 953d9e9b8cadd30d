package io.losswatch.stream.fold;

import static io.losswatch.stream.fold.Folds.T0;
import static io.losswatch.stream.fold.PartialsTape.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.losswatch.core.window.LossSummary;
import io.losswatch.stream.consume.CommitGrid;
import io.losswatch.stream.consume.LaneFeed;
import io.losswatch.stream.evaluate.MonitorPlan;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An average in a lane of hop 2, restarted before every portion; half-life 8 s, panes 1 s. */
class AverageFoldingTest {
  private static final MonitorPlan PLAN = Folds.plan("ewma", "ewma:8s");
  private static final List<MonitorPlan> PLANS = List.of(PLAN);

  private final PartialsTape tape = new PartialsTape(1);
  private final StateTopic state = new StateTopic();
  private long nextOffset;

  private List<RolledWindow> roll() {
    OpenWindows open =
        new OpenWindows(
            new LaneFeed("partials", 1).lane(),
            state.restore(PLANS),
            nextOffset,
            10,
            OpenWindows.MAX_WINDOWS);
    RolledPortion rolled = open.fold(tape.polled(T0), CommitGrid.ALWAYS).get(0);
    state.write(rolled.changes());
    nextOffset = rolled.cut().nextOffset();
    return rolled.windows();
  }

  private static LossSummary only(List<RolledWindow> windows) {
    assertThat(windows).hasSize(1);
    assertThat(windows.get(0).result().revision()).isZero();
    assertThat(windows.get(0).result().isFinal()).isTrue();
    return windows.get(0).result().summary();
  }

  @Test
  void average_acrossRestarts_decaysAndTakesLateSamples() {
    tape.batch(0, T0, entry(PLAN, "a", T0, 4, 8));
    assertThat(roll()).isEmpty();
    tape.batch(0, T0 + 1_000);
    assertThat(only(roll()).mean()).isEqualTo(6);
    tape.batch(0, T0 + 2_000);
    assertThat(only(roll()).count()).as("the closing one").isZero();
    tape.batch(0, T0 + 8_500, entry(PLAN, "a", T0 + 8_000, 1));
    assertThat(roll()).isEmpty();
    // one and a half seconds late, of a pane that weighs 2^(-1/8) now
    tape.batch(0, T0 + 8_500, entry(PLAN, "a", T0 + 7_000, 3));
    assertThat(roll()).isEmpty();

    tape.batch(0, T0 + 9_000);
    LossSummary summary = only(roll());

    double late = Math.pow(2, -1 / 8.0);
    assertThat(summary.count()).isEqualTo(2);
    assertThat(summary.weight()).isCloseTo(2 + late, within(1e-14));
    assertThat(summary.sum()).isCloseTo(6 + 1 + 3 * late, within(1e-14));
  }

  @Test
  void average_thatIsForgotten_leavesNoState() {
    tape.batch(0, T0, entry(PLAN, "a", T0, 4));
    roll();
    tape.batch(0, T0 + 50_000);
    assertThat(roll()).hasSize(2);
    assertThat(state.seriesKeys()).hasSize(2);
    tape.batch(0, T0 + 401_000);
    assertThat(roll()).isEmpty();
    assertThat(state.seriesKeys()).isEmpty();
  }
}
