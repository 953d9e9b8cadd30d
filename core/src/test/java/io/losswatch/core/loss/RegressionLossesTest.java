package io.losswatch.core.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.Layout;
import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.batch.Predictions;
import io.losswatch.core.tensor.Datatype;
import io.losswatch.core.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Losses of numbers and of the parameters of a distribution. */
class RegressionLossesTest {
  private static final Loss GAUSSIAN = loss("gaussian_nll");

  private static Loss loss(String name) {
    return Losses.of(name, Map.of());
  }

  private static Batch values(Tensor predictions, Tensor labels) {
    return Batches.of(OutputKind.VALUES, predictions, labels);
  }

  private static double one(Loss loss, double prediction, double label) {
    Tensor x = Tensor.ofDoubles(new double[] {prediction}, 1);
    Tensor t = Tensor.ofDoubles(new double[] {label}, 1);
    return Batches.elements(loss, values(x, t)).losses()[0];
  }

  private static double gaussian(Loss loss, double mean, double variance, double label) {
    Tensor pair = Tensor.ofDoubles(new double[] {mean, variance}, 2);
    Tensor t = Tensor.ofDoubles(new double[] {label});
    return Batches.elements(loss, values(pair, t)).losses()[0];
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "0.5, 0.75", "1, 0.5", "2, 0.25", "4, 0.125"})
  void smoothL1_distanceOne_isHalfOfItsSquareOverBetaOrItLessHalfOfBeta(
      String beta, double expected) {
    assertThat(one(Losses.of("smooth_l1", Map.of("beta", beta)), 2, 3)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"0.5, 0.375", "1, 0.5", "4, 0.5"})
  void huber_distanceOne_isHalfOfItsSquareOrDeltaTimesTheRest(String delta, double expected) {
    assertThat(one(Losses.of("huber", Map.of("delta", delta)), 3, 2)).isEqualTo(expected);
  }

  @Test
  void smoothL1_wideBeta_overflowsOnlyIfTheLossDoes() {
    Loss loss = Losses.of("smooth_l1", Map.of("beta", "1e200"));
    assertThat(one(loss, 5e199, 0)).isCloseTo(1.25e199, within(1e186));
  }

  @Test
  void poisson_pyTorchsOwnTest_isExpLessProduct() {
    double[] x = {0.5, 1.5, 2.5};
    double[] expected = new double[3];
    for (int i = 0; i < 3; i++) {
      expected[i] = Math.exp(x[i]) - (i + 1) * x[i];
    }
    Tensor labels = Tensor.ofInts(new int[] {1, 2, 3}, 3);
    LossBuffer out =
        Batches.elements(loss("poisson_nll_loss"), values(Tensor.ofDoubles(x, 3), labels));
    assertThat(Arrays.copyOf(out.losses(), 3)).containsExactly(expected, within(1e-15));
    assertThat(out.reduce(Reduction.MEAN))
        .isCloseTo(Arrays.stream(expected).average().orElseThrow(), within(1e-15));
  }

  @Test
  void poisson_full_addsStirlingsTermAboveOneOnly() {
    Loss plain = Losses.of("poisson_nll", Map.of("log-input", "false", "eps", "0"));
    Loss full = Losses.of("poisson_nll", Map.of("log-input", "false", "eps", "0", "full", "true"));
    assertThat(one(full, 2, 1)).isEqualTo(one(plain, 2, 1)).isEqualTo(2 - Math.log(2));
    assertThat(one(full, 2, 3) - one(plain, 2, 3))
        .isCloseTo(3 * Math.log(3) - 3 + Math.log(6 * Math.PI) / 2, within(1e-15));
  }

  @Test
  void gaussian_handComputed_isHalfOfLogVariancePlusSquareOverIt() {
    assertThat(gaussian(GAUSSIAN, 1, 4, 3)).isCloseTo(1.1931471805599454, within(1e-15));
    assertThat(gaussian(GAUSSIAN, -2, 0.25, -1.5)).isCloseTo(-0.1931471805599453, within(1e-15));
    assertThat(gaussian(Losses.of("gaussian_nll", Map.of("full", "true")), 1, 4, 3))
        .isCloseTo(2.112085713764618, within(1e-15));
  }

  @Test
  void gaussian_varianceBelowEps_countsAsEps() {
    assertThat(gaussian(GAUSSIAN, 0, 0, 1)).isCloseTo(499993.092244721, within(1e-9));
    assertThat(gaussian(GAUSSIAN, 0, -0.0, 1)).isEqualTo(gaussian(GAUSSIAN, 0, 1e-6, 1));
    Loss wide = Losses.of("gaussian_nll", Map.of("eps", "2"));
    assertThat(gaussian(wide, 0, 0.5, 1)).isEqualTo(gaussian(GAUSSIAN, 0, 2, 1));
    Loss none = Losses.of("gaussian_nll", Map.of("eps", "0"));
    assertThat(gaussian(none, 0, 0, 1)).isNaN();
    assertThat(gaussian(none, 1, 0, 1)).isNaN();
  }

  @Test
  void gaussian_nanAndInfinity_runThroughTheFormula() {
    assertThat(gaussian(GAUSSIAN, 0, Double.NaN, 1)).isNaN();
    assertThat(gaussian(GAUSSIAN, 0, Double.POSITIVE_INFINITY, 1)).isInfinite();
    assertThat(gaussian(GAUSSIAN, Double.NaN, 1, 1)).isNaN();
    assertThat(gaussian(GAUSSIAN, Double.NEGATIVE_INFINITY, 1, 1))
        .isEqualTo(Double.POSITIVE_INFINITY);
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void gaussian_eitherLayout_readsPairsFromTheLastAxis(Layout layout) {
    Tensor pairs = Tensor.ofDoubles(new double[] {1, 4, 0, 0, -2, 0.25, 3, 1}, 2, 2, 2);
    Tensor labels = Tensor.ofDoubles(new double[] {3, 1, -1.5, 3}, 2, 2);
    Batch batch = Batches.of(OutputKind.VALUES, layout, pairs, labels, null);

    LossBuffer elements = Batches.elements(GAUSSIAN, batch);
    LossBuffer samples = Batches.samples(GAUSSIAN, batch);

    double[] expected = {1.1931471805599454, 499993.092244721, -0.1931471805599453, 0};
    assertThat(elements.shape().toArray()).containsExactly(2, 2);
    assertThat(Arrays.copyOf(elements.losses(), 4)).containsExactly(expected, within(1e-9));
    assertThat(samples.shape().toArray()).containsExactly(2);
    assertThat(samples.losses()[1]).isCloseTo(-0.1931471805599453 / 2, within(1e-15));
    assertThat(elements.reduce(Reduction.BATCHMEAN))
        .isCloseTo(Arrays.stream(expected).sum() / 2, within(1e-9));
  }

  @ParameterizedTest
  @ValueSource(ints = {511, 512, 513, 1024, 1025, 3001})
  void gaussian_longRows_areReadPairByPair(int width) {
    Random random = new Random(width);
    double[] pairs = random.doubles(4L * width).toArray();
    double[] labels = random.doubles(2L * width).toArray();
    Batch batch = values(Tensor.ofDoubles(pairs, 2, width, 2), Tensor.ofDoubles(labels, 2, width));
    double[] actual = Batches.elements(GAUSSIAN, batch).losses();
    for (int i = 0; i < 2 * width; i++) {
      double v = pairs[2 * i + 1];
      double expected = (Math.log(v) + Math.pow(pairs[2 * i] - labels[i], 2) / v) / 2;
      Bounds.assertClose(actual[i], expected, Datatype.FP64, "element " + i);
    }
    assertThat(Batches.samples(GAUSSIAN, batch).losses()[1])
        .isCloseTo(Arrays.stream(actual, width, 2 * width).average().orElseThrow(), within(1e-9));
  }

  @ParameterizedTest
  @CsvSource({"'2', 1", "'5,2', 5", "'5,3,2', 5", "'0,2', 0"})
  void gaussian_sampleCount_isThatOfTheLabels(String extents, long samples) {
    long[] shape = Arrays.stream(extents.split(",")).mapToLong(Long::parseLong).toArray();
    int size = (int) Arrays.stream(shape).reduce(1, Math::multiplyExact);
    Predictions predictions =
        new Predictions(
            OutputKind.VALUES, Layout.CLASS_LAST, Tensor.ofFloats(new float[size], shape));
    assertThat(GAUSSIAN.sampleCount(predictions)).isEqualTo(samples);
  }

  /** D(t ‖ q) of t = (½, ¼, ¼, 0) from the uniform q: ln 4 less the entropy of t. */
  @Test
  void klDiv_ofADistribution_batchmeanIsTheDivergence() {
    double[] uniform = new double[4];
    Arrays.fill(uniform, -Math.log(4));
    Tensor logProbs = Tensor.ofDoubles(uniform, 1, 4);
    Tensor labels = Tensor.ofDoubles(new double[] {0.5, 0.25, 0.25, 0}, 1, 4);
    LossBuffer out =
        Batches.elements(loss("kl_div"), Batches.of(OutputKind.LOG_PROBS, logProbs, labels));
    double divergence = Math.log(4) - 1.5 * Math.log(2);
    assertThat(out.reduce(Reduction.BATCHMEAN)).isCloseTo(divergence, within(1e-15));
    assertThat(out.reduce(Reduction.MEAN)).isCloseTo(divergence / 4, within(1e-15));
    assertThat(out.losses()[3]).isZero();
  }

  @Test
  void klDiv_logTarget_isTheSameOfLogarithms() {
    double[] x = {-0.5, -1.25, -3};
    double[] t = {0.5, 0.25, 0.125};
    double[] logs = Arrays.stream(t).map(Math::log).toArray();
    Tensor logProbs = Tensor.ofDoubles(x, 3);
    double[] plain =
        Batches.elements(
                loss("kl_div"), Batches.of(OutputKind.LOG_PROBS, logProbs, Tensor.ofDoubles(t, 3)))
            .losses();
    double[] logarithmic =
        Batches.elements(
                Losses.of("kl_div", Map.of("log-target", "true")),
                Batches.of(OutputKind.LOG_PROBS, logProbs, Tensor.ofDoubles(logs, 3)))
            .losses();
    assertThat(logarithmic).containsExactly(plain, within(1e-15));
  }

  @ParameterizedTest
  @ValueSource(strings = {"l1", "smooth_l1", "huber", "poisson_nll", "gaussian_nll"})
  void anyLoss_emptyBatch_hasNoLosses(String name) {
    Tensor predictions = Tensor.ofFloats(new float[0], 0, 3, 2);
    Tensor labels = name.equals("gaussian_nll") ? Tensor.ofFloats(new float[0], 0, 3) : predictions;
    LossBuffer out = Batches.samples(loss(name), values(predictions, labels));
    assertThat(out.size()).isZero();
    assertThat(out.reduce(Reduction.SUM)).isZero();
    assertThat(out.reduce(Reduction.MEAN)).isNaN();
  }

  @ParameterizedTest
  @ValueSource(strings = {"l1", "smooth_l1", "huber", "poisson_nll"})
  void anyLoss_scalar_hasOneLoss(String name) {
    Tensor scalar = Tensor.ofFloats(new float[] {2});
    LossBuffer out = Batches.samples(loss(name), values(scalar, scalar));
    assertThat(out.shape().rank()).isZero();
    assertThat(out.losses()[0]).isEqualTo(one(loss(name), 2, 2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"l1", "smooth_l1", "huber", "poisson_nll"})
  void anyLoss_ofARow_isTheMeanOfItsElements(String name) {
    Random random = new Random(3);
    Tensor x = Tensor.ofDoubles(random.doubles(60).toArray(), 5, 4, 3);
    Tensor t = Tensor.ofDoubles(random.doubles(60).toArray(), 5, 4, 3);
    LossBuffer elements = Batches.elements(loss(name), values(x, t));
    LossBuffer samples = Batches.samples(loss(name), values(x, t));
    assertThat(elements.shape().toArray()).containsExactly(5, 4, 3);
    assertThat(samples.shape().toArray()).containsExactly(5);
    for (int r = 0; r < 5; r++) {
      double mean = Arrays.stream(elements.losses(), 12 * r, 12 * r + 12).average().orElseThrow();
      assertThat(samples.losses()[r]).isCloseTo(mean, within(1e-15));
    }
  }
}
