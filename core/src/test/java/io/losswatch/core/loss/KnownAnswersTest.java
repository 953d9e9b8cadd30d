package io.losswatch.core.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Numbers printed in PyTorch's own issue threads. */
class KnownAnswersTest {
  private static final Tensor THREE_CLASSES =
      Tensor.ofDoubles(new double[] {2.3, 2.1, 4.5, 4.2, 3.2, 5.1}, 2, 3);
  private static final Tensor INDEX = Tensor.ofLongs(new long[] {1, 2}, 2);
  private static final Tensor ONE_HOT = Tensor.ofFloats(new float[] {0, 1, 0, 0, 0, 1}, 2, 3);
  private static final Map<String, String> WEIGHTS = Map.of("class-weights", "25,25,100");

  private static double mean(Map<String, String> parameters, Tensor labels) {
    Loss loss = Losses.of("cross_entropy", parameters);
    return Batches.elements(loss, Batches.logits(THREE_CLASSES, labels)).reduce(Reduction.MEAN);
  }

  @Test
  void crossEntropy_classWeights_indexAndOneHotMeansDiffer() {
    assertThat(mean(WEIGHTS, INDEX)).isCloseTo(0.87048350145, within(1e-10));
    assertThat(mean(WEIGHTS, ONE_HOT)).isCloseTo(54.4052188408, within(1e-9));
  }

  @Test
  void crossEntropy_classWeightsAndSmoothing_indexAndOneHotMeansDiffer() {
    Map<String, String> both = Map.of("class-weights", "25,25,100", "label-smoothing", "0.1");
    assertThat(mean(both, INDEX)).isCloseTo(0.857800310127, within(1e-11));
    assertThat(mean(both, ONE_HOT)).isCloseTo(53.612519382932, within(1e-10));
  }

  @Test
  void crossEntropy_smoothing_indexAndOneHotMeansAgree() {
    Map<String, String> smoothing = Map.of("label-smoothing", "0.1");
    assertThat(mean(smoothing, INDEX)).isCloseTo(1.516231151911, within(1e-11));
    assertThat(mean(smoothing, ONE_HOT)).isCloseTo(1.516231151911, within(1e-11));
  }

  @Test
  void crossEntropy_classWeights_everyReduction() {
    Batch batch =
        Batches.logits(
            Tensor.ofDoubles(new double[] {.2, .3, .5, .5, .2, .3}, 2, 3),
            Tensor.ofLongs(new long[] {2, 1}, 2));
    LossBuffer out =
        Batches.elements(Losses.of("cross_entropy", Map.of("class-weights", "2,4,6")), batch);
    assertThat(Arrays.copyOf(out.losses(), 2))
        .containsExactly(new double[] {5.6390, 4.9593}, within(5e-5));
    assertThat(out.reduce(Reduction.SUM)).isCloseTo(10.5983, within(5e-5));
    assertThat(out.reduce(Reduction.MEAN)).isCloseTo(1.0598, within(5e-5));
  }

  @Test
  void crossEntropy_farApartLogits_isExact() {
    Batch batch =
        Batches.logits(
            Tensor.ofFloats(new float[] {-100, 100, -100, 100}, 2, 2),
            Tensor.ofLongs(new long[] {0, 1}, 2));
    LossBuffer out =
        Batches.elements(Losses.of("cross_entropy", Map.of("class-weights", "20,10")), batch);
    assertThat(out.losses()[0]).isEqualTo(4000);
    assertThat(out.losses()[1]).isCloseTo(0, within(1e-30));
    assertThat(out.reduce(Reduction.MEAN)).isCloseTo(133.3333, within(5e-5));
  }

  @Test
  void crossEntropy_everyTargetIgnored_zerosAndMeanNan() {
    Batch batch =
        Batches.logits(
            Tensor.ofFloats(new float[] {1, 2, Float.NaN, 4}, 2, 2),
            Tensor.ofLongs(new long[] {-100, -100}, 2));
    LossBuffer out = Batches.elements(Losses.of("cross_entropy", Map.of()), batch);
    assertThat(Arrays.copyOf(out.losses(), 2)).containsOnly(0);
    assertThat(out.reduce(Reduction.SUM)).isZero();
    assertThat(out.reduce(Reduction.MEAN)).isNaN();
  }
}
