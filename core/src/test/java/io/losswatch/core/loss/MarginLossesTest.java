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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Losses that ask for a distance between right and wrong. */
class MarginLossesTest {
  private static final Loss MULTI_MARGIN = loss("multi_margin");
  private static final Loss LISTS = loss("multilabel_margin");
  private static final Loss SETS = loss("multilabel_soft_margin");
  private static final Tensor DOCUMENTED =
      Tensor.ofDoubles(new double[] {0.1, 0.2, 0.4, 0.8}, 1, 4);

  private static Loss loss(String name) {
    return Losses.of(name, Map.of());
  }

  private static double one(Loss loss, double prediction, double label) {
    Tensor x = Tensor.ofDoubles(new double[] {prediction}, 1);
    Tensor y = Tensor.ofDoubles(new double[] {label}, 1);
    return Batches.elements(loss, Batches.logits(x, y)).losses()[0];
  }

  private static double row(Loss loss, Tensor labels, double... scores) {
    Tensor x = Tensor.ofDoubles(scores, scores.length);
    return Batches.elements(loss, Batches.logits(x, labels)).losses()[0];
  }

  private static Tensor index(long label) {
    return Tensor.ofLongs(new long[] {label});
  }

  private static Tensor list(long... labels) {
    return Tensor.ofLongs(labels, labels.length);
  }

  @Test
  void softMargin_pyTorchsOwnTest_isItsNumbers() {
    Tensor x = Tensor.ofFloats(new float[] {2, 4, 1, 3}, 4);
    Tensor y = Tensor.ofFloats(new float[] {-1, 1, 1, -1}, 4);
    LossBuffer out = Batches.elements(loss("soft_margin_loss"), Batches.logits(x, y));
    double[] expected = {2.1269281, 0.01814993, 0.3132617, 3.0485873};
    assertThat(Arrays.copyOf(out.losses(), 4)).containsExactly(expected, within(3e-7));
    assertThat(out.reduce(Reduction.MEAN)).isCloseTo(1.3767317, within(1.2e-7));
  }

  @Test
  void softMargin_thousand_isFiniteAndExact() {
    Loss loss = loss("soft_margin");
    assertThat(one(loss, -1000, 1)).isEqualTo(1000);
    assertThat(one(loss, 1000, 1)).isZero();
    assertThat(one(loss, 40, 1)).isEqualTo(Math.exp(-40));
    assertThat(one(loss, Double.NEGATIVE_INFINITY, 1)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(one(loss, Double.POSITIVE_INFINITY, 1)).isZero();
    assertThat(one(loss, Double.POSITIVE_INFINITY, 0)).isNaN();
  }

  @Test
  void hingeEmbedding_pyTorchsOwnTest_addsBothTermsOfOtherLabels() {
    Tensor x = Tensor.ofFloats(new float[] {2, 22, 4, 20, 10, 0}, 2, 3);
    Tensor y = Tensor.ofFloats(new float[] {2, 6, 4, 1, 10, 0}, 2, 3);
    Loss loss = Losses.of("hinge_embedding_loss", Map.of("margin", "2"));
    LossBuffer out = Batches.elements(loss, Batches.logits(x, y));
    assertThat(Arrays.copyOf(out.losses(), 6)).containsExactly(2, 22, 4, 20, 10, 2);
    assertThat(out.reduce(Reduction.MEAN)).isEqualTo(10);
  }

  @Test
  void hingeEmbedding_labelsOfOneAndMinusOne_takeOneTermEach() {
    Loss loss = loss("hinge_embedding");
    assertThat(one(loss, 0.25, 1)).isEqualTo(0.25);
    assertThat(one(loss, 0.25, -1)).isEqualTo(0.75);
    assertThat(one(loss, 1.5, -1)).isZero();
    assertThat(one(loss, Double.NaN, -1)).isNaN();
  }

  @Test
  void multiMargin_pyTorchsDocumentation_isItsNumber() {
    LossBuffer out = Batches.elements(MULTI_MARGIN, Batches.logits(DOCUMENTED, list(3)));
    assertThat(out.losses()[0]).isCloseTo(0.325, within(1e-15));
    assertThat(out.shape().toArray()).containsExactly(1);
  }

  @Test
  void multiMargin_pyTorchsOwnTestWithWeights_meanDividesByRows() {
    Tensor x = Tensor.ofDoubles(new double[] {0.2, 0.2, 0.6, 0.1, 0.8, 0.1, 0.9, 0.09, 0.01}, 3, 3);
    Loss loss =
        Losses.of("multi_margin_loss", Map.of("margin", "2", "class-weights", "0.3,0.3,0.4"));
    LossBuffer out = Batches.elements(loss, Batches.logits(x, list(2, 1, 0)));
    assertThat(out.reduce(Reduction.MEAN)).isCloseTo(0.305556, within(5e-7));
    assertThat(Arrays.copyOf(out.weights(), 3)).containsOnly(1);
  }

  /** (1.3² + 0.6² + 0²)/4 and, with the weight 3, thrice that. */
  @Test
  void multiMargin_squares_areOfTheDistancesNotOfTheWeight() {
    Loss squared = Losses.of("multi_margin", Map.of("p", "2"));
    Loss weighted = Losses.of("multi_margin", Map.of("p", "2", "class-weights", "1,3,1,1"));
    assertThat(row(squared, index(1), 1, 0.7, 0.3, -0.5)).isCloseTo(2.05 / 4, within(1e-15));
    assertThat(row(weighted, index(1), 1, 0.7, 0.3, -0.5)).isCloseTo(6.15 / 4, within(1e-15));
    assertThat(row(squared, index(0), 5, 1, 2, 3)).isZero();
  }

  @Test
  void multiMargin_notFinite_isAsPyTorchHasIt() {
    double inf = Double.POSITIVE_INFINITY;
    assertThat(row(MULTI_MARGIN, index(0), 0, inf)).isEqualTo(inf);
    assertThat(row(MULTI_MARGIN, index(0), -inf, 0)).isEqualTo(inf);
    assertThat(row(MULTI_MARGIN, index(0), inf, 0)).isZero();
    assertThat(row(MULTI_MARGIN, index(0), 0, Double.NaN, 1)).isCloseTo(2.0 / 3, within(1e-15));
    assertThat(row(MULTI_MARGIN, index(0), Double.NaN, 0, 1)).isZero();
    assertThat(row(MULTI_MARGIN, index(0), inf, inf)).isZero();
  }

  @Test
  void multiMargin_oneClass_isZero() {
    assertThat(row(MULTI_MARGIN, index(0), 7)).isZero();
  }

  @Test
  void multilabelMargin_pyTorchsDocumentation_isItsNumber() {
    Tensor labels = Tensor.ofLongs(new long[] {3, 0, -1, 1}, 1, 4);
    LossBuffer out = Batches.elements(LISTS, Batches.logits(DOCUMENTED, labels));
    assertThat(out.losses()[0]).isCloseTo(0.85, within(1e-15));
  }

  /** Computed by PyTorch 2.7.1 in float64. */
  @Test
  void multilabelMargin_twoRows_arePyTorchsNumbers() {
    double[] scores = {0.25, -1.5, 2, 0.75, -0.5, 3, 1, -2, 0.5, 1.5};
    Tensor labels = Tensor.ofInts(new int[] {4, 1, -1, 3, -1, 2, 2, 0, -1, 4}, 2, 5);
    LossBuffer out =
        Batches.elements(LISTS, Batches.logits(Tensor.ofDoubles(scores, 2, 5), labels));
    assertThat(Arrays.copyOf(out.losses(), 2))
        .containsExactly(new double[] {3.6, 4.8}, within(1e-14));
  }

  /** 1.1 is PyTorch 2.7.1's number of the list 3, 3, 0. */
  @Test
  void multilabelMargin_edgesOfLists_areAsPyTorchHasThem() {
    double[] scores = {0.1, 0.2, 0.4, 0.8};
    assertThat(row(LISTS, list(3, 3, 0, -1), scores)).isCloseTo(1.1, within(1e-15));
    assertThat(row(LISTS, list(-1, 3, 0, 2), scores)).isZero();
    assertThat(row(LISTS, list(0, 1, 2, 3), scores)).isZero();
    assertThat(row(LISTS, list(0, -1, -1, -1), Double.NaN, 1, 2, 3)).isZero();
    assertThat(row(LISTS, list(0, -1, -1, -1), 1, Double.NaN, 2, 3)).isEqualTo(1.25);
  }

  @Test
  void multilabelSoftMargin_pyTorchsOwnTest_isItsNumber() {
    Tensor x = Tensor.ofFloats(new float[] {0, 2, 2, 0, 2, 1, 0, 1}, 2, 4);
    Tensor y = Tensor.ofFloats(new float[] {0, 0, 1, 0, 1, 0, 1, 1}, 2, 4);
    LossBuffer out = Batches.elements(SETS, Batches.logits(x, y));
    assertThat(out.shape().toArray()).containsExactly(2);
    assertThat(out.reduce(Reduction.MEAN)).isCloseTo(0.7608436, within(1e-7));
  }

  @Test
  void multilabelSoftMargin_classWeights_runOverLabelsAndDoNotDivide() {
    Loss loss = Losses.of("multilabel_soft_margin", Map.of("class-weights", "1,10"));
    Loss same = Losses.of("multilabel_soft_margin", Map.of("class-weights", "3"));
    Tensor zeros = Tensor.ofDoubles(new double[4], 2, 2);
    LossBuffer out = Batches.elements(loss, Batches.logits(zeros, zeros));
    assertThat(out.reduce(Reduction.MEAN)).isCloseTo(5.5 * Math.log(2), within(1e-14));
    assertThat(Batches.elements(same, Batches.logits(zeros, zeros)).losses()[1])
        .isCloseTo(3 * Math.log(2), within(1e-15));
  }

  @ParameterizedTest
  @ValueSource(strings = {"multi_margin", "multilabel_margin", "multilabel_soft_margin"})
  void rows_ofOneDimension_areOneSampleOfShapeScalar(String name) {
    Tensor x = Tensor.ofDoubles(new double[] {0.1, 0.2, 0.4, 0.8}, 4);
    Tensor labels = name.equals("multi_margin") ? index(0) : list(0, -1, -1, -1);
    LossBuffer out = Batches.samples(loss(name), Batches.logits(x, labels));
    assertThat(out.shape().rank()).isZero();
    assertThat(out.size()).isEqualTo(1);
    assertThat(out.elementsPerSample()).isEqualTo(1);
    assertThat(out.reduce(Reduction.BATCHMEAN)).isEqualTo(out.losses()[0]).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"multi_margin", "multilabel_margin", "multilabel_soft_margin"})
  void rows_noneOfThem_areNoSamples(String name) {
    Tensor x = Tensor.ofFloats(new float[0], 0, 4);
    Tensor labels = name.equals("multi_margin") ? list() : Tensor.ofLongs(new long[0], 0, 4);
    LossBuffer out = Batches.samples(loss(name), Batches.logits(x, labels));
    assertThat(out.size()).isZero();
    assertThat(out.reduce(Reduction.MEAN)).isNaN();
  }

  @ParameterizedTest
  @CsvSource({"'4', 1", "'3,4', 3", "'0,4', 0", "'', 1"})
  void sampleCount_ofRows_isTheirNumber(String extents, long samples) {
    long[] shape =
        extents.isEmpty()
            ? new long[0]
            : Arrays.stream(extents.split(",")).mapToLong(Long::parseLong).toArray();
    int size = (int) Arrays.stream(shape).reduce(1, Math::multiplyExact);
    Tensor values = Tensor.ofFloats(new float[size], shape);
    assertThat(SETS.sampleCount(new Predictions(OutputKind.LOGITS, Layout.CLASS_SECOND, values)))
        .isEqualTo(samples);
  }

  @Test
  void rows_recordWeights_multiplyAndDivide() {
    Tensor x = Tensor.ofDoubles(new double[] {0, 1, 0, 3}, 2, 2);
    Tensor weights = Tensor.ofDoubles(new double[] {3, 1}, 2);
    Batch batch = Batches.of(OutputKind.LOGITS, Layout.CLASS_SECOND, x, list(0, 0), weights);
    LossBuffer out = Batches.samples(MULTI_MARGIN, batch);
    assertThat(Arrays.copyOf(out.losses(), 2)).containsExactly(3, 2);
    assertThat(out.reduce(Reduction.MEAN)).isEqualTo(1.25);
  }

  @ParameterizedTest
  @ValueSource(ints = {1023, 1024, 1025, 2048, 5000})
  void rows_longerThanABlock_areTheObviousLoops(int classes) {
    Random random = new Random(classes);
    double[] x = Tensors.gaussians(random, classes, 2);
    long[] listed = random.longs(classes, 0, classes).toArray();
    Arrays.fill(listed, 7, classes, -1);
    double ofIndex = 0;
    double ofList = 0;
    for (int c = 0; c < classes; c++) {
      int other = c;
      ofIndex += c == listed[0] ? 0 : Math.max(0, 1 - x[(int) listed[0]] + x[c]);
      if (Arrays.stream(listed).noneMatch(t -> t == other)) {
        for (int i = 0; i < 7; i++) {
          ofList += Math.max(0, 1 - x[(int) listed[i]] + x[c]);
        }
      }
    }
    assertRow(MULTI_MARGIN, index(listed[0]), x, ofIndex / classes);
    assertRow(LISTS, list(listed), x, ofList / classes);
  }

  private static void assertRow(Loss loss, Tensor labels, double[] scores, double expected) {
    Bounds.assertClose(row(loss, labels, scores), expected, Datatype.FP64, loss.name());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1024, 1025, 5000})
  void multilabelSoftMargin_anyWidth_isTheMeanOfBceWithLogits(int labelCount) {
    Random random = new Random(labelCount);
    Tensor x = Tensor.ofDoubles(Tensors.gaussians(random, 3 * labelCount, 4), 3, labelCount);
    Tensor y = Tensor.ofDoubles(random.doubles(3L * labelCount).toArray(), 3, labelCount);
    LossBuffer rows = Batches.elements(SETS, Batches.logits(x, y));
    LossBuffer means = Batches.samples(loss("bce_with_logits"), Batches.logits(x, y));
    for (int r = 0; r < 3; r++) {
      Bounds.assertClose(rows.losses()[r], means.losses()[r], Datatype.FP64, "row " + r);
    }
  }

  @Test
  void multilabelSoftMargin_weightsOfALongRow_areThoseOfItsLabels() {
    int labelCount = 1500;
    String weights =
        IntStream.range(0, labelCount).mapToObj(Integer::toString).collect(Collectors.joining(","));
    Loss loss = Losses.of("multilabel_soft_margin", Map.of("class-weights", weights));
    double mean = (labelCount - 1) / 2.0 * Math.log(2);
    double[] zeros = new double[labelCount];
    assertThat(row(loss, Tensor.ofDoubles(zeros, labelCount), zeros))
        .isCloseTo(mean, within(1e-12 * mean));
  }

  @Test
  void rows_manyInOneBuffer_forgetTheRowBefore() {
    Random random = new Random(5);
    double[] x = Tensors.gaussians(random, 50 * 6, 1);
    long[] labels = random.longs(50 * 6, -1, 6).toArray();
    LossBuffer all =
        Batches.elements(
            LISTS, Batches.logits(Tensor.ofDoubles(x, 50, 6), Tensor.ofLongs(labels, 50, 6)));
    for (int r = 0; r < 50; r++) {
      double alone =
          row(LISTS, list(Arrays.copyOfRange(labels, 6 * r, 6 * r + 6)), Tensors.row(x, r, 6));
      assertThat(all.losses()[r]).isEqualTo(alone);
    }
  }
}
