package io.losswatch.core.loss;

import static io.losswatch.core.loss.Tensors.doubles;
import static io.losswatch.core.loss.Tensors.row;

import io.losswatch.core.tensor.Datatype;
import io.losswatch.core.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cross-entropy where its kernels take other ways: class counts, long rows, masks, NaN bits. */
class CrossEntropyLawsTest {
  private static final long SEED = 20261122;

  private static Tensor labels(Random random, int rows, int classes) {
    return Tensor.ofLongs(random.longs(rows, 0, classes).toArray(), rows);
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static void checkIndexTargets(Tensor logits, Tensor labels, int rows, int classes) {
    LossBuffer out =
        Batches.samples(Losses.of("cross_entropy", Map.of()), Batches.logits(logits, labels));
    double[] values = doubles(logits);
    double[] weights = ones(classes);
    for (int r = 0; r < rows; r++) {
      double[] logProbs = Oracle.logSoftmax(row(values, r, classes));
      int label = (int) labels.longAt(r);
      double expected = Oracle.indexCrossEntropy(logProbs, label, weights, 0);
      Bounds.assertClose(
          out.losses()[r], expected, logits.datatype(), "row %d of %s".formatted(r, logits));
    }
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        1, 2, 3, 4, 5, 7, 8, 9, 10, 15, 16, 17, 31, 33, 47, 48, 49, 63, 64, 65, 97, 255, 1000, 1023,
        1024, 1025, 1031, 2048, 4098
      })
  void indexTargets_everyClassCount_matchOracle(int classes) {
    Random random = new Random(SEED + classes);
    for (Datatype datatype :
        new Datatype[] {Datatype.FP32, Datatype.FP64, Datatype.FP16, Datatype.BF16}) {
      for (int rows : new int[] {1, 7, 8, 9, 19}) {
        double scale = rows == 7 ? 1000 : 3;
        double[] values = Tensors.gaussians(random, rows * classes, scale);
        Tensor logits = Tensors.of(datatype, values, rows, classes);
        checkIndexTargets(logits, labels(random, rows, classes), rows, classes);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {50257, 151936, 262144})
  void indexTargets_vocabularies_matchOracle(int classes) {
    Random random = new Random(SEED + classes);
    double[] values = Tensors.gaussians(random, 2 * classes, 4);
    checkIndexTargets(
        Tensors.of(Datatype.FP32, values, 2, classes), labels(random, 2, classes), 2, classes);
  }

  /** Hundreds of equal small terms beside a 1: their roundings all go the same way. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 10, 47, 48, 49, 100, 1000, 1024, 5000, 262144})
  void indexTargets_oneConfidentClass_keepAbsoluteBound(int classes) {
    for (int step = 0; step <= 40; step++) {
      double[] values = new double[classes];
      Arrays.fill(values, 0.37f);
      values[classes / 3] = 0.37f + step * 0.5 + 0.0137;
      Tensor logits = Tensors.of(Datatype.FP32, values, 1, classes);
      checkIndexTargets(logits, Tensor.ofLongs(new long[] {classes / 3}, 1), 1, classes);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 9, 49, 100, 1031, 3000})
  void indexTargets_uniformRowsOfOneSpecialValue_matchOracle(int classes) {
    double[] specials = {
      Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 3e38, -3e38, 0
    };
    double[] values = new double[specials.length * classes];
    for (int r = 0; r < specials.length; r++) {
      Arrays.fill(values, r * classes, (r + 1) * classes, specials[r]);
    }
    Tensor logits = Tensors.of(Datatype.FP32, values, specials.length, classes);
    Tensor labels = labels(new Random(SEED), specials.length, classes);
    checkIndexTargets(logits, labels, specials.length, classes);
  }

  /** Payloads whose low bits would shift into the exponent of a careless kernel. */
  @ParameterizedTest
  @ValueSource(ints = {0x7fc00000, 0xffc00000, 0x7fffffff, 0x7f800001, 0xff8000ff, 0x7fc001ff})
  void indexTargets_everyNanPayload_givesNan(int bits) {
    for (int classes : new int[] {2, 10, 60, 1500}) {
      double[] values = Tensors.gaussians(new Random(SEED), classes, 3);
      Tensor logits = Tensors.of(Datatype.FP32, values, 1, classes);
      for (int k = 0; k < 4; k++) {
        int at = logits.offset() + (classes - 1) * 4 + k;
        logits.array()[at] = (byte) (bits >>> 8 * k);
      }
      checkIndexTargets(logits, Tensor.ofLongs(new long[] {0}, 1), 1, classes);
    }
  }

  @Test
  void indexTargets_maskedBlocksOfVocabulary_matchOracle() {
    int classes = 5000;
    double[] values = Tensors.gaussians(new Random(SEED), 3 * classes, 3);
    Arrays.fill(values, 0, 2500, Double.NEGATIVE_INFINITY);
    Arrays.fill(values, classes + 1024, 2 * classes, Double.NEGATIVE_INFINITY);
    Arrays.fill(values, 2 * classes, 2 * classes + 2048, Double.NEGATIVE_INFINITY);
    values[2 * classes + 77] = Double.NaN;
    Tensor logits = Tensors.of(Datatype.FP32, values, 3, classes);
    checkIndexTargets(logits, Tensor.ofLongs(new long[] {4000, 0, 4500}, 3), 3, classes);
  }
}
