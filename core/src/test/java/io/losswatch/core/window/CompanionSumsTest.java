package io.losswatch.core.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.BatchHeader;
import io.losswatch.core.batch.Layout;
import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.batch.Predictions;
import io.losswatch.core.loss.Loss;
import io.losswatch.core.loss.LossBuffer;
import io.losswatch.core.loss.Losses;
import io.losswatch.core.loss.Metrics;
import io.losswatch.core.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The laws of summaries that have companion metrics. */
class CompanionSumsTest {
  private static final int ROWS = 400;
  private static final int CLASSES = 4;
  private static final Metrics ALL = Metrics.of(Metrics.known(), 2);
  private static final Loss LOSS = Losses.of("cross_entropy", Map.of());
  private static final BatchHeader HEADER =
      new BatchHeader("m", "", OptionalLong.empty(), null, Map.of());

  /** Rows of float64, so that a row gives the same wherever a batch is cut. */
  private record Rows(double[] logits, long[] labels) {
    static Rows random(long seed) {
      Random random = new Random(seed);
      double[] logits = new double[ROWS * CLASSES];
      long[] labels = new long[ROWS];
      for (int i = 0; i < logits.length; i++) {
        logits[i] = random.nextInt(300) == 0 ? Double.NaN : random.nextGaussian() * 3;
      }
      for (int r = 0; r < ROWS; r++) {
        labels[r] = random.nextInt(9) == 0 ? -100 : random.nextInt(CLASSES);
      }
      return new Rows(logits, labels);
    }

    LossSummary summary(int from, int to) {
      return summary(ALL, from, to);
    }

    LossSummary summary(Metrics metrics, int from, int to) {
      double[] part = Arrays.copyOfRange(logits, from * CLASSES, to * CLASSES);
      Tensor labelled = Tensor.ofLongs(Arrays.copyOfRange(labels, from, to), to - from);
      Predictions predictions =
          new Predictions(
              OutputKind.LOGITS, Layout.CLASS_LAST, Tensor.ofDoubles(part, to - from, CLASSES));
      LossBuffer buffer = new LossBuffer();
      buffer.request(metrics);
      LOSS.samples(new Batch(HEADER, predictions, labelled, null, List.of()), buffer);
      LossSummary summary = new LossSummary();
      summary.addAll(buffer, true);
      return summary;
    }
  }

  private static LossSummary merged(LossSummary a, LossSummary b) {
    LossSummary merged = a.copy();
    merged.merge(b);
    return merged;
  }

  /** The sums are held to 2^-104: any order rounds to the same double or its neighbour. */
  private static void assertSame(LossSummary actual, LossSummary expected) {
    assertThat(actual.state().counts()).isEqualTo(expected.state().counts());
    Map<String, Double> metrics = expected.metrics(ALL);
    assertThat(actual.metrics(ALL)).hasSameSizeAs(metrics).hasSize(5);
    metrics.forEach((name, value) ->
        assertThat(actual.metrics(ALL).get(name))
            .as(name)
            .isCloseTo(value, within(4 * Math.ulp(value))));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void merge_anyOrder_givesTheSame(long seed) {
    Rows rows = Rows.random(seed);
    LossSummary a = rows.summary(0, 3);
    LossSummary b = rows.summary(3, 250);
    LossSummary c = rows.summary(250, ROWS);
    assertSame(merged(a, merged(b, c)), merged(merged(a, b), c));
    assertSame(merged(c, merged(b, a)), merged(merged(a, b), c));
    assertThat(merged(a, b).state()).isEqualTo(merged(b, a).state());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void merge_withEmpty_changesNoBit(long seed) {
    LossSummary summary = Rows.random(seed).summary(0, ROWS);
    LossSummary unlabeled = new LossSummary();
    unlabeled.addUnlabeled(3);
    assertThat(summary.state().companions()).hasSize(ALL.sumCount());
    assertThat(merged(summary, new LossSummary()).state()).isEqualTo(summary.state());
    assertThat(merged(new LossSummary(), summary).state()).isEqualTo(summary.state());
    assertThat(LossSummary.of(summary.state()).state()).isEqualTo(summary.state());
    assertThat(summary.copy().state()).isEqualTo(summary.state());
    assertThat(merged(unlabeled, summary).metrics(ALL)).isEqualTo(summary.metrics(ALL));
    assertThat(merged(summary, unlabeled).metrics(ALL)).isEqualTo(summary.metrics(ALL));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void batch_cutAnywhere_givesTheSame(long seed) {
    Random random = new Random(seed);
    Rows rows = Rows.random(seed);
    LossSummary pieces = new LossSummary();
    for (int from = 0; from < ROWS; ) {
      int to = Math.min(ROWS, from + 1 + random.nextInt(60));
      pieces.merge(rows.summary(from, to));
      if (random.nextInt(3) == 0) {
        pieces = LossSummary.of(pieces.state());
      }
      from = to;
    }
    assertSame(pieces, rows.summary(0, ROWS));
  }

  @Test
  void copy_mergedInto_leavesTheOriginalAlone() {
    Rows rows = Rows.random(1);
    LossSummary original = rows.summary(0, 100);
    LossSummary.State before = original.state();
    LossSummary copy = original.copy();
    copy.merge(rows.summary(100, 200));
    LossSummary.of(before).merge(rows.summary(100, 200));
    assertThat(original.state()).isEqualTo(before);
    assertThat(copy.state()).isNotEqualTo(before);
  }

  @Test
  void batch_withoutARowThatCounts_addsNoSums() {
    Rows ignored = new Rows(new double[2 * CLASSES], new long[] {-100, -100});
    LossSummary summary = ignored.summary(0, 2);
    assertThat(summary.ignored()).isEqualTo(2);
    assertThat(summary.state().companions()).isEmpty();
    assertThat(summary.metrics(ALL)).isEmpty();
  }

  @Test
  void summary_thatWasNotAsked_hasNoMetrics() {
    LossSummary summary = Rows.random(1).summary(Metrics.NONE, 0, 10);
    assertThat(summary.count()).isPositive();
    assertThat(summary.state().companions()).isEmpty();
    assertThat(summary.metrics(Metrics.NONE)).isEmpty();
  }

  @Test
  void merge_ofOtherMetrics_isRefused() {
    Rows rows = Rows.random(1);
    LossSummary some = rows.summary(Metrics.of(List.of("accuracy"), 1), 0, 9);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> some.merge(rows.summary(0, 9)))
        .withMessage("sums are merged with those of the same metrics, but there are 2 and 22");
    assertThatIllegalArgumentException().isThrownBy(() -> some.metrics(ALL));
  }

  @Test
  void sums_ofMillionsOfRows_loseNothing() {
    LossSummary one = Rows.random(2).summary(0, 50);
    Map<String, Double> expected = one.metrics(ALL);
    LossSummary many = one.copy();
    for (int doubled = 0; doubled < 25; doubled++) {
      many.merge(many.copy());
    }
    assertThat(many.count()).isEqualTo(one.count() << 25);
    expected.forEach((name, value) ->
        assertThat(many.metrics(ALL).get(name))
            .as(name)
            .isCloseTo(value, within(2 * Math.ulp(value))));
  }
}
