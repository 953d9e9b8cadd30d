package io.losswatch.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
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
      double[] expected = new double[count];
      double[] actual = new double[count];
      scalar.binaryCrossEntropy(x, y, 5, count, expected);
      vector.binaryCrossEntropy(x, y, 5, count, actual);
      assertAgree(actual, expected, "bce round " + round);
      scalar.softplusTail(x, 3, count, expected);
      vector.softplusTail(x, 3, count, actual);
      assertAgree(actual, expected, "tail round " + round);
      scalar.squaredError(x, y, 1, count, expected);
      vector.squaredError(x, y, 1, count, actual);
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
}
