package io.losswatch.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.deploy.demo.LossHistory.Point;
import org.junit.jupiter.api.Test;

class LossHistoryTest {
  private final LossHistory history = new LossHistory("rolling:10s/1s");

  @Test
  void windows_outOfOrderAndRevised_standInOrderWithTheirLastMean() {
    add(2_000, 2);
    add(1_000, 1);
    add(2_000, 5);
    assertThat(history.of("s")).containsExactly(new Point(1, 0.5, 3), new Point(5, 0.5, 3));
  }

  @Test
  void windows_moreThanShown_dropTheOldest() {
    for (int i = 0; i <= LossHistory.LENGTH; i++) {
      add(1_000 * i, i);
    }
    assertThat(history.of("s")).hasSize(LossHistory.LENGTH);
    assertThat(history.of("s").get(0).mean()).isEqualTo(1);
  }

  @Test
  void series_unknown_hasNoHistory() {
    assertThat(history.of("s")).isEmpty();
  }

  @Test
  void windows_ofAnotherKind_arePassedOver() {
    history.add("s", RollingLosses.of("tumbling:5s", 0, 5_000, 0, true, 1));
    assertThat(history.of("s")).isEmpty();
  }

  private void add(long end, double mean) {
    history.add("s", RollingLosses.of("rolling:10s/1s", end - 10_000, end, 0, false, mean));
  }
}
