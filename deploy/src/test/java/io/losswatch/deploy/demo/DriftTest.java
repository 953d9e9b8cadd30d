package io.losswatch.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class DriftTest {
  @Test
  void image_turnedOnce_hasItsFirstRowAtTheRight() {
    double[] turned = Drift.quarterTurn(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
    assertThat(turned).containsExactly(7, 4, 1, 8, 5, 2, 9, 6, 3);
  }

  @Test
  void columns_miscalibrated_leaveTheInputAndTheOthersAsTheyAre() {
    double[] row = {1, 2, 3};
    assertThat(Drift.miscalibrated(row, 2, 0, 2)).containsExactly(2, 2, 6);
    assertThat(row).containsExactly(1, 2, 3);
  }

  @Test
  void characters_shuffled_areTheSameInAnotherOrder() {
    int[] text = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    int[] shuffled = Drift.shuffled(text, new Random(1));
    assertThat(shuffled).containsExactlyInAnyOrder(text);
    assertThat(shuffled).isNotEqualTo(text);
    assertThat(text).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
  }
}
