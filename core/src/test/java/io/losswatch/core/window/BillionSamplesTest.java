package io.losswatch.core.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.losswatch.core.loss.LossBuffer;
import io.losswatch.core.tensor.Shape;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Running sums so long that a plain double would have lost digits. */
class BillionSamplesTest {
  private static final long SEED = 20261125;
  private static final int BATCH = 1_000_000;
  private static final int BATCHES = 1000;

  private static LossBuffer batch(double... losses) {
    LossBuffer batch = new LossBuffer();
    Shape samples = Shape.of(losses.length);
    batch.begin(samples, samples, losses.length);
    for (int i = 0; i < losses.length; i++) {
      batch.put(i, losses[i]);
    }
    return batch;
  }

  /** Losses from 1e-8 to 1e8, most of which a sum near 1e16 cannot show one by one. */
  private static LossBuffer randomBatch() {
    SplittableRandom random = new SplittableRandom(SEED);
    LossBuffer batch = new LossBuffer();
    Shape samples = Shape.of(BATCH);
    batch.begin(samples, samples, BATCH);
    for (int i = 0; i < BATCH; i++) {
      double weight = random.nextDouble(0.1, 10);
      batch.put(i, weight * Math.pow(10, random.nextDouble(-8, 8)), weight);
    }
    return batch;
  }

  private static BigDecimal sum(double[] values) {
    BigDecimal sum = BigDecimal.ZERO;
    for (int i = 0; i < BATCH; i++) {
      sum = sum.add(new BigDecimal(values[i]));
    }
    return sum;
  }

  @Test
  void sums_ofBillionSamples_areTheExactOnesRounded() {
    LossBuffer batch = randomBatch();
    LossSummary summary = new LossSummary();
    for (int i = 0; i < BATCHES; i++) {
      summary.addAll(batch, false);
    }
    BigDecimal times = BigDecimal.valueOf(BATCHES);
    double sum = sum(batch.losses()).multiply(times).doubleValue();
    double weight = sum(batch.weights()).multiply(times).doubleValue();
    assertThat(summary.count()).isEqualTo(1_000_000_000L);
    assertThat(summary.sum()).as("seed %d", SEED).isCloseTo(sum, within(Math.ulp(sum)));
    assertThat(summary.weight()).as("seed %d", SEED).isCloseTo(weight, within(Math.ulp(weight)));
    assertThat(summary.mean()).isCloseTo(sum / weight, within(2 * Math.ulp(sum / weight)));
  }

  @Test
  void sums_ofPartsMergedInAnyTree_areThoseOfOneSequence() {
    LossBuffer batch = randomBatch();
    LossSummary sequence = new LossSummary();
    LossSummary doubled = new LossSummary();
    doubled.addAll(batch, false);
    for (int i = 0; i < 4; i++) {
      doubled.merge(doubled.copy());
    }
    for (int i = 0; i < 16; i++) {
      sequence.addAll(batch, false);
    }
    assertThat(doubled.sum()).isEqualTo(sequence.sum());
    assertThat(doubled.weight()).isEqualTo(sequence.weight());
    assertThat(doubled.count()).isEqualTo(sequence.count());
  }

  @Test
  void sum_largeLossThenAMillionThousandths_losesNothing() {
    double[] thousandths = new double[BATCH];
    Arrays.fill(thousandths, 1e-3);
    LossSummary summary = new LossSummary();
    summary.addAll(batch(1e15), true);
    summary.addAll(batch(thousandths), true);
    assertThat(summary.sum()).isEqualTo(1e15 + 1000);
    assertThat(summary.logLikelihood()).hasValue(-(1e15 + 1000));
  }

  @Test
  void sum_largeLossAmongAMillionThousandths_losesNothing() {
    double[] losses = new double[BATCH + 1];
    Arrays.fill(losses, 1e-3);
    losses[0] = 1e15;
    LossSummary summary = new LossSummary();
    summary.addAll(batch(losses), false);
    assertThat(summary.sum()).isEqualTo(1e15 + 1000);
    assertThat(summary.weight()).isEqualTo(BATCH + 1);
  }
}
