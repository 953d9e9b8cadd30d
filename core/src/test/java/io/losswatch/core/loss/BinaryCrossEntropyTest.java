package io.losswatch.core.loss;

import static io.losswatch.core.loss.Tensors.doubles;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.losswatch.core.batch.Layout;
import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.tensor.Datatype;
import io.losswatch.core.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BinaryCrossEntropyTest {
  private static final Loss WITH_LOGITS = Losses.of("bce_with_logits", Map.of());
  private static final Loss BCE = Losses.of("bce", Map.of());

  private static double withLogits(double x, double y) {
    Tensor logits = Tensor.ofDoubles(new double[] {x}, 1);
    Tensor label = Tensor.ofDoubles(new double[] {y}, 1);
    double exact = Batches.elements(WITH_LOGITS, Batches.logits(logits, label)).losses()[0];
    float[] wide = new float[64];
    float[] labels = new float[64];
    Arrays.fill(wide, (float) x);
    Arrays.fill(labels, (float) y);
    LossBuffer many =
        Batches.elements(
            WITH_LOGITS, Batches.logits(Tensor.ofFloats(wide, 64), Tensor.ofFloats(labels, 64)));
    Bounds.assertClose(many.losses()[63], exact, Datatype.FP32, "FP32 of " + x + ", " + y);
    return exact;
  }

  @Test
  void withLogits_infinities_areAsPyTorchHasThem() {
    assertThat(withLogits(Double.POSITIVE_INFINITY, 0)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(withLogits(Double.POSITIVE_INFINITY, 1)).isNaN();
    assertThat(withLogits(Double.NEGATIVE_INFINITY, 0)).isNaN();
    assertThat(withLogits(Double.NEGATIVE_INFINITY, 1)).isNaN();
    assertThat(withLogits(Double.NEGATIVE_INFINITY, 0.5)).isNaN();
    assertThat(withLogits(Double.NaN, 1)).isNaN();
  }

  @Test
  void withLogits_thousand_isFiniteAndExact() {
    assertThat(withLogits(1000, 0)).isEqualTo(1000);
    assertThat(withLogits(-1000, 1)).isEqualTo(1000);
    assertThat(withLogits(1000, 1)).isZero();
    assertThat(withLogits(-1000, 0)).isZero();
    assertThat(withLogits(0, 1)).isCloseTo(Math.log(2), within(1e-15));
  }

  @ParameterizedTest
  @EnumSource(
      value = Datatype.class,
      names = {"FP32", "FP64", "FP16", "BF16"})
  void withLogits_largeBatch_matchesOracle(Datatype datatype) {
    Random random = new Random(8);
    int count = 20011;
    Tensor logits = Tensors.of(datatype, Tensors.gaussians(random, count, 8), count, 1);
    Tensor labels =
        Tensors.of(Datatype.FP32, random.doubles(count).map(Math::rint).toArray(), count, 1);
    double[] actual = Batches.elements(WITH_LOGITS, Batches.logits(logits, labels)).losses();
    for (int i = 0; i < count; i++) {
      double expected = Oracle.bceWithLogits(logits.doubleAt(i), labels.doubleAt(i), 1, 1);
      Bounds.assertClose(actual[i], expected, datatype, logits + " " + i);
    }
  }

  @Test
  void withLogits_positiveWeightAndInfinity_isAsPyTorchHasIt() {
    Loss loss = Losses.of("bce_with_logits", Map.of("pos-weight", "3"));
    float[] x = {Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, 2};
    Tensor labels = Tensor.ofInts(new int[] {1, 0, 0, 1}, 4);
    double[] losses =
        Batches.elements(loss, Batches.logits(Tensor.ofFloats(x, 4), labels)).losses();
    assertThat(losses[0]).isNaN();
    assertThat(losses[1]).isNaN();
    assertThat(losses[2]).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(losses[3]).isCloseTo(3 * Math.log1p(Math.exp(-2)), within(1e-7));
  }

  @Test
  void withLogits_classSecond_weightsRunOverAxisOne() {
    Tensor logits = Tensor.ofDoubles(new double[12], 1, 2, 6);
    Tensor labels = Tensor.ofDoubles(new double[12], 1, 2, 6);
    Loss loss = Losses.of("bce_with_logits", Map.of("class-weights", "1,10"));
    double[] losses =
        Batches.elements(
                loss, Batches.of(OutputKind.LOGITS, Layout.CLASS_SECOND, logits, labels, null))
            .losses();
    assertThat(losses[5]).isCloseTo(Math.log(2), within(1e-15));
    assertThat(losses[6]).isCloseTo(10 * Math.log(2), within(1e-14));
  }

  @Test
  void withLogits_weightsOfVector_runOverItsOnlyAxis() {
    Loss loss = Losses.of("bce_with_logits", Map.of("class-weights", "1,2,3"));
    Tensor zeros = Tensor.ofFloats(new float[3], 3);
    LossBuffer out = Batches.elements(loss, Batches.logits(zeros, zeros));
    assertThat(out.losses()[2]).isCloseTo(3 * Math.log(2), within(3e-7));
    assertThat(out.reduce(Reduction.MEAN)).isCloseTo(2 * Math.log(2), within(2e-7));
  }

  @Test
  void withLogits_twoClassCrossEntropy_isTheSameBothWays() {
    Loss crossEntropy = Losses.of("cross_entropy", Map.of());
    for (double x : new double[] {-40, -3.5, -0.1, 0, 0.1, 3.5, 40, 500}) {
      for (int y = 0; y < 2; y++) {
        Tensor label = Tensor.ofLongs(new long[] {y}, 1);
        double one = withLogits(x, y);
        Tensor ahead = Tensor.ofDoubles(new double[] {0, x}, 1, 2);
        Tensor swapped = Tensor.ofDoubles(new double[] {x, 0}, 1, 2);
        Tensor other = Tensor.ofLongs(new long[] {1 - y}, 1);
        String place = x + ", " + y;
        Bounds.assertClose(
            Batches.elements(crossEntropy, Batches.logits(ahead, label)).losses()[0],
            one,
            Datatype.FP64,
            place);
        Bounds.assertClose(
            Batches.elements(crossEntropy, Batches.logits(swapped, other)).losses()[0],
            one,
            Datatype.FP64,
            place);
      }
    }
  }

  @Test
  void bce_certainAndWrong_isHundred() {
    Tensor p = Tensor.ofDoubles(new double[] {0, 1, 0, 1}, 4);
    Tensor y = Tensor.ofDoubles(new double[] {1, 0, 0, 1}, 4);
    double[] losses = Batches.elements(BCE, Batches.of(OutputKind.PROBS, p, y)).losses();
    assertThat(Arrays.copyOf(losses, 4)).containsExactly(100, 100, 0, 0);
  }

  @Test
  void bce_coinThrownFourTimes_sumIsMinusLogLikelihood() {
    double theta = 0.6;
    Tensor p = Tensor.ofDoubles(new double[] {theta, theta, theta, theta}, 4);
    Tensor heads = Tensor.ofInts(new int[] {1, 1, 0, 1}, 4);
    LossBuffer out = Batches.samples(BCE, Batches.of(OutputKind.PROBS, p, heads));
    assertThat(BCE.isLikelihood()).isTrue();
    assertThat(-out.reduce(Reduction.SUM))
        .isCloseTo(Math.log(theta * theta * theta * (1 - theta)), within(1e-14));
  }

  @Test
  void samples_multiLabel_areMeansOfRows() {
    Random random = new Random(11);
    for (int labelCount : new int[] {1, 2, 80, 1023, 1024, 1025, 3000}) {
      Tensor logits =
          Tensors.of(Datatype.FP64, Tensors.gaussians(random, 7 * labelCount, 3), 7, labelCount);
      Tensor labels =
          Tensors.of(Datatype.FP64, random.doubles(7 * labelCount).toArray(), 7, labelCount);
      LossBuffer elements = Batches.elements(WITH_LOGITS, Batches.logits(logits, labels));
      LossBuffer samples = Batches.samples(WITH_LOGITS, Batches.logits(logits, labels));
      assertThat(samples.shape().toArray()).containsExactly(7);
      assertThat(samples.elementsPerSample()).isEqualTo(labelCount);
      for (int r = 0; r < 7; r++) {
        double sum = 0;
        for (int c = 0; c < labelCount; c++) {
          sum +=
              Oracle.bceWithLogits(
                  doubles(logits)[r * labelCount + c], doubles(labels)[r * labelCount + c], 1, 1);
        }
        Bounds.assertClose(samples.losses()[r], sum / labelCount, Datatype.FP64, "row " + r);
      }
      assertThat(samples.reduce(Reduction.MEAN))
          .isCloseTo(elements.reduce(Reduction.MEAN), within(1e-13));
    }
  }
}
