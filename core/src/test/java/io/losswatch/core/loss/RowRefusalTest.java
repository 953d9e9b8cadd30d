package io.losswatch.core.loss;

import static io.losswatch.core.loss.RefusalTest.assertRefused;

import io.losswatch.core.batch.Reason;
import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Batches that losses of rows and of pairs refuse. */
class RowRefusalTest {
  private static final String ROWS = "reads predictions of shape [C] or [N, C], but predictions";

  private static Tensor floats(long... extents) {
    return Tensor.ofFloats(new float[Shape.of(extents).elementCount()], extents);
  }

  private static Tensor longs(long... extents) {
    return Tensor.ofLongs(new long[Shape.of(extents).elementCount()], extents);
  }

  private static Loss loss(String name) {
    return Losses.of(name, Map.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"multi_margin", "multilabel_margin", "multilabel_soft_margin"})
  void rows_otherRank_badShape(String name) {
    assertRefused(
        loss(name),
        Batches.logits(floats(2, 3, 4), longs(2, 3, 4)),
        Reason.BAD_SHAPE,
        name + " " + ROWS + " has shape [2, 3, 4]");
    assertRefused(
        loss(name), Batches.logits(floats(), longs()), Reason.BAD_SHAPE, ROWS + " has shape []");
  }

  @ParameterizedTest
  @ValueSource(strings = {"multi_margin", "multilabel_margin", "multilabel_soft_margin"})
  void rows_noClasses_badShape(String name) {
    Tensor labels = name.equals("multi_margin") ? longs(3) : longs(3, 0);
    assertRefused(
        loss(name), Batches.logits(floats(3, 0), labels), Reason.BAD_SHAPE, "has shape [3, 0]");
  }

  @Test
  void multiMargin_otherLabelShape_badShape() {
    assertRefused(
        loss("multi_margin"),
        Batches.logits(floats(4, 3), longs(5)),
        Reason.BAD_SHAPE,
        "labels has 5 samples but predictions has 4");
    assertRefused(
        loss("multi_margin"),
        Batches.logits(floats(4, 3), longs(4, 3)),
        Reason.BAD_SHAPE,
        "labels has shape [4, 3] but predictions has [4, 3]; labels of multi_margin have shape [4]");
    assertRefused(
        loss("multi_margin"),
        Batches.logits(floats(3), longs(1)),
        Reason.BAD_SHAPE,
        "labels of multi_margin have shape []");
  }

  @ParameterizedTest
  @ValueSource(strings = {"multilabel_margin", "multilabel_soft_margin"})
  void multilabel_labelsOfOtherShape_badShape(String name) {
    assertRefused(
        loss(name),
        Batches.logits(floats(4, 3), longs(4)),
        Reason.BAD_SHAPE,
        "labels of " + name + " have shape [4, 3]");
  }

  @Test
  void indices_asFloats_badDatatypeAlsoWithoutRows() {
    for (long rows : new long[] {0, 2}) {
      assertRefused(
          loss("multi_margin"),
          Batches.logits(floats(rows, 3), floats(rows)),
          Reason.BAD_DATATYPE,
          "multi_margin takes class indices as integer labels, but labels has FP32");
      assertRefused(
          loss("multilabel_margin"),
          Batches.logits(floats(rows, 3), floats(rows, 3)),
          Reason.BAD_DATATYPE,
          "multilabel_margin takes class indices as integer labels, but labels has FP32");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {3, -1, -100, Long.MIN_VALUE, 1L << 32})
  void multiMargin_labelOutOfRange_badLabelNamesRowAndValue(long label) {
    assertRefused(
        loss("multi_margin"),
        Batches.logits(floats(2, 3), Tensor.ofLongs(new long[] {2, label}, 2)),
        Reason.BAD_LABEL,
        "a label is in [0, 3), but labels[1] is " + label);
  }

  @ParameterizedTest
  @ValueSource(longs = {3, -2, -100, Long.MAX_VALUE, 1L << 32})
  void multilabelMargin_entryOutOfRangeBehindTheEnd_badLabelNamesPlaceAndValue(long label) {
    assertRefused(
        loss("multilabel_margin"),
        Batches.logits(floats(2, 3), Tensor.ofLongs(new long[] {0, -1, -1, 1, -1, label}, 2, 3)),
        Reason.BAD_LABEL,
        "a label is in [-1, 3), but labels[1, 2] is " + label);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1,2", "1,2,3,4", "1"})
  void multiMargin_otherNumberOfClassWeights_badParameter(String weights) {
    assertRefused(
        Losses.of("multi_margin", Map.of("class-weights", weights)),
        Batches.logits(floats(2, 3), longs(2)),
        Reason.BAD_PARAMETER,
        "class-weights has one number a class");
  }

  @Test
  void multilabelSoftMargin_otherNumberOfClassWeights_badParameter() {
    assertRefused(
        Losses.of("multilabel_soft_margin", Map.of("class-weights", "1,2")),
        Batches.logits(floats(2, 3), longs(2, 3)),
        Reason.BAD_PARAMETER,
        "but has 2 and the label axis has 3");
  }

  @ParameterizedTest
  @CsvSource({"-1e-30", "-1", "-Infinity"})
  void gaussian_negativeVariance_badValueNamesPlaceAndValue(double variance) {
    Tensor pairs = Tensor.ofDoubles(new double[] {0, 1, -5, 0, 0, variance, 0, 1}, 2, 2, 2);
    assertRefused(
        loss("gaussian_nll"),
        Batches.logits(pairs, floats(2, 2)),
        Reason.BAD_VALUE,
        "a variance is >= 0, but predictions[1, 0, 1] is " + variance);
  }

  @Test
  void gaussian_shapesThatAreNoPairs_badShape() {
    String rule = "gaussian_nll has one more axis in predictions, the last, of mean and variance";
    for (Tensor predictions :
        new Tensor[] {floats(4), floats(4, 3), floats(4, 2, 1), floats(4, 1)}) {
      assertRefused(
          loss("gaussian_nll"),
          Batches.logits(predictions, floats(4)),
          Reason.BAD_SHAPE,
          "labels has shape [4] but predictions has " + predictions.shape() + "; " + rule);
    }
    assertRefused(
        loss("gaussian_nll"), Batches.logits(floats(4, 2), floats(4, 2)), Reason.BAD_SHAPE, rule);
    assertRefused(
        loss("gaussian_nll"),
        Batches.logits(floats(5, 2), floats(4)),
        Reason.BAD_SHAPE,
        "labels has 4 samples but predictions has 5");
  }
}
