package io.losswatch.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DemoViewTest {
  private final LossHistory history = new LossHistory(DemoSettings.ROLLING);

  @Test
  void view_inDrift_marksTheWholeAndTheRegionOfEachTask() {
    LossTable.View view = view(Optional.of("us"));
    assertThat(view.rows()).hasSize(Task.values().length * 4);
    assertThat(view.rows().stream().filter(LossTable.Row::drifting).map(LossTable.Row::slice))
        .containsExactly("all", "us", "all", "us", "all", "us", "all", "us");
  }

  @Test
  void view_whenCalm_marksNothing() {
    assertThat(view(Optional.empty()).rows()).noneMatch(LossTable.Row::drifting);
  }

  @Test
  void view_ofASeries_showsItsHistory() {
    history.add(
        "text-ce/bigram/1/region=ap",
        RollingLosses.of(DemoSettings.ROLLING, 0, 10_000, 0, false, 2.5));
    assertThat(view(Optional.empty()).rows().stream().filter(row -> !row.history().isEmpty()))
        .singleElement()
        .satisfies(row -> {
          assertThat(row.monitor()).isEqualTo("text-ce");
          assertThat(row.slice()).isEqualTo("ap");
        });
  }

  private LossTable.View view(Optional<String> drifting) {
    return new DemoView(history).at(1_000, "calm", drifting, 10, new TreeMap<>());
  }
}
