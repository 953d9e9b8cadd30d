package io.losswatch.core.loss;

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

/** The edges of cross-entropy and negative log likelihood. */
class CrossEntropyTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;
  private static final Loss PLAIN = Losses.of("cross_entropy", Map.of());

  private static double one(Loss loss, int target, double... logits) {
    Tensor row = Tensor.ofDoubles(logits, 1, logits.length);
    Tensor label = Tensor.ofInts(new int[] {target}, 1);
    return Batches.elements(loss, Batches.logits(row, label)).losses()[0];
  }

  @Test
  void indexTargets_infinities_areAsPyTorchHasThem() {
    assertThat(one(PLAIN, 0, -INFINITY, 1, 2)).isEqualTo(INFINITY);
    assertThat(one(PLAIN, 1, -INFINITY, 1, 1)).isCloseTo(Math.log(2), within(1e-15));
    assertThat(one(PLAIN, 0, INFINITY, 1)).isNaN();
    assertThat(one(PLAIN, 1, INFINITY, 1)).isNaN();
    assertThat(one(PLAIN, 1, -INFINITY, -INFINITY)).isNaN();
    assertThat(one(PLAIN, 1, Double.NaN, 0)).isNaN();
  }

  @Test
  void indexTargets_weightZeroAtImpossibleClass_isNan() {
    Loss loss = Losses.of("cross_entropy", Map.of("class-weights", "0,1"));
    assertThat(one(loss, 0, -INFINITY, 1)).isNaN();
  }

  @Test
  void indexTargets_hugeLogits_areExact() {
    assertThat(one(PLAIN, 0, 3e38, 3e38)).isCloseTo(Math.log(2), within(1e-15));
    assertThat(one(PLAIN, 0, -3e38, 3e38)).isEqualTo(6e38);
    assertThat(one(PLAIN, 0, 1e4, -1e4)).isZero();
    assertThat(one(PLAIN, 1, 1e4, -1e4)).isEqualTo(2e4);
  }

  @Test
  void ignoreIndex_validClass_stillTakesPartInTheSoftmax() {
    Loss loss = Losses.of("cross_entropy", Map.of("ignore-index", "0"));
    Tensor logits = Tensor.ofDoubles(new double[] {1, 2, 3, 3, 2, 1}, 2, 3);
    LossBuffer out =
        Batches.elements(loss, Batches.logits(logits, Tensor.ofLongs(new long[] {0, 2}, 2)));
    double expected = -Oracle.logSoftmax(new double[] {3, 2, 1})[2];
    assertThat(out.isIgnored(0)).isTrue();
    assertThat(out.isIgnored(1)).isFalse();
    assertThat(out.losses()[0]).isZero();
    assertThat(out.reduce(Reduction.MEAN)).isCloseTo(expected, within(1e-15));
  }

  @Test
  void ignored_rowOfNan_doesNoHarm() {
    Tensor logits =
        Tensor.ofDoubles(new double[] {Double.NaN, INFINITY, 1, 1, 7, Double.NaN}, 3, 2);
    Tensor labels = Tensor.ofLongs(new long[] {-100, 0, -100}, 3);
    for (String smoothing : new String[] {"0", "0.3"}) {
      Loss loss = Losses.of("cross_entropy", Map.of("label-smoothing", smoothing));
      LossBuffer out = Batches.samples(loss, Batches.logits(logits, labels));
      assertThat(out.reduce(Reduction.MEAN)).isCloseTo(Math.log(2), within(1e-15));
      assertThat(out.weights()[0]).isZero();
    }
  }

  @Test
  void ignored_rowThatIsNoProbability_isNeverRead() {
    Tensor values = Tensor.ofDoubles(new double[] {7, -3, 0.25, 0.75}, 2, 2);
    Tensor labels = Tensor.ofLongs(new long[] {-100, 0}, 2);
    LossBuffer out = Batches.elements(PLAIN, Batches.of(OutputKind.PROBS, values, labels));
    assertThat(out.reduce(Reduction.SUM)).isCloseTo(Math.log(4), within(1e-15));
  }

  @Test
  void smoothing_mean_dividesByTheWeightsOfCountedTargets() {
    double[] weights = {1, 2, 4};
    Loss loss =
        Losses.of("cross_entropy", Map.of("class-weights", "1,2,4", "label-smoothing", "0.25"));
    double[] logits = {1, 2, 3, 0.5, 0, -1, 9, 9, 9};
    Tensor labels = Tensor.ofLongs(new long[] {2, 1, -100}, 3);
    LossBuffer out = Batches.elements(loss, Batches.logits(Tensor.ofDoubles(logits, 3, 3), labels));
    double first =
        Oracle.indexCrossEntropy(Oracle.logSoftmax(new double[] {1, 2, 3}), 2, weights, 0.25);
    double second =
        Oracle.indexCrossEntropy(Oracle.logSoftmax(new double[] {0.5, 0, -1}), 1, weights, 0.25);
    assertThat(out.reduce(Reduction.MEAN)).isCloseTo((first + second) / 6, within(1e-14));
    assertThat(out.losses()[2]).isZero();
  }

  @Test
  void probabilities_maskedLogitOfNoWeight_isNan() {
    Tensor logits = Tensor.ofDoubles(new double[] {-INFINITY, 1, 2}, 1, 3);
    Tensor labels = Tensor.ofDoubles(new double[] {0, 0, 1}, 1, 3);
    assertThat(Batches.elements(PLAIN, Batches.logits(logits, labels)).losses()[0]).isNaN();
  }

  @Test
  void probabilities_rowsThatDoNotSumToOne_runThroughTheFormula() {
    Tensor logits = Tensor.ofDoubles(new double[] {0, 0}, 1, 2);
    Tensor labels = Tensor.ofDoubles(new double[] {3, -1}, 1, 2);
    LossBuffer out = Batches.elements(PLAIN, Batches.logits(logits, labels));
    assertThat(out.losses()[0]).isCloseTo(2 * Math.log(2), within(1e-15));
    assertThat(out.weights()[0]).isEqualTo(1);
  }

  @Test
  void logProbs_aboveZero_runThroughTheFormula() {
    Tensor values = Tensor.ofDoubles(new double[] {1.5, -2}, 1, 2);
    Tensor label = Tensor.ofLongs(new long[] {0}, 1);
    for (String name : new String[] {"nll", "cross_entropy"}) {
      Loss loss = Losses.of(name, Map.of());
      LossBuffer out = Batches.elements(loss, Batches.of(OutputKind.LOG_PROBS, values, label));
      assertThat(out.losses()[0]).isEqualTo(-1.5);
    }
  }

  @Test
  void probs_zeroAtTheTarget_isInfinite() {
    Tensor values = Tensor.ofDoubles(new double[] {0, 1}, 1, 2);
    Tensor label = Tensor.ofLongs(new long[] {0}, 1);
    assertThat(Batches.elements(PLAIN, Batches.of(OutputKind.PROBS, values, label)).losses()[0])
        .isEqualTo(INFINITY);
  }

  @Test
  void vector_scalarLabel_isOneSample() {
    Tensor logits = Tensor.ofFloats(new float[] {1, 2, 3}, 3);
    LossBuffer out = Batches.samples(PLAIN, Batches.logits(logits, Tensor.ofLongs(new long[] {2})));
    assertThat(out.shape().rank()).isZero();
    assertThat(out.size()).isEqualTo(1);
    assertThat(out.losses()[0])
        .isCloseTo(-Oracle.logSoftmax(new double[] {1, 2, 3})[2], within(1e-7));
    Tensor soft = Tensor.ofDoubles(new double[] {0, 0, 1}, 3);
    assertThat(Batches.samples(PLAIN, Batches.logits(logits, soft)).losses()[0])
        .isCloseTo(out.losses()[0], within(1e-7));
  }

  @Test
  void sequence_asLongAsItsVocabulary_layoutDecides() {
    Random random = new Random(5);
    double[] values = Tensors.gaussians(random, 2 * 4 * 4, 2);
    long[] labels = random.longs(8, 0, 4).toArray();
    Tensor logits = Tensor.ofDoubles(values, 2, 4, 4);
    Tensor targets = Tensor.ofLongs(labels, 2, 4);
    LossBuffer last = Batches.samples(PLAIN, Batches.logits(logits, targets));
    LossBuffer second =
        Batches.samples(
            PLAIN, Batches.of(OutputKind.LOGITS, Layout.CLASS_SECOND, logits, targets, null));
    assertThat(last.shape().toArray()).containsExactly(2, 4);
    for (int r = 0; r < 8; r++) {
      double[] row = Tensors.row(values, r, 4);
      double[] column = new double[4];
      for (int c = 0; c < 4; c++) {
        column[c] = values[r / 4 * 16 + c * 4 + r % 4];
      }
      int label = (int) labels[r];
      assertThat(last.losses()[r]).isCloseTo(-Oracle.logSoftmax(row)[label], within(1e-13));
      assertThat(second.losses()[r]).isCloseTo(-Oracle.logSoftmax(column)[label], within(1e-13));
    }
  }

  @Test
  void labels_everyIntegerDatatype_areIndices() {
    Tensor logits = Tensor.ofDoubles(new double[] {1, 2}, 1, 2);
    double expected = -Oracle.logSoftmax(new double[] {1, 2})[1];
    for (Datatype datatype : Datatype.values()) {
      if (!datatype.isFloating()) {
        byte[] bytes = new byte[datatype.sizeBytes()];
        bytes[0] = 1;
        Tensor label = Tensor.of(datatype, logits.shape().without(1), bytes, 0, bytes.length);
        assertThat(Batches.elements(PLAIN, Batches.logits(logits, label)).losses()[0])
            .as("%s", datatype)
            .isCloseTo(expected, within(1e-15));
      }
    }
  }

  @Test
  void logits_integers_areNumbers() {
    Tensor label = Tensor.ofLongs(new long[] {1}, 1);
    double expected = -Oracle.logSoftmax(new double[] {1, 2})[1];
    Tensor longs = Tensor.ofLongs(new long[] {1, 2}, 1, 2);
    Tensor bytes = Tensor.of(Datatype.INT8, longs.shape(), new byte[] {1, 2}, 0, 2);
    assertThat(Batches.elements(PLAIN, Batches.logits(longs, label)).losses()[0])
        .isCloseTo(expected, within(1e-15));
    assertThat(Batches.elements(PLAIN, Batches.logits(bytes, label)).losses()[0])
        .isCloseTo(expected, within(1e-7));
  }

  @Test
  void recordWeights_ofRowsAndOfTokens_multiplyNumeratorAndDenominator() {
    Tensor logits = Tensor.ofDoubles(new double[12], 2, 2, 3);
    Tensor labels = Tensor.ofLongs(new long[] {0, 1, 2, -100}, 2, 2);
    Loss loss = Losses.of("cross_entropy", Map.of("class-weights", "1,2,3"));
    Tensor rows = Tensor.ofFloats(new float[] {2, 5}, 2);
    Tensor tokens = Tensor.ofFloats(new float[] {2, 2, 5, 5}, 2, 2);
    for (Tensor weights : new Tensor[] {rows, tokens}) {
      LossBuffer out =
          Batches.samples(
              loss, Batches.of(OutputKind.LOGITS, Layout.CLASS_LAST, logits, labels, weights));
      assertThat(Arrays.copyOf(out.weights(), 4)).containsExactly(2, 4, 15, 0);
      assertThat(out.losses()[1]).isCloseTo(4 * Math.log(3), within(1e-14));
      assertThat(out.reduce(Reduction.MEAN)).isCloseTo(Math.log(3), within(1e-15));
      assertThat(out.isWeighted()).isTrue();
    }
  }

  @Test
  void emptyBatch_anyTarget_hasNoLosses() {
    Tensor logits = Tensor.ofFloats(new float[0], 0, 5);
    for (Tensor labels : new Tensor[] {Tensor.ofLongs(new long[0], 0), logits}) {
      LossBuffer out = Batches.samples(PLAIN, Batches.logits(logits, labels));
      assertThat(out.size()).isZero();
      assertThat(out.reduce(Reduction.SUM)).isZero();
      assertThat(out.reduce(Reduction.MEAN)).isNaN();
    }
  }

  @Test
  void buffer_reusedForSmallerBatches_forgetsTheLast() {
    LossBuffer buffer = new LossBuffer();
    Tensor three = Tensor.ofDoubles(new double[] {5, 1, 2, 2, 0, 3}, 3, 2);
    Tensor labels = Tensor.ofLongs(new long[] {-100, 0, 1}, 3);
    PLAIN.samples(Batches.logits(three, labels), buffer);
    Tensor one = Tensor.ofDoubles(new double[] {0, 0}, 1, 2);
    PLAIN.samples(Batches.logits(one, Tensor.ofLongs(new long[] {1}, 1)), buffer);
    assertThat(buffer.size()).isEqualTo(1);
    assertThat(buffer.isIgnored(0)).isFalse();
    assertThat(buffer.reduce(Reduction.MEAN)).isCloseTo(Math.log(2), within(1e-15));
  }
}
