package io.losswatch.core.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.losswatch.core.loss.LossBuffer;
import io.losswatch.core.tensor.Shape;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Laws over random samples of three kinds: ordinary losses with weights, losses far from zero that
 * lie close together, and losses of very different sizes. Weights may be 0.
 *
 * <p>Tolerances: sums are held to 2^-104, so that any order rounds to the same double or its
 * neighbour (2 ulp). A deviation is computed to 2^-51 of the largest loss's magnitude s (the
 * quotient n/w is rounded once), so that stddev, a mean over them, is within 2^-50·s of any other
 * order's, plus 2^-53 a merge or sample of relative error.
 */
class LossSummaryLawsTest {
  private static final int COUNT = 2_000;

  /** Samples and one number that says how large their losses are. */
  private record Samples(double[] numerators, double[] weights, double scale) {
    static Samples random(Random random) {
      double offset = new double[] {0, 1e9, 0}[random.nextInt(3)];
      double exponents = random.nextInt(3);
      double[] numerators = new double[COUNT];
      double[] weights = new double[COUNT];
      double scale = 0;
      for (int i = 0; i < COUNT; i++) {
        weights[i] = random.nextInt(20) == 0 ? 0 : 0.1 + random.nextDouble();
        double loss = offset + random.nextGaussian() * Math.pow(10, exponents * random.nextInt(5));
        numerators[i] = weights[i] == 0 ? random.nextInt(3) : loss * weights[i];
        scale = Math.max(scale, Math.abs(loss));
      }
      return new Samples(numerators, weights, scale);
    }

    LossSummary summary(int from, int to) {
      LossSummary summary = new LossSummary();
      for (int i = from; i < to; i++) {
        summary.add(numerators[i], weights[i]);
        addLatency(summary, i);
      }
      return summary;
    }

    private static void addLatency(LossSummary summary, int i) {
      if (i % 7 == 0) {
        summary.addLabelLatency(1, (i - 100) * 60_000L);
      }
    }

    LossSummary batch(int from, int to) {
      LossBuffer buffer = new LossBuffer();
      buffer.begin(Shape.of(to - from), Shape.of(to - from), to - from);
      for (int i = from; i < to; i++) {
        buffer.put(i - from, numerators[i], weights[i]);
      }
      LossSummary summary = new LossSummary();
      summary.addAll(buffer, false);
      for (int i = from; i < to; i++) {
        addLatency(summary, i);
      }
      return summary;
    }
  }

  private static LossSummary merged(LossSummary a, LossSummary b) {
    LossSummary merged = a.copy();
    merged.merge(b);
    return merged;
  }

  private static void assertSame(LossSummary actual, LossSummary expected, double scale) {
    double ulps = 2 * Math.ulp(expected.sum());
    assertThat(actual.sum()).isCloseTo(expected.sum(), within(ulps));
    assertThat(actual.weight())
        .isCloseTo(expected.weight(), within(2 * Math.ulp(expected.weight())));
    assertThat(actual.state().counts()).isEqualTo(expected.state().counts());
    assertThat(actual.labelLatency()).isEqualTo(expected.labelLatency());
    assertThat(actual.min()).isEqualTo(expected.min());
    assertThat(actual.max()).isEqualTo(expected.max());
    double tolerance = scale * 0x1p-50 + COUNT * 0x1p-53 * expected.stddev();
    assertThat(actual.stddev()).isCloseTo(expected.stddev(), within(tolerance));
    assertThat(actual.stderr()).isCloseTo(expected.stderr(), within(tolerance));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void merge_anyOrder_givesTheSame(long seed) {
    Samples samples = Samples.random(new Random(seed));
    LossSummary a = samples.summary(0, 3);
    LossSummary b = samples.summary(3, 1_200);
    LossSummary c = samples.summary(1_200, COUNT);
    assertSame(merged(a, merged(b, c)), merged(merged(a, b), c), samples.scale);
    assertSame(merged(c, merged(b, a)), merged(merged(a, b), c), samples.scale);
    assertThat(merged(a, b).state()).isEqualTo(merged(b, a).state());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void merge_withEmpty_changesNoBit(long seed) {
    LossSummary summary = Samples.random(new Random(seed)).summary(0, COUNT);
    assertThat(merged(summary, new LossSummary()).state()).isEqualTo(summary.state());
    assertThat(merged(new LossSummary(), summary).state()).isEqualTo(summary.state());
    assertThat(LossSummary.of(summary.state()).state()).isEqualTo(summary.state());
    assertThat(summary.copy().state()).isEqualTo(summary.state());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void batch_cutAnywhere_givesTheSame(long seed) {
    Random random = new Random(seed);
    Samples samples = Samples.random(random);
    LossSummary whole = samples.summary(0, COUNT);
    LossSummary pieces = new LossSummary();
    for (int from = 0; from < COUNT; ) {
      int to = Math.min(COUNT, from + 1 + random.nextInt(300));
      pieces.merge(random.nextBoolean() ? samples.batch(from, to) : samples.summary(from, to));
      from = to;
    }
    assertSame(pieces, whole, samples.scale);
    assertSame(samples.batch(0, COUNT), whole, samples.scale);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void stddev_againstTwoPasses_isTheSame(long seed) {
    Samples samples = Samples.random(new Random(seed));
    LossSummary summary = samples.summary(0, COUNT);
    double mean = summary.mean();
    double squares = 0;
    double squaredWeights = 0;
    for (int i = 0; i < COUNT; i++) {
      if (samples.weights[i] > 0) {
        double deviation = samples.numerators[i] / samples.weights[i] - mean;
        squares += samples.weights[i] * deviation * deviation;
        squaredWeights += samples.weights[i] * samples.weights[i];
      }
    }
    double variance = squares / summary.weight() * COUNT / (COUNT - 1);
    double tolerance = samples.scale * 0x1p-50 + COUNT * 0x1p-52 * Math.sqrt(variance);
    assertThat(summary.stddev()).isCloseTo(Math.sqrt(variance), within(tolerance));
    assertThat(summary.stderr())
        .isCloseTo(Math.sqrt(variance * squaredWeights) / summary.weight(), within(tolerance));
  }
}
