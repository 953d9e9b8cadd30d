package io.losswatch.core.loss;

import static io.losswatch.core.loss.Tensors.doubles;
import static io.losswatch.core.loss.Tensors.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.Layout;
import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.tensor.Datatype;
import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Companions of class losses against the oracle. */
class ClassCompanionsTest {
  private static final long SEED = 20261203;
  private static final int K = 3;
  private static final int IGNORED = -100;
  private static final Metrics ALL = Metrics.of(Metrics.known(), K);
  private static final OutputKind[] KINDS = {
    OutputKind.LOGITS, OutputKind.LOG_PROBS, OutputKind.PROBS
  };

  /** Logits that are often equal. */
  private static double[] coarse(Random random, int count) {
    return IntStream.range(0, count).mapToDouble(i -> random.nextInt(5) - 2).toArray();
  }

  private static double[] ofKind(double[] logits, int classes, OutputKind kind) {
    double[] values = logits.clone();
    for (int r = 0; kind != OutputKind.LOGITS && r < logits.length / classes; r++) {
      double[] logProbs = Oracle.logSoftmax(row(logits, r, classes));
      for (int c = 0; c < classes; c++) {
        values[r * classes + c] = kind == OutputKind.PROBS ? Math.exp(logProbs[c]) : logProbs[c];
      }
    }
    return values;
  }

  private static double[] logProbs(double[] row, OutputKind kind) {
    return switch (kind) {
      case LOGITS -> Oracle.logSoftmax(row);
      case PROBS -> Arrays.stream(row).map(Math::log).toArray();
      default -> row;
    };
  }

  private static Tensor labels(Random random, int rows, int classes) {
    long[] labels = random.longs(rows, 0, classes).toArray();
    for (int r = 0; r < rows; r++) {
      labels[r] = random.nextInt(8) == 0 ? IGNORED : labels[r];
    }
    return Tensor.ofLongs(labels, rows);
  }

  private static Map<String, Double> counted(Loss loss, Metrics metrics, Batch batch) {
    LossBuffer buffer = new LossBuffer();
    buffer.request(metrics);
    loss.samples(batch, buffer);
    return values(buffer);
  }

  static Map<String, Double> values(LossBuffer buffer) {
    double[] sums = new double[buffer.requested().sumCount()];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = buffer.metricSum(i) + buffer.metricSumRest(i);
    }
    return buffer.requested().values(sums);
  }

  private static CompanionOracle indexOracle(
      OutputKind kind, Tensor values, Tensor labels, int classes) {
    CompanionOracle oracle = new CompanionOracle(K);
    double[] all = doubles(values);
    for (int r = 0; r < labels.shape().elementCount(); r++) {
      if (labels.longAt(r) != IGNORED) {
        double[] given = row(all, r, classes);
        double[] logProbs = logProbs(given, kind);
        int label = (int) labels.longAt(r);
        oracle.add(given, logProbs, label, -logProbs[label]);
      }
    }
    return oracle;
  }

  private static CompanionOracle softOracle(
      OutputKind kind, Tensor values, Tensor targets, int classes) {
    CompanionOracle oracle = new CompanionOracle(K);
    double[] all = doubles(values);
    double[] allTargets = doubles(targets);
    double[] ones = DoubleStream.generate(() -> 1).limit(classes).toArray();
    for (int r = 0; r < all.length / classes; r++) {
      double[] given = row(all, r, classes);
      double[] logProbs = logProbs(given, kind);
      double[] target = row(allTargets, r, classes);
      oracle.add(given, logProbs, target, Oracle.softCrossEntropy(logProbs, target, ones, 0));
    }
    return oracle;
  }

  /**
   * Shares of rows are exact. A float p is off by 4e-7 at most (that of logSum, of the exponential
   * and of its argument), a score by twice that, −ln p as Bounds says, and e to the mean of those
   * by as much relatively.
   */
  private static void assertSame(
      Map<String, Double> actual, CompanionOracle oracle, Datatype datatype, String place) {
    Map<String, Double> expected = oracle.values();
    assertThat(actual.keySet()).as(place).isEqualTo(expected.keySet());
    boolean exact = datatype == Datatype.FP64;
    expected.forEach((name, value) -> {
      double bound =
          switch (name) {
            case "perplexity" -> value * (1 + Math.log(value)) * (exact ? 2e-12 : 5e-7);
            case "brier" -> exact ? 1e-13 : 8e-7;
            case "ece" -> (exact ? 1e-13 : 8e-7) + 2 * oracle.shareNearAnEdge();
            default -> 0;
          };
      assertThat(actual.get(name)).as("%s %s", name, place).isCloseTo(value, within(bound));
    });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 8, 9, 10, 16, 17, 49, 100, 1023, 1025, 2100})
  void indexTargets_everyKind_matchOracle(int classes) {
    Random random = new Random(SEED + classes);
    for (OutputKind kind : KINDS) {
      for (Datatype datatype :
          new Datatype[] {Datatype.FP32, Datatype.FP64, Datatype.FP16, Datatype.BF16}) {
        for (int rows : new int[] {1, 7, 200}) {
          double[] logits = Tensors.gaussians(random, rows * classes, rows == 7 ? 30 : 2);
          Tensor values = Tensors.of(datatype, ofKind(logits, classes, kind), rows, classes);
          Tensor labels = labels(random, rows, classes);
          assertSame(
              counted(Losses.of("cross_entropy", Map.of()), ALL, Batches.of(kind, values, labels)),
              indexOracle(kind, values, labels, classes),
              datatype,
              "%s %s".formatted(kind, values));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 9, 17, 49, 1025, 2100})
  void probabilityTargets_everyKind_matchOracle(int classes) {
    Random random = new Random(SEED + classes);
    for (OutputKind kind : KINDS) {
      for (Datatype datatype : new Datatype[] {Datatype.FP32, Datatype.FP64}) {
        int rows = 60;
        double[] logits = Tensors.gaussians(random, rows * classes, 2);
        Tensor values = Tensors.of(datatype, ofKind(logits, classes, kind), rows, classes);
        double[] given = ofKind(coarse(random, rows * classes), classes, OutputKind.PROBS);
        Tensor targets = Tensors.of(datatype, given, rows, classes);
        assertSame(
            counted(Losses.of("cross_entropy", Map.of()), ALL, Batches.of(kind, values, targets)),
            softOracle(kind, values, targets, classes),
            datatype,
            "%s %s".formatted(kind, values));
      }
    }
  }

  /** Without ece: equal logits have their confidence on the very edge of a bin. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 8, 10, 33, 100, 1100})
  void equalPredictions_everyKind_rankByIndex(int classes) {
    Random random = new Random(SEED + classes);
    Metrics ranks = Metrics.of(List.of("accuracy", "top_k", "brier"), K);
    for (OutputKind kind : KINDS) {
      double[] values = ofKind(coarse(random, 300 * classes), classes, kind);
      Tensor tensor = Tensors.of(Datatype.FP32, values, 300, classes);
      Tensor labels = labels(random, 300, classes);
      CompanionOracle oracle = indexOracle(kind, tensor, labels, classes);
      Batch batch = Batches.of(kind, tensor, labels);
      Loss loss = Losses.of("cross_entropy", Map.of());
      Map<String, Double> actual = counted(loss, ranks, batch);
      assertThat(actual).containsEntry("accuracy", oracle.values().get("accuracy"));
      assertThat(actual).containsEntry("top_k", oracle.values().get("top_k"));
      // accuracy alone takes another way than beside top_k
      assertThat(counted(loss, Metrics.of(List.of("accuracy"), 1), batch))
          .containsEntry("accuracy", oracle.values().get("accuracy"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 10, 49, 100, 1031})
  void specialValues_everyKind_leaveOutWhatIsNoNumber(int classes) {
    double[] specials = {
      Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0, -0.0, 1e4, -1e4, -3e38
    };
    Random random = new Random(SEED + classes);
    for (OutputKind kind : new OutputKind[] {OutputKind.LOGITS, OutputKind.LOG_PROBS}) {
      double[] values = ofKind(Tensors.gaussians(random, 100 * classes, 3), classes, kind);
      for (int i = 0; i < 150; i++) {
        double special = specials[random.nextInt(specials.length)];
        // log-probabilities above 0 have no probability
        values[random.nextInt(values.length)] =
            special > 0 && kind != OutputKind.LOGITS ? Double.NaN : special;
      }
      for (Datatype datatype : new Datatype[] {Datatype.FP32, Datatype.FP64}) {
        Tensor tensor = Tensors.of(datatype, values, 100, classes);
        Tensor labels = labels(random, 100, classes);
        CompanionOracle oracle = indexOracle(kind, tensor, labels, classes);
        assertThat(oracle.rows()).isBetween(1L, 99L);
        assertSame(
            counted(Losses.of("cross_entropy", Map.of()), ALL, Batches.of(kind, tensor, labels)),
            oracle,
            datatype,
            "%s %s".formatted(kind, tensor));
      }
    }
  }

  @Test
  void infiniteSurprise_countsInAllButPerplexity() {
    double inf = Double.NEGATIVE_INFINITY;
    Tensor logits = Tensors.of(Datatype.FP32, new double[] {0, inf, 0, 0, 3, 0}, 3, 2);
    Map<String, Double> values =
        counted(
            Losses.of("cross_entropy", Map.of()),
            ALL,
            Batches.logits(logits, Tensor.ofInts(new int[] {1, 0, 0}, 3)));
    double sure = 1 / (1 + Math.exp(-3));
    assertThat(values.get("accuracy")).isEqualTo(2.0 / 3);
    assertThat(values.get("top_k")).isEqualTo(1);
    assertThat(values.get("brier"))
        .isCloseTo((2 + 0.5 + 2 * (1 - sure) * (1 - sure)) / 3, within(1e-6));
    assertThat(values.get("perplexity")).isCloseTo(Math.sqrt(2 / sure), within(1e-6));
    assertThat(values.get("ece")).isCloseTo((Math.abs(-1 + (1 - sure)) + 0.5) / 3, within(1e-6));
  }

  @Test
  void noRowThatCounts_hasNoValues() {
    Loss loss = Losses.of("cross_entropy", Map.of());
    Tensor logits = Tensors.of(Datatype.FP32, new double[] {Double.NaN, 0, 1, 2}, 2, 2);
    Tensor labels = Tensor.ofInts(new int[] {0, IGNORED}, 2);
    assertThat(counted(loss, ALL, Batches.logits(logits, labels))).isEmpty();
    Tensor nothing = Tensor.ofFloats(new float[0], 0, 2);
    assertThat(counted(loss, ALL, Batches.logits(nothing, Tensor.ofInts(new int[0], 0)))).isEmpty();
  }

  @Test
  void weightsAndSmoothing_changeNoCompanion() {
    Random random = new Random(SEED);
    Tensor logits = Tensors.of(Datatype.FP64, Tensors.gaussians(random, 400, 2), 100, 4);
    Tensor soft =
        Tensors.of(
            Datatype.FP64, ofKind(Tensors.gaussians(random, 400, 2), 4, OutputKind.PROBS), 100, 4);
    Tensor weights = Tensor.ofDoubles(random.doubles(100, 0, 3).toArray(), 100);
    Loss plain = Losses.of("cross_entropy", Map.of());
    Loss weighted =
        Losses.of("cross_entropy", Map.of("class-weights", "1,0,2,5", "label-smoothing", "0.3"));
    for (Tensor labels : new Tensor[] {labels(random, 100, 4), soft}) {
      Map<String, Double> expected = counted(plain, ALL, Batches.logits(logits, labels));
      Map<String, Double> actual =
          counted(
              weighted,
              ALL,
              Batches.of(OutputKind.LOGITS, Layout.CLASS_LAST, logits, labels, weights));
      assertThat(actual.keySet()).isEqualTo(expected.keySet());
      expected.forEach((name, value) ->
          assertThat(actual.get(name)).as(name).isCloseTo(value, within(1e-12 * (1 + value))));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Datatype.class,
      names = {"FP32", "FP64", "BF16"})
  void classSecond_everyTarget_equalsClassLast(Datatype datatype) {
    Random random = new Random(SEED);
    int classes = 7;
    int inner = 5;
    double[] last = Tensors.gaussians(random, 4 * inner * classes, 2);
    double[] second = new double[last.length];
    for (int row = 0; row < 4 * inner; row++) {
      for (int c = 0; c < classes; c++) {
        second[(row / inner * classes + c) * inner + row % inner] = last[row * classes + c];
      }
    }
    Tensor labels = labels(random, 4 * inner, classes);
    Loss loss = Losses.of("cross_entropy", Map.of());
    Tensor flat = Tensors.of(datatype, last, 4L * inner, classes);
    Tensor seen = Tensors.of(datatype, second, 4, classes, inner);
    Shape samples = Shape.of(4, inner);
    assertThat(
            counted(
                loss,
                ALL,
                Batches.of(
                    OutputKind.LOGITS,
                    Layout.CLASS_SECOND,
                    seen,
                    labels.reshape(samples.toArray()),
                    null)))
        .isEqualTo(counted(loss, ALL, Batches.logits(flat, labels)));
  }

  @Test
  void confidentRow_score_keepsItsDigits() {
    Tensor logits = Tensors.of(Datatype.FP64, new double[] {30, 0, 0}, 1, 3);
    Map<String, Double> values =
        counted(
            Losses.of("cross_entropy", Map.of()),
            ALL,
            Batches.logits(logits, Tensor.ofInts(new int[] {0}, 1)));
    double rest = Math.exp(-30);
    double score = (2 * rest * rest + 4 * rest * rest) / ((1 + 2 * rest) * (1 + 2 * rest));
    assertThat(values.get("brier")).isCloseTo(score, within(1e-12 * score));
  }

  @Test
  void request_ofNothing_leavesTheLossesAsTheyAre() {
    Random random = new Random(SEED);
    Batch batch =
        Batches.logits(
            Tensors.of(Datatype.FP32, Tensors.gaussians(random, 5000, 2), 500, 10),
            labels(random, 500, 10));
    LossBuffer asked = new LossBuffer();
    asked.request(ALL);
    Losses.of("cross_entropy", Map.of()).samples(batch, asked);
    LossBuffer plain = Batches.samples(Losses.of("cross_entropy", Map.of()), batch);
    assertThat(Arrays.copyOf(asked.losses(), 500)).isEqualTo(Arrays.copyOf(plain.losses(), 500));
    assertThat(plain.requested()).isEqualTo(Metrics.NONE);
    asked.request(Metrics.NONE);
    Losses.of("cross_entropy", Map.of()).samples(batch, asked);
    assertThat(values(asked)).isEmpty();
  }

  @Test
  void nll_hasTheSameCompanionsAsCrossEntropyOfLogProbabilities() {
    Random random = new Random(SEED);
    double[] values = ofKind(Tensors.gaussians(random, 300, 2), 6, OutputKind.LOG_PROBS);
    Tensor logProbs = Tensors.of(Datatype.FP32, values, 50, 6);
    Batch batch = Batches.of(OutputKind.LOG_PROBS, logProbs, labels(random, 50, 6));
    assertThat(counted(Losses.of("nll", Map.of()), ALL, batch))
        .isEqualTo(counted(Losses.of("cross_entropy", Map.of()), ALL, batch))
        .hasSize(5);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 17, 100, 1100})
  void multiMargin_equalAndMissingNumbers_hasTheRanksOfScores(int classes) {
    Random random = new Random(SEED + classes);
    double[] scores = coarse(random, 100 * classes);
    for (int i = 0; i < 30; i++) {
      double special = i % 2 == 0 ? Double.NaN : Double.NEGATIVE_INFINITY;
      scores[random.nextInt(scores.length)] = special;
    }
    Tensor values = Tensors.of(Datatype.FP32, scores, 100, classes);
    Tensor labels = Tensor.ofLongs(random.longs(100, 0, classes).toArray(), 100);
    Loss loss = Losses.of("multi_margin", Map.of());
    Batch batch = Batches.logits(values, labels);
    double[] losses = Batches.samples(loss, batch).losses();
    CompanionOracle oracle = new CompanionOracle(K);
    for (int r = 0; r < 100; r++) {
      double[] row = row(scores, r, classes);
      oracle.add(row, new double[classes], (int) labels.longAt(r), losses[r]);
    }
    assertThat(oracle.rows()).isBetween(1L, 99L);
    assertThat(counted(loss, Metrics.of(List.of("accuracy", "top_k"), K), batch))
        .isEqualTo(
            Map.of(
                "accuracy", oracle.values().get("accuracy"),
                "top_k", oracle.values().get("top_k")));
  }
}
