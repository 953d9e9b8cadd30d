package io.losswatch.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class DriftScheduleTest {
  private static final List<String> REGIONS = List.of("eu", "us");

  @Test
  void drift_ofLimitedRun_lastsFromThirtyFiveToSixtyFivePercent() {
    DriftSchedule schedule = DriftSchedule.within(40_000, REGIONS);
    assertThat(schedule.regionAt(13_999)).isEmpty();
    assertThat(schedule.regionAt(14_000)).contains("eu");
    assertThat(schedule.regionAt(25_999)).contains("eu");
    assertThat(schedule.regionAt(26_000)).isEmpty();
    assertThat(schedule.regionAt(10_000_000)).isEmpty();
  }

  @Test
  void drift_withoutLimit_comesInTurns() {
    DriftSchedule schedule = DriftSchedule.cycling(REGIONS);
    assertThat(schedule.regionAt(-1)).isEmpty();
    assertThat(schedule.regionAt(39_999)).isEmpty();
    assertThat(schedule.regionAt(40_000)).contains("eu");
    assertThat(schedule.regionAt(70_000)).isEmpty();
    assertThat(schedule.regionAt(110_000)).contains("us");
    assertThat(schedule.regionAt(180_000)).contains("eu");
  }

  @Test
  void windows_besideDrift_areCoveredTouchedOrNeither() {
    DriftSchedule schedule = new DriftSchedule(10, 20, 100, REGIONS);
    assertThat(schedule.covers(10, 20)).isTrue();
    assertThat(schedule.covers(9, 15)).isFalse();
    assertThat(schedule.covers(15, 21)).isFalse();
    assertThat(schedule.touches(5, 10)).isFalse();
    assertThat(schedule.touches(5, 11)).isTrue();
    assertThat(schedule.touches(19, 25)).isTrue();
    assertThat(schedule.touches(20, 25)).isFalse();
  }

  @Test
  void drift_beyondItsCycle_isRefused() {
    assertThatThrownBy(() -> new DriftSchedule(10, 120, 100, REGIONS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a drift lies inside its cycle, but this one is [10, 120) of 100 ms");
  }
}
