package io.losswatch.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.losswatch.schemas.DataType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlainLossesTest {
  /** Three coins of logit ln 3 (heads with 3/4) and their likelihood (3/4)·(3/4)·(1/4). */
  @Test
  void binaryLosses_ofCoins_sumToTheirLikelihood() {
    double logit = Math.log(3);
    double[] losses = PlainLosses.of(cancer(new double[] {logit, logit, logit}, 1, 1, 0));
    assertThat(Arrays.stream(losses).sum()).isCloseTo(-Math.log(9.0 / 64), within(1e-7));
  }

  @Test
  void binaryLoss_ofHugeLogits_staysFinite() {
    double[] losses = PlainLosses.of(cancer(new double[] {1000, -1000}, 0, 0));
    assertThat(losses).containsExactly(1000, 0);
  }

  @Test
  void crossEntropy_ofEqualLogits_isTheLogarithmOfTheClasses() {
    Answer answer =
        new Answer(
            Task.DIGITS,
            Numbers.fp32(List.of(2L, 4L), new double[] {0, 0, 0, 0, 500, 500, 500, 500}),
            Numbers.integers(DataType.INT64, List.of(2L), new double[] {3, 0}));
    assertThat(PlainLosses.of(answer)).containsExactly(Math.log(4), Math.log(4));
  }

  /** Softmax of (0, ln 3) is (1/4, 3/4). */
  @Test
  void crossEntropy_ofSequences_countsEachCharacter() {
    double three = Math.log(3);
    Answer answer =
        new Answer(
            Task.TEXT,
            Numbers.fp32(List.of(1L, 2L, 2L), new double[] {0, three, 0, three}),
            Numbers.integers(DataType.INT32, List.of(1L, 2L), new double[] {0, 1}));
    double[] losses = PlainLosses.of(answer);
    assertThat(losses[0]).isCloseTo(Math.log(4), within(1e-7));
    assertThat(losses[1]).isCloseTo(Math.log(4.0 / 3), within(1e-7));
  }

  @Test
  void squares_ofDistances_arePerRow() {
    Answer answer =
        new Answer(
            Task.DIABETES,
            Numbers.fp32(List.of(2L), new double[] {1, -2}),
            Numbers.fp32(List.of(2L), new double[] {3, -2.5}));
    assertThat(PlainLosses.of(answer)).containsExactly(4, 0.25);
  }

  private static Answer cancer(double[] logits, double... labels) {
    List<Long> shape = List.of((long) logits.length);
    return new Answer(
        Task.CANCER, Numbers.fp32(shape, logits), Numbers.integers(DataType.UINT8, shape, labels));
  }
}
