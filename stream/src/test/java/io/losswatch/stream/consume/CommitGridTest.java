package io.losswatch.stream.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CommitGridTest {
  private static final CommitGrid GRID = CommitGrid.of(Duration.ofMillis(200));

  @Test
  void lanes_whateverTheirLastCut_areDueInTheSameCell() {
    assertThat(GRID.isDue(1_001, 1_199)).isFalse();
    assertThat(GRID.isDue(1_001, 1_200)).isTrue();
    assertThat(GRID.isDue(1_199, 1_200)).isTrue();
    assertThat(GRID.isDue(1_200, 1_200)).isFalse();
  }

  @Test
  void shifted_cellsBeginInTheMiddleOfTheOthers() {
    assertThat(GRID.shifted().isDue(1_101, 1_299)).isFalse();
    assertThat(GRID.shifted().isDue(1_299, 1_300)).isTrue();
  }

  @Test
  void portion_overtakenByALaterCell_isNotDue() {
    assertThat(GRID.isDue(1_205, 1_195)).isFalse();
  }

  @Test
  void clock_setBack_startsAnew() {
    assertThat(GRID.isDue(10_000, 5_000)).isTrue();
  }

  @Test
  void lane_thatHasNeverCut_isDue() {
    assertThat(GRID.isDue(Long.MIN_VALUE / 2, 1_000)).isTrue();
  }

  @Test
  void always_isDueWithEveryPortion() {
    assertThat(CommitGrid.ALWAYS.isDue(1_000, 1_000)).isTrue();
  }

  @Test
  void interval_negative_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new CommitGrid(-1, 0));
  }
}
