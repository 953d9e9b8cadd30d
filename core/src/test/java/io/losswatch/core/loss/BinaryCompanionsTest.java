package io.losswatch.core.loss;

import static io.losswatch.core.loss.ClassCompanionsTest.values;
import static io.losswatch.core.loss.Tensors.doubles;
import static io.losswatch.core.loss.Tensors.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.tensor.Datatype;
import io.losswatch.core.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Companions of losses over binary labels against the oracle. */
class BinaryCompanionsTest {
  private static final long SEED = 20261204;
  private static final Metrics BOTH = Metrics.of(List.of("accuracy", "brier"), 1);

  private static final List<String> ALSO_OF_LOGITS = List.of("focal", "multilabel_soft_margin");

  private static Map<String, Double> counted(Loss loss, Batch batch) {
    LossBuffer buffer = new LossBuffer();
    buffer.request(BOTH);
    loss.samples(batch, buffer);
    return values(buffer);
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static void check(OutputKind kind, Tensor values, Tensor labels, int rows, int width) {
    Loss loss = Losses.of(kind == OutputKind.PROBS ? "bce" : "bce_with_logits", Map.of());
    CompanionOracle oracle = new CompanionOracle(1);
    for (int r = 0; r < rows; r++) {
      double[] x = row(doubles(values), r, width);
      double[] y = row(doubles(labels), r, width);
      double[] p = kind == OutputKind.PROBS ? x : Arrays.stream(x).map(v -> sigmoid(v)).toArray();
      double sum = 0;
      for (int i = 0; i < width; i++) {
        sum += kind == OutputKind.PROBS ? 0 : Oracle.bceWithLogits(x[i], y[i], 1, 1);
      }
      oracle.addBinary(p, y, sum);
    }
    assertSame(counted(loss, Batches.of(kind, values, labels)), oracle, values, width);
    for (String name : kind == OutputKind.LOGITS ? ALSO_OF_LOGITS : List.<String>of()) {
      Loss other = Losses.of(name, Map.of());
      assertSame(counted(other, Batches.of(kind, values, labels)), oracle, values, width);
    }
  }

  private static void assertSame(
      Map<String, Double> actual, CompanionOracle oracle, Tensor values, int width) {
    String place = values.toString();
    if (oracle.rows() == 0) {
      assertThat(actual).as(place).isEmpty();
      return;
    }
    assertThat(actual).as(place).hasSize(2);
    assertThat(actual.get("accuracy")).as(place).isEqualTo(oracle.values().get("accuracy"));
    // each p is off by 4e-7 at most, and so is p − y, which is at most 1
    double bound = values.datatype() == Datatype.FP64 ? 1e-14 * width : 8e-7 * width;
    assertThat(actual.get("brier"))
        .as(place)
        .isCloseTo(oracle.values().get("brier"), within(bound));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 80, 1023, 1024, 1025, 2500})
  void rows_ofAnyWidth_matchOracle(int width) {
    Random random = new Random(SEED + width);
    for (Datatype datatype : new Datatype[] {Datatype.FP32, Datatype.FP64, Datatype.BF16}) {
      for (int rows : new int[] {1, 5, 2100 / width + 1}) {
        // wide rows are hardly ever all right unless their logits are good
        double[] y = random.doubles(rows * width).map(Math::rint).toArray();
        double[] x = Tensors.gaussians(random, rows * width, 1);
        for (int i = 0; i < x.length; i++) {
          boolean good = i / width % 2 == 0 || width == 1;
          x[i] = good ? (y[i] - 0.5) * (6 + x[i]) : x[i];
        }
        x[0] = 0;
        double[] p = Arrays.stream(x).map(v -> sigmoid(v)).toArray();
        Tensor labels = Tensors.of(Datatype.FP32, y, rows, width);
        check(OutputKind.LOGITS, Tensors.of(datatype, x, rows, width), labels, rows, width);
        check(OutputKind.PROBS, Tensors.of(datatype, p, rows, width), labels, rows, width);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 20, 1500})
  void rows_withSpecialValues_countUnlessTheirLossIsNaN(int width) {
    double[] specials = {
      Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e30, -1e30, -0.0
    };
    Random random = new Random(SEED);
    int rows = 64;
    double[] x = Tensors.gaussians(random, rows * width, 3);
    for (int r = 0; r < rows; r += 2) {
      x[r * width + random.nextInt(width)] = specials[random.nextInt(specials.length)];
    }
    double[] y = random.doubles(rows * width).map(Math::rint).toArray();
    Tensor labels = Tensors.of(Datatype.FP64, y, rows, width);
    for (Datatype datatype : new Datatype[] {Datatype.FP32, Datatype.FP64}) {
      check(OutputKind.LOGITS, Tensors.of(datatype, x, rows, width), labels, rows, width);
    }
  }

  @Test
  void vector_ofRankOne_hasARowANumber() {
    Tensor logits = Tensor.ofFloats(new float[] {1, -1, 2, 0}, 4);
    Tensor labels = Tensor.ofInts(new int[] {1, 1, 0, 1}, 4);
    Map<String, Double> values =
        counted(Losses.of("bce_with_logits", Map.of()), Batches.logits(logits, labels));
    assertThat(values.get("accuracy")).isEqualTo(0.5);
  }

  @Test
  void elements_areNotCounted() {
    LossBuffer buffer = new LossBuffer();
    buffer.request(BOTH);
    Tensor logits = Tensor.ofFloats(new float[6], 2, 3);
    Batch batch = Batches.logits(logits, Tensor.ofInts(new int[6], 2, 3));
    Losses.of("bce_with_logits", Map.of()).samples(batch, buffer);
    assertThat(values(buffer)).hasSize(2);
    Losses.of("bce_with_logits", Map.of()).elements(batch, buffer);
    assertThat(values(buffer)).isEmpty();
  }

  @Test
  void metric_thatTheLossDoesNotHave_countsNothing() {
    LossBuffer buffer = new LossBuffer();
    buffer.request(Metrics.of(List.of("accuracy", "ece"), 1));
    Tensor numbers = Tensor.ofFloats(new float[6], 2, 3);
    Batch batch = Batches.logits(numbers, Tensor.ofInts(new int[6], 2, 3));
    for (String name : List.of("bce_with_logits", "mse")) {
      Losses.of(name, Map.of()).samples(batch, buffer);
      assertThat(values(buffer)).as(name).isEmpty();
    }
  }

  @Test
  void elementwise_thatAUserWrote_hasThemForTheNaming() {
    Loss brierLike =
        new ElementwiseLoss("linear") {
          @Override
          protected double loss(double prediction, double label) {
            return Math.abs(prediction - label);
          }

          @Override
          protected Set<OutputKind> kinds() {
            return Set.of(OutputKind.PROBS);
          }

          @Override
          public Set<String> metrics() {
            return Set.of("accuracy", "brier");
          }
        };
    Tensor p = Tensor.ofDoubles(new double[] {0.25, 0.75, 0.5, 0.5}, 2, 2);
    Tensor y = Tensor.ofDoubles(new double[] {0, 1, 1, 0}, 2, 2);
    assertThat(counted(brierLike, Batches.of(OutputKind.PROBS, p, y)))
        .isEqualTo(Map.of("accuracy", 0.5, "brier", (0.125 + 0.5) / 2));
  }

  @Test
  void elementwise_thatNamesMetricsOfClasses_hasNoneOfThem() {
    Loss greedy =
        new ElementwiseLoss("greedy") {
          @Override
          protected double loss(double prediction, double label) {
            return Math.abs(prediction - label);
          }

          @Override
          public Set<String> metrics() {
            return Set.copyOf(Metrics.known());
          }
        };
    Tensor numbers = Tensor.ofFloats(new float[4], 2, 2);
    for (String name : List.of("ece", "perplexity", "top_k")) {
      LossBuffer buffer = new LossBuffer();
      buffer.request(Metrics.of(List.of("accuracy", name), 1));
      greedy.samples(Batches.logits(numbers, numbers), buffer);
      assertThat(values(buffer)).as(name).isEmpty();
    }
  }
}
