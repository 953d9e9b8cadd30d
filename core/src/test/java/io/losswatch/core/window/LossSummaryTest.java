package io.losswatch.core.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.BatchHeader;
import io.losswatch.core.batch.Layout;
import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.batch.Predictions;
import io.losswatch.core.loss.LossBuffer;
import io.losswatch.core.loss.Losses;
import io.losswatch.core.loss.Metrics;
import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class LossSummaryTest {
  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;

  private static LossBuffer batch(double... losses) {
    LossBuffer buffer = new LossBuffer();
    Shape samples = Shape.of(losses.length);
    buffer.begin(samples, samples, losses.length);
    for (int i = 0; i < losses.length; i++) {
      buffer.put(i, losses[i]);
    }
    return buffer;
  }

  @Test
  void summary_empty_isNaNWhereThereIsNoNumber() {
    LossSummary empty = new LossSummary();
    assertThat(empty.isEmpty()).isTrue();
    assertThat(empty.sum()).isZero();
    assertThat(empty.weight()).isZero();
    assertThat(empty.count()).isZero();
    assertThat(empty.mean()).isNaN();
    assertThat(empty.min()).isNaN();
    assertThat(empty.max()).isNaN();
    assertThat(empty.stddev()).isNaN();
    assertThat(empty.stderr()).isNaN();
    assertThat(empty.logLikelihood()).isEmpty();
  }

  @Test
  void summary_oneSample_hasAMeanButNoSpread() {
    LossSummary summary = new LossSummary();
    summary.add(6, 3);
    assertThat(summary.mean()).isEqualTo(2);
    assertThat(summary.sum()).isEqualTo(6);
    assertThat(summary.weight()).isEqualTo(3);
    assertThat(summary.min()).isEqualTo(2);
    assertThat(summary.max()).isEqualTo(2);
    assertThat(summary.stddev()).isNaN();
    assertThat(summary.stderr()).isNaN();
  }

  @Test
  void summary_weightedSamples_spreadsAsTheContractSays() {
    LossSummary summary = new LossSummary();
    summary.add(1, 1);
    summary.add(12, 3); // loss 4
    summary.add(14, 2); // loss 7
    double mean = 27.0 / 6;
    double squares = 1 * 3.5 * 3.5 + 3 * 0.5 * 0.5 + 2 * 2.5 * 2.5;
    double stddev = Math.sqrt(squares / 6 * 3 / 2);
    assertThat(summary.mean()).isEqualTo(mean);
    assertThat(summary.stddev()).isCloseTo(stddev, within(1e-15));
    assertThat(summary.stderr()).isCloseTo(stddev * Math.sqrt(14) / 6, within(1e-15));
  }

  @Test
  void summary_nonFiniteLosses_areCountedApart() {
    LossSummary summary = new LossSummary();
    summary.add(2, 1);
    summary.add(NAN, 1);
    summary.add(INF, 1);
    summary.add(-INF, 5);
    summary.add(Double.MAX_VALUE, Double.MIN_NORMAL); // the quotient overflows
    assertThat(summary.count()).isEqualTo(1);
    assertThat(summary.nanCount()).isEqualTo(1);
    assertThat(summary.infCount()).isEqualTo(3);
    assertThat(summary.mean()).isEqualTo(2);
    assertThat(summary.weight()).isEqualTo(1);
    assertThat(summary.max()).isEqualTo(2);
  }

  @Test
  void summary_allWeightsZero_hasMeanNaNButCountsAndSums() {
    LossSummary summary = new LossSummary();
    summary.add(3, 0);
    summary.add(4, 0);
    assertThat(summary.count()).isEqualTo(2);
    assertThat(summary.sum()).isEqualTo(7);
    assertThat(summary.mean()).isNaN();
    assertThat(summary.min()).isNaN();
    assertThat(summary.stddev()).isNaN();
    assertThat(summary.isEmpty()).isFalse();
  }

  @Test
  void summary_weightZeroBesideOthers_movesTheMeanThatDeviationsAreFrom() {
    LossSummary summary = new LossSummary();
    summary.add(3, 0);
    summary.add(1, 1);
    summary.add(5, 1);
    double mean = 9.0 / 2;
    double squares = (1 - mean) * (1 - mean) + (5 - mean) * (5 - mean);
    assertThat(summary.mean()).isEqualTo(mean);
    assertThat(summary.min()).isEqualTo(1);
    assertThat(summary.stddev()).isCloseTo(Math.sqrt(squares / 2 * 3 / 2), within(1e-15));
  }

  @Test
  void sum_aMillionThousandthsAfterALargeNumber_losesNothing() {
    LossSummary summary = new LossSummary();
    LossSummary part = new LossSummary();
    summary.add(1e15, 1);
    for (int i = 0; i < 1_000_000; i++) {
      (i % 2 == 0 ? summary : part).add(1e-3, 1e-3);
    }
    summary.merge(part);
    assertThat(summary.sum()).isEqualTo(1e15 + 1000);
    assertThat(summary.weight()).isEqualTo(1001);
    assertThat(summary.count()).isEqualTo(1_000_001);
  }

  @Test
  void sum_beyondTheDoubles_isInfiniteAndStaysSo() {
    LossSummary summary = new LossSummary();
    for (int i = 0; i < 4; i++) {
      summary.add(Double.MAX_VALUE, 1);
    }
    assertThat(summary.sum()).isEqualTo(INF);
    assertThat(summary.mean()).isEqualTo(INF);
    summary.add(1, 1);
    assertThat(summary.sum()).isEqualTo(INF);
    assertThat(summary.min()).isEqualTo(1);
  }

  @Test
  void counts_ofOtherFates_addUpAndMayBeTakenBack() {
    LossSummary summary = new LossSummary();
    summary.addIgnored(2);
    summary.addLate(3);
    summary.addUnlabeled(5);
    LossSummary takesBack = new LossSummary();
    takesBack.addUnlabeled(-4);
    assertThat(takesBack.isEmpty()).isFalse();
    summary.merge(takesBack);
    assertThat(summary.ignored()).isEqualTo(2);
    assertThat(summary.lateCount()).isEqualTo(3);
    assertThat(summary.unlabeledCount()).isEqualTo(1);
    assertThat(summary.count()).isZero();
    assertThat(summary.isEmpty()).isFalse();
  }

  @Test
  void batch_added_skipsIgnoredAndCountsNonFinite() {
    LossBuffer batch = new LossBuffer();
    batch.begin(Shape.of(5), Shape.of(5), 5);
    batch.put(0, 2, 2);
    batch.ignore(1);
    batch.put(2, NAN);
    batch.put(3, INF, 2);
    batch.put(4, 9, 3);
    LossSummary summary = new LossSummary();
    summary.addAll(batch, false);
    assertThat(summary.count()).isEqualTo(2);
    assertThat(summary.ignored()).isEqualTo(1);
    assertThat(summary.nanCount()).isEqualTo(1);
    assertThat(summary.infCount()).isEqualTo(1);
    assertThat(summary.mean()).isEqualTo(11.0 / 5);
    assertThat(summary.min()).isEqualTo(1);
    assertThat(summary.max()).isEqualTo(3);
    assertThat(summary.logLikelihood()).isEmpty();
  }

  @Test
  void likelihood_coinThrownFourTimes_isItsProbability() {
    double theta = 0.7;
    double head = -Math.log(theta);
    double tail = -Math.log(1 - theta);
    LossSummary summary = new LossSummary();
    summary.addAll(batch(head, head), true);
    summary.addAll(batch(tail, head), true);
    assertThat(Math.exp(summary.logLikelihood().orElseThrow()))
        .isCloseTo(theta * theta * theta * (1 - theta), within(1e-15));
  }

  @Test
  void likelihood_samplesThatAverageElements_isOfAllElements() {
    Tensor probabilities = Tensor.ofDoubles(new double[] {.1, .2, .3, .4, .5, .6, .7, .8}, 2, 4);
    Tensor labels = Tensor.ofDoubles(new double[] {0, 1, 0, 1, 0, 1, 0, 1}, 2, 4);
    BatchHeader header = new BatchHeader("m", "", OptionalLong.empty(), null, Map.of());
    Predictions predictions = new Predictions(OutputKind.PROBS, Layout.CLASS_LAST, probabilities);
    LossBuffer rows = new LossBuffer();
    Losses.of("bce", Map.of())
        .samples(new Batch(header, predictions, labels, null, List.of()), rows);
    LossSummary summary = new LossSummary();
    summary.addAll(rows, true);
    double likelihood = .9 * .2 * .7 * .4 * .5 * .6 * .3 * .8;
    assertThat(summary.count()).isEqualTo(2);
    assertThat(summary.mean()).isCloseTo(-Math.log(likelihood) / 8, within(1e-15));
    assertThat(summary.logLikelihood().orElseThrow())
        .isCloseTo(Math.log(likelihood), within(1e-14));
  }

  @Test
  void likelihood_anyOtherBatch_isGone() {
    LossSummary likely = new LossSummary();
    likely.addAll(batch(1, 2), true);
    LossBuffer weighted = batch(1, 2);
    weighted.weigh(Tensor.ofDoubles(new double[] {1, 1}, 2));
    for (LossBuffer other : new LossBuffer[] {weighted, batch(3)}) {
      LossSummary mixed = likely.copy();
      mixed.addAll(other, other == weighted);
      assertThat(mixed.logLikelihood()).isEmpty();
      mixed.merge(likely);
      assertThat(mixed.logLikelihood()).isEmpty();
    }
    assertThat(likely.logLikelihood()).hasValue(-3);
  }

  @Test
  void likelihood_batchesThatAddNoSample_staysAsItIs() {
    LossSummary summary = new LossSummary();
    summary.addAll(batch(1, 2), true);
    summary.addAll(batch(), false);
    summary.addAll(batch(NAN), false);
    summary.add(INF, 1);
    summary.merge(new LossSummary());
    assertThat(summary.logLikelihood()).hasValue(-3);
  }

  @Test
  void batch_sumsBeyondDoubles_areInfiniteAndNotNaN() {
    double[] huge = {1.7e308, 0, 0, -1.7e308};
    Tensor logits = Tensor.ofDoubles(huge, 2, 2);
    Predictions predictions = new Predictions(OutputKind.LOGITS, Layout.CLASS_LAST, logits);
    Tensor labels = Tensor.ofInts(new int[] {1, 1}, 2);
    BatchHeader header = new BatchHeader("m", "", OptionalLong.empty(), null, Map.of());
    Metrics metrics = Metrics.of(List.of("perplexity"), 1);
    LossBuffer buffer = new LossBuffer();
    buffer.request(metrics);
    Losses.of("cross_entropy", Map.of())
        .samples(new Batch(header, predictions, labels, null, List.of()), buffer);
    LossSummary summary = new LossSummary();
    summary.addAll(buffer, true);
    assertThat(summary.count()).isEqualTo(2);
    assertThat(summary.sum()).isEqualTo(INF);
    assertThat(summary.mean()).isEqualTo(INF);
    assertThat(summary.logLikelihood()).hasValue(-INF);
    assertThat(summary.metrics(metrics)).containsEntry("perplexity", INF);
  }
}
