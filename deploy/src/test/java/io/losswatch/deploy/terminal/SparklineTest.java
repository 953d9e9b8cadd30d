package io.losswatch.deploy.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SparklineTest {
  @Test
  void history_thatClimbs_climbs() {
    List<Double> history = List.of(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0);
    assertThat(Sparkline.of(history, 8)).isEqualTo("▁▂▃▄▅▆▇█");
  }

  @Test
  void history_shorterThanWidth_standsAtTheRight() {
    assertThat(Sparkline.of(List.of(1.0, 8.0), 5)).isEqualTo("   ▁█");
  }

  @Test
  void history_longerThanWidth_showsItsEnd() {
    assertThat(Sparkline.of(List.of(100.0, 1.0, 8.0), 2)).isEqualTo("▁█");
  }

  @Test
  void history_ofNoise_staysLow() {
    assertThat(Sparkline.of(List.of(1.00, 1.01, 1.02), 3)).isEqualTo("▁▁▁");
  }

  @Test
  void history_withHoles_hasSpaces() {
    assertThat(Sparkline.of(List.of(1.0, Double.NaN, 8.0), 3)).isEqualTo("▁ █");
  }

  @Test
  void history_ofZeros_isFlat() {
    assertThat(Sparkline.of(List.of(0.0, 0.0), 2)).isEqualTo("▁▁");
  }

  @Test
  void history_onTheScaleOfAnother_isAsHighAsItIsThere() {
    Sparkline scale = Sparkline.scaledTo(List.of(0.0, 16.0));
    assertThat(scale.bars(List.of(0.0, 4.0, 8.0), 3)).isEqualTo("▁▃▅");
  }

  @Test
  void history_empty_isBlank() {
    assertThat(Sparkline.of(List.of(), 3)).isEqualTo("   ");
  }
}
