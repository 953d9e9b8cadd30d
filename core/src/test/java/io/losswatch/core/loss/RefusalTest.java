package io.losswatch.core.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.Layout;
import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.tensor.Datatype;
import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every batch that is refused, with its reason and a message that says rule, values and place. */
class RefusalTest {
  private static Tensor floats(long... extents) {
    return Tensor.ofFloats(new float[Shape.of(extents).elementCount()], extents);
  }

  private static Tensor longs(long... extents) {
    return Tensor.ofLongs(new long[Shape.of(extents).elementCount()], extents);
  }

  static void assertRefused(Loss loss, Batch batch, Reason reason, String message) {
    for (boolean samples : new boolean[] {false, true}) {
      RefusedException refusal =
          catchThrowableOfType(
              RefusedException.class,
              () -> {
                LossBuffer unused =
                    samples ? Batches.samples(loss, batch) : Batches.elements(loss, batch);
              });
      assertThat(refusal).as("samples: %s", samples).isNotNull();
      assertThat(refusal.reason()).isEqualTo(reason);
      assertThat(refusal).hasMessageContaining(message);
    }
  }

  private static Loss loss(String name) {
    return Losses.of(name, Map.of());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mse",
        "cross_entropy",
        "bce_with_logits",
        "gaussian_nll",
        "multi_margin",
        "focal"
      })
  void anyLoss_withoutLabels_missingLabel(String name) {
    assertRefused(
        loss(name), Batches.logits(floats(4, 2), null), Reason.MISSING_LABEL, "predictions [4, 2]");
  }

  @ParameterizedTest
  @CsvSource({
    "mse, PROBS",
    "mse, LOG_PROBS",
    "cross_entropy, VALUES",
    "nll, LOGITS",
    "nll, PROBS",
    "bce, LOGITS",
    "bce_with_logits, PROBS",
    "focal, VALUES",
    "kl_div, LOGITS",
    "kl_div, VALUES",
    "kl_div, PROBS",
    "l1, PROBS",
    "smooth_l1, LOG_PROBS",
    "huber, PROBS",
    "poisson_nll, LOG_PROBS",
    "gaussian_nll, PROBS",
    "soft_margin, PROBS",
    "hinge_embedding, LOG_PROBS",
    "multi_margin, PROBS",
    "multilabel_margin, LOG_PROBS",
    "multilabel_soft_margin, PROBS"
  })
  void anyLoss_otherKind_wrongKind(String name, OutputKind kind) {
    assertRefused(
        loss(name),
        Batches.of(kind, floats(4, 2), floats(4, 2)),
        Reason.WRONG_KIND,
        "but kind is " + kind);
  }

  @Test
  void mse_otherSampleCount_badShape() {
    assertRefused(
        loss("mse"),
        Batches.logits(floats(32), floats(31)),
        Reason.BAD_SHAPE,
        "labels has 31 samples but predictions has 32");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mse",
        "bce_with_logits",
        "l1",
        "smooth_l1",
        "huber",
        "poisson_nll",
        "soft_margin",
        "hinge_embedding",
        "focal"
      })
  void elementwise_columnAgainstVector_badShape(String name) {
    assertRefused(
        loss(name),
        Batches.logits(floats(4, 1), floats(4)),
        Reason.BAD_SHAPE,
        "labels has shape [4] but predictions has [4, 1]");
  }

  @Test
  void crossEntropy_scalarPredictions_badShape() {
    assertRefused(
        loss("cross_entropy"), Batches.logits(floats(), longs()), Reason.BAD_SHAPE, "shape []");
  }

  @Test
  void crossEntropy_otherRowCount_badShape() {
    assertRefused(
        loss("cross_entropy"),
        Batches.logits(floats(32, 10), longs(31)),
        Reason.BAD_SHAPE,
        "labels has 31 samples but predictions has 32");
  }

  @Test
  void crossEntropy_floatLabelsOfIndexShape_badShape() {
    assertRefused(
        loss("cross_entropy"),
        Batches.logits(floats(4, 3), floats(4)),
        Reason.BAD_SHAPE,
        "labels has shape [4] but predictions has [4, 3]; FP32 labels are probabilities");
  }

  @Test
  void crossEntropy_integerLabelsOfPredictionShape_badShape() {
    assertRefused(
        loss("cross_entropy"),
        Batches.logits(floats(4, 3), longs(4, 3)),
        Reason.BAD_SHAPE,
        "INT64 labels are class indices of shape [4]");
  }

  @Test
  void crossEntropy_sequenceLogitsAsClassSecond_badShapeUnlessSquare() {
    Batch batch =
        Batches.of(OutputKind.LOGITS, Layout.CLASS_SECOND, floats(2, 5, 7), longs(2, 5), null);
    assertRefused(loss("cross_entropy"), batch, Reason.BAD_SHAPE, "of shape [2, 7]");
  }

  @Test
  void crossEntropy_noClasses_badShapeHoweverManyRowsAreClaimed() {
    Tensor rows = Tensor.of(Datatype.FP32, Shape.of(2_000_000_000, 0), new byte[0], 0, 0);
    assertRefused(
        loss("cross_entropy"), Batches.logits(rows, rows), Reason.BAD_SHAPE, "2000000000");
  }

  @ParameterizedTest
  @ValueSource(longs = {3, -1, -99, Long.MAX_VALUE, 1L << 32})
  void crossEntropy_labelOutOfRange_badLabelNamesRowAndValue(long label) {
    Batch batch =
        Batches.logits(floats(2, 2, 3), Tensor.ofLongs(new long[] {0, 2, 1, label}, 2, 2));
    assertRefused(
        loss("cross_entropy"),
        batch,
        Reason.BAD_LABEL,
        "a label is in [0, 3) or ignore-index -100, but labels[1, 1] is " + label);
  }

  @Test
  void nll_floatLabels_badDatatype() {
    assertRefused(
        loss("nll"),
        Batches.of(OutputKind.LOG_PROBS, floats(4, 3), floats(4, 3)),
        Reason.BAD_DATATYPE,
        "labels has FP32");
  }

  @Test
  void crossEntropy_ignoreIndexWithProbabilities_badParameter() {
    assertRefused(
        Losses.of("cross_entropy", Map.of("ignore-index", "0")),
        Batches.logits(floats(4, 3), floats(4, 3)),
        Reason.BAD_PARAMETER,
        "ignore-index");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1,2", "1,2,3,4", "1"})
  void crossEntropy_otherNumberOfClassWeights_badParameter(String weights) {
    assertRefused(
        Losses.of("cross_entropy", Map.of("class-weights", weights)),
        Batches.logits(floats(4, 3), longs(4)),
        Reason.BAD_PARAMETER,
        "class-weights has one number a class");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pos-weight", "class-weights"})
  void binary_otherNumberOfWeights_badParameter(String key) {
    assertRefused(
        Losses.of("bce_with_logits", Map.of(key, "1,2")),
        Batches.logits(floats(4, 3), floats(4, 3)),
        Reason.BAD_PARAMETER,
        key + " has one number a label or a single one, but has 2 and the label axis has 3");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1e-7, 1.0000002, Double.NaN, Double.POSITIVE_INFINITY})
  void bce_notAProbability_badValueNamesPlaceAndValue(double p) {
    Tensor values = Tensor.ofDoubles(new double[] {0, 0.5, 1, p}, 2, 2);
    assertRefused(
        loss("bce"),
        Batches.of(OutputKind.PROBS, values, floats(2, 2)),
        Reason.BAD_VALUE,
        "a probability is in [0, 1], but predictions[1, 1] is " + p);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1e-7, 1.0000002, Double.NaN})
  void crossEntropy_notAProbability_badValueInEitherLayout(double p) {
    Tensor values =
        Tensor.ofDoubles(new double[] {0, 0.5, 1, 0, 0.5, 1, 0, 0, 1, 1, p, 1}, 2, 2, 3);
    assertRefused(
        loss("cross_entropy"),
        Batches.of(OutputKind.PROBS, Layout.CLASS_SECOND, values, longs(2, 3), null),
        Reason.BAD_VALUE,
        "predictions[1, 1, 1] is " + p);
    assertRefused(
        loss("cross_entropy"),
        Batches.of(OutputKind.PROBS, values, longs(2, 2)),
        Reason.BAD_VALUE,
        "predictions[1, 1, 1] is " + p);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
  void weights_negativeOrNotFinite_badValue(double weight) {
    Tensor weights = Tensor.ofDoubles(new double[] {1, weight}, 2);
    assertRefused(
        loss("mse"),
        Batches.of(OutputKind.VALUES, Layout.CLASS_LAST, floats(2, 3), floats(2, 3), weights),
        Reason.BAD_VALUE,
        "weights[1] is " + weight);
  }

  @Test
  void weights_ofIgnoredRow_areStillChecked() {
    Tensor labels = Tensor.ofLongs(new long[] {-100}, 1);
    Tensor weights = Tensor.ofDoubles(new double[] {-1}, 1);
    assertRefused(
        loss("cross_entropy"),
        Batches.of(OutputKind.LOGITS, Layout.CLASS_LAST, floats(1, 3), labels, weights),
        Reason.BAD_VALUE,
        "weights[0] is -1.0");
  }

  @Test
  void weights_otherShape_badShape() {
    for (Tensor weights : new Tensor[] {floats(3), floats(2, 3), floats(), floats(2, 1)}) {
      assertRefused(
          loss("mse"),
          Batches.of(OutputKind.VALUES, Layout.CLASS_LAST, floats(2, 3), floats(2, 3), weights),
          Reason.BAD_SHAPE,
          "weights has shape " + weights.shape());
    }
  }
}
