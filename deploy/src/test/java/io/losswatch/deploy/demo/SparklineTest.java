package io.losswatch.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SparklineTest {
  @Test
  void history_thatClimbs_climbs() {
    List<Double> history = List.of(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0);
    assertThat(bars(history, 8)).isEqualTo("▁▂▃▄▅▆▇█");
  }

  @Test
  void history_shorterThanWidth_standsAtTheRight() {
    assertThat(bars(List.of(1.0, 8.0), 5)).isEqualTo("   ▁█");
  }

  @Test
  void history_longerThanWidth_showsItsEnd() {
    assertThat(bars(List.of(100.0, 1.0, 8.0), 2)).isEqualTo("▁█");
  }

  @Test
  void history_ofNoise_staysLow() {
    assertThat(bars(List.of(1.00, 1.01, 1.02), 3)).isEqualTo("▁▁▁");
  }

  @Test
  void history_withHoles_hasSpaces() {
    assertThat(bars(List.of(1.0, Double.NaN, 8.0), 3)).isEqualTo("▁ █");
  }

  @Test
  void history_ofZeros_isFlat() {
    assertThat(bars(List.of(0.0, 0.0), 2)).isEqualTo("▁▁");
  }

  @Test
  void history_onTheScaleOfAnother_isAsHighAsItIsThere() {
    Sparkline scale = Sparkline.scaledTo(List.of(0.0, 16.0));
    assertThat(scale.of(List.of(0.0, 4.0, 8.0), 3)).isEqualTo("▁▃▅");
  }

  @Test
  void history_empty_isBlank() {
    assertThat(bars(List.of(), 3)).isEqualTo("   ");
  }

  private static String bars(List<Double> history, int width) {
    List<Double> shown = history.subList(Math.max(0, history.size() - width), history.size());
    return Sparkline.scaledTo(shown).of(history, width);
  }
}
