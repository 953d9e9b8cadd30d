package io.losswatch.stream.fold;

import static io.losswatch.stream.fold.Folds.ALLOWED;
import static io.losswatch.stream.fold.Folds.T0;
import static io.losswatch.stream.fold.Folds.TIME;
import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.stream.evaluate.MonitorPlan;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PaneClockTest {
  @Test
  void crossing_anyTwoWatermarks_isThereIfAPaneOfAnyMonitorEndsOrIsOverBetweenThem() {
    long[] panes = {60, 100, 150};
    List<MonitorPlan> plans =
        List.of(
            Folds.plan("six", "rolling:120ms/60ms"),
            Folds.plan("ten", "tumbling:100ms"),
            Folds.plan("fifteen", "rolling:300ms/150ms"));
    PaneClock clock = new PaneClock(plans, TIME);
    long seed = 20;
    Random random = new Random(seed);
    for (int i = 0; i < 5000; i++) {
      long before = random.nextInt(2000) - 1000;
      long after = before + random.nextInt(20);
      boolean ends = false;
      for (long instant = before + 1; instant <= after; instant++) {
        for (long pane : panes) {
          ends |= instant % pane == 0 || (instant - ALLOWED) % pane == 0;
        }
      }
      assertThat(clock.isCrossing(before, after))
          .as("seed %d: from %d to %d", seed, before, after)
          .isEqualTo(ends);
    }
  }

  @Test
  void crossing_firstWatermark_isAlwaysThere() {
    PaneClock clock = new PaneClock(List.of(Folds.plan("day", "tumbling:1d")), TIME);

    assertThat(clock.isCrossing(PaneMemory.SILENT, T0)).isTrue();
    assertThat(clock.isCrossing(PaneMemory.SILENT, PaneMemory.SILENT)).isFalse();
  }

  @Test
  void tooLate_ofAMonitor_isWhenTheLastWindowThatHoldsItIsFinal() {
    MonitorPlan plan = Folds.plan("rolling", "rolling:4s/1s", "tumbling:2s");
    PaneClock clock = new PaneClock(List.of(plan), TIME);
    long lastEnd = T0 + 4000;

    assertThat(clock.isTooLate(plan, T0 + 999, lastEnd + ALLOWED - 1)).isFalse();
    assertThat(clock.isTooLate(plan, T0 + 999, lastEnd + ALLOWED)).isTrue();
    assertThat(clock.isTooLate(plan, T0 + 1000, lastEnd + ALLOWED)).isFalse();
    assertThat(clock.isTooLate(plan, T0, PaneMemory.SILENT)).isFalse();
  }
}
