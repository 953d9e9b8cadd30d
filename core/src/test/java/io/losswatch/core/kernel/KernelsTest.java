package io.losswatch.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.losswatch.core.tensor.Datatype;
import io.losswatch.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scalar and vector kernels over awkward sizes and special values. */
class KernelsTest {
  private static final float[] SPECIALS = {
    0,
    -0f,
    1000,
    -1000,
    1e4f,
    -1e4f,
    3e38f,
    -3e38f,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY
  };

  private static boolean vectorsAreThere() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
        && VectorKernel.hasUsableLanes();
  }

  private static Tensor floats(Random random, int count, boolean special) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] =
          special && random.nextInt(20) == 0
              ? SPECIALS[random.nextInt(SPECIALS.length)]
              : (float) random.nextGaussian() * 5;
    }
    return Tensor.ofFloats(values, count);
  }

  private static void assertAgree(double[] vector, double[] scalar, String place) {
    for (int i = 0; i < scalar.length; i++) {
      if (Double.isNaN(scalar[i]) || Double.isInfinite(scalar[i])) {
        assertThat(Double.valueOf(vector[i]))
            .as("%s[%d]", place, i)
            .isEqualTo(Double.valueOf(scalar[i]));
      } else {
        double bound = Math.max(1e-7, 5e-7 * Math.abs(scalar[i]));
        assertThat(Math.abs(vector[i] - scalar[i]))
            .as("%s[%d]: %s and %s", place, i, vector[i], scalar[i])
            .isLessThanOrEqualTo(bound);
      }
    }
  }

  @Test
  void description_withAndWithoutTheModule_saysWhatRuns() {
    assertThat(Kernels.description()).startsWith(vectorsAreThere() ? "vector" : "scalar");
    assertThat(Kernels.create()).isNotSameAs(Kernels.create());
  }

  @Test
  void choice_withoutTheModule_logsTheMissingFlagOnce() {
    List<String> lines = new ArrayList<>();
    Kernel kernel = Kernels.choose(false, lines::add).get();
    assertThat(kernel.description()).isEqualTo("scalar");
    assertThat(lines).hasSize(1);
    assertThat(lines.get(0)).contains("--add-modules jdk.incubator.vector");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 97, 1023, 1024, 1025, 4098})
  void elementwise_everyCount_vectorAgreesWithScalar(int count) {
    assumeTrue(vectorsAreThere());
    Random random = new Random(count);
    ScalarKernel scalar = new ScalarKernel();
    Kernel vector = Kernels.create();
    for (int round = 0; round < 4; round++) {
      Tensor x = floats(random, count + 5, round % 2 == 1);
      Tensor y = floats(random, count + 5, round == 3);
      double[] expected = new double[count + 3];
      double[] actual = new double[count + 3];
      scalar.binaryCrossEntropy(x, y, 5, count, expected, 3);
      vector.binaryCrossEntropy(x, y, 5, count, actual, 3);
      assertAgree(actual, expected, "bce round " + round);
      scalar.softplusTail(x, 3, count, expected, 1);
      vector.softplusTail(x, 3, count, actual, 1);
      assertAgree(actual, expected, "tail round " + round);
      scalar.squaredError(x, y, 1, count, expected, 2);
      vector.squaredError(x, y, 1, count, actual, 2);
      assertAgree(actual, expected, "squares round " + round);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 8, 9, 10, 47, 48, 49, 63, 64, 65, 127, 1024, 1040, 4098})
  void logSumExp_everyClassCount_vectorAgreesWithScalar(int classes) {
    assumeTrue(vectorsAreThere());
    Random random = new Random(classes);
    for (int rows : new int[] {1, 7, 8, 9, 17}) {
      Tensor logits = floats(random, (rows + 2) * classes, rows == 17);
      double[][] expected = new double[2][rows + 2];
      double[][] actual = new double[2][rows + 2];
      new ScalarKernel().logSumExp(logits, 1, rows, classes, expected[0], expected[1]);
      Kernels.create().logSumExp(logits, 1, rows, classes, actual[0], actual[1]);
      assertAgree(actual[1], expected[1], rows + " rows of " + classes);
      for (int r = 0; r < rows + 2; r++) {
        if (!Double.isNaN(expected[1][r])) {
          assertThat(actual[0][r]).isEqualTo(expected[0][r]);
        }
      }
    }
  }

  /** Targets below 0 cancel, which sums in float must not meet: then both are the scalar sum. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 15, 16, 17, 24, 31, 97, 1000, 4098, 151_936})
  void expectedSurprisal_everyCount_vectorAgreesWithScalar(int count) {
    assumeTrue(vectorsAreThere());
    Random random = new Random(count);
    for (int round = 0; round < 6; round++) {
      Tensor logits = floats(random, count + 3, round == 4);
      Tensor targets = shares(random, count + 3, round == 5 ? -1 : 0);
      double max = largest(logits);
      double logSum = random.nextDouble() * 8;
      double expected =
          new ScalarKernel().expectedSurprisal(logits, targets, 3, count, max, logSum, 0.9, 0.1);
      double actual =
          Kernels.create().expectedSurprisal(logits, targets, 3, count, max, logSum, 0.9, 0.1);
      assertAgree(new double[] {actual}, new double[] {expected}, "round " + round);
    }
  }

  private static double largest(Tensor values) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < values.shape().elementCount(); i++) {
      double value = values.doubleAt(i);
      largest = value > largest ? value : largest;
    }
    return largest;
  }

  private static Tensor shares(Random random, int count, float least) {
    float[] shares = new float[count];
    for (int i = 0; i < count; i++) {
      shares[i] = random.nextInt(3) == 0 ? 0 : least + (1 - least) * random.nextFloat();
    }
    return Tensor.ofFloats(shares, count);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 8, 9, 16, 17, 63, 100, 1024, 1025, 3000})
  void rank_everyPlace_isTheOneOfAStableOrder(int count) {
    Random random = new Random(count);
    for (int round = 0; round < 20; round++) {
      float[] values = new float[count + 3];
      for (int i = 0; i < values.length; i++) {
        boolean special = random.nextInt(10) == 0;
        values[i] = special ? SPECIALS[random.nextInt(SPECIALS.length)] : random.nextInt(20);
      }
      int at = random.nextInt(count);
      int expected = 0;
      for (int i = 0; i < count; i++) {
        float other = values[3 + i];
        float value = values[3 + at];
        expected += other > value || i < at && other == value ? 1 : 0;
      }
      Tensor tensor = Tensor.ofFloats(values, values.length);
      assertThat(Kernels.create().rank(tensor, 3, count, at)).isEqualTo(expected);
      assertThat(new ScalarKernel().rank(tensor, 3, count, at)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 17, 1000, 1023, 1024, 1025, 2500})
  void exp_everyCount_isAsPreciseAsTheDatatype(int count) {
    Random random = new Random(count);
    double[] values = new double[count + 1];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextInt(10) == 0 ? 0 : -Math.abs(random.nextGaussian() * 30);
    }
    values[random.nextInt(count)] = Double.NEGATIVE_INFINITY;
    values[random.nextInt(count)] = Double.NaN;
    values[count] = 7;
    double[] floats = values.clone();
    double[] doubles = values.clone();
    Kernels.create().exp(Datatype.FP32, floats, count);
    Kernels.create().exp(Datatype.FP64, doubles, count);
    for (int i = 0; i < count; i++) {
      double expected = Math.exp(values[i]);
      assertThat(Double.valueOf(doubles[i])).isEqualTo(Double.valueOf(expected));
      if (Double.isNaN(expected)) {
        assertThat(floats[i]).isNaN();
      } else {
        // 2e-7 of the exponential, |d| times 2^-24 and 2^-26 of d and log2(e) as floats; below
        // e^−87 anything up to that
        double precise = Math.max(expected, Math.exp(-87));
        double bound = precise * (2e-7 + Math.min(87, -values[i]) * 1.25 * 0x1p-24);
        assertThat(floats[i])
            .isCloseTo(expected, within(values[i] < -87 ? precise + bound : bound));
      }
    }
    assertThat(List.of(floats[count], doubles[count])).containsOnly(7.0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 15, 16, 17, 64, 100, 1023, 1024, 1025, 3000})
  void squaredExps_everyPlaceLeftOut_matchTheSum(int count) {
    Random random = new Random(count);
    ScalarKernel scalar = new ScalarKernel();
    Kernel vector = Kernels.create();
    for (int except = 0; except < count; except += 1 + count / 40) {
      float[] values = new float[count + 4];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian() * 3;
      }
      values[3 + random.nextInt(count)] = Float.NEGATIVE_INFINITY;
      values[3 + random.nextInt(count)] = 9;
      double max = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < count; i++) {
        max = Math.max(max, values[3 + i]);
      }
      double expected = 0;
      for (int i = 0; i < count; i++) {
        expected += i == except ? 0 : Math.exp(2 * (values[3 + i] - max));
      }
      Tensor tensor = Tensor.ofFloats(values, values.length);
      assertThat(scalar.squaredExps(tensor, 3, count, except, max))
          .isCloseTo(expected, within(1e-13 * expected));
      // each term is off by 2e-7 and by 2·|d|·2^-24 where it counts; −∞ may count e^−87
      assertThat(vector.squaredExps(tensor, 3, count, except, max))
          .isCloseTo(expected, within(1e-6 * expected + 2e-7));
    }
  }

  @Test
  void exp_aboveZero_isStillRight() {
    double[] values = {-1, 2, 100, Double.POSITIVE_INFINITY};
    Kernels.create().exp(Datatype.FP32, values, 4);
    assertThat(values)
        .containsExactly(Math.exp(-1), Math.exp(2), Math.exp(100), Double.POSITIVE_INFINITY);
  }

  @Test
  void wholeWide_atTheEndOfTheLargestArrays_neverReadsBeyond() {
    assumeTrue(vectorsAreThere());
    for (int length = Integer.MAX_VALUE; length > Integer.MAX_VALUE - 40; length--) {
      for (int count : new int[] {1, 16, 17, 48, 1000, length / Float.BYTES}) {
        int at = length - count * Float.BYTES;
        int whole = Lanes.wholeWide(length, at, count);
        // the last half vector is read as the first half of a whole one
        long end = at + (whole + Lanes.HALF_COUNT) * (long) Float.BYTES;
        assertThat(whole == 0 || end <= length).as("%d of %d", count, length).isTrue();
        assertThat(whole % Lanes.COUNT).isZero();
        assertThat(count - whole).isLessThan(2 * Lanes.COUNT);
      }
    }
  }
}
