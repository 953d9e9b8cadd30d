package io.losswatch.core.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.Layout;
import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/** Reductions, weights and what a loss written elsewhere gets for free. */
class LossBufferTest {
  private static final Loss MSE = Losses.of("mse", Map.of());

  private static Batch values(Tensor values, Tensor labels, Tensor weights) {
    return Batches.of(OutputKind.VALUES, Layout.CLASS_LAST, values, labels, weights);
  }

  /** A loss that fills the buffer by itself: 1 for every row, or ignored where the label is 0. */
  private static final class Constant implements Loss {
    @Override
    public String name() {
      return "constant";
    }

    @Override
    public SortedMap<String, String> parameters() {
      return Collections.emptySortedMap();
    }

    @Override
    public boolean isLikelihood() {
      return false;
    }

    @Override
    public void elements(Batch batch, LossBuffer out) {
      Shape shape = batch.predictions().values().shape();
      out.begin(shape, Shape.of(shape.extent(0)), shape.extent(0));
      for (int i = 0; i < shape.elementCount(); i++) {
        if (batch.labels() != null && batch.labels().doubleAt(i) == 0) {
          out.ignore(i);
        } else {
          out.put(i, i + 1);
        }
      }
      out.weigh(batch.weights());
    }
  }

  @Test
  void reduce_everyReduction_ofTwoByThree() {
    Tensor x = Tensor.ofDoubles(new double[] {1, 2, 3, 4, 5, 6}, 2, 3);
    Tensor zero = Tensor.ofDoubles(new double[6], 2, 3);
    LossBuffer out = Batches.elements(MSE, values(x, zero, null));
    assertThat(out.shape()).isEqualTo(Shape.of(2, 3));
    assertThat(out.reduce(Reduction.SUM)).isEqualTo(91);
    assertThat(out.reduce(Reduction.MEAN)).isEqualTo(91 / 6.0);
    assertThat(out.reduce(Reduction.BATCHMEAN)).isEqualTo(91 / 2.0);
    assertThatIllegalArgumentException().isThrownBy(() -> out.reduce(Reduction.NONE));
  }

  @Test
  void reduce_recordWeights_meanIsWeighted() {
    Tensor x = Tensor.ofDoubles(new double[] {1, 1, 2, 2}, 2, 2);
    Tensor zero = Tensor.ofFloats(new float[4], 2, 2);
    Tensor weights = Tensor.ofInts(new int[] {1, 3}, 2);
    LossBuffer elements = Batches.elements(MSE, values(x, zero, weights));
    assertThat(Arrays.copyOf(elements.losses(), 4)).containsExactly(1, 1, 12, 12);
    assertThat(elements.reduce(Reduction.MEAN)).isEqualTo(26 / 8.0);
    LossBuffer samples = Batches.samples(MSE, values(x, zero, weights));
    assertThat(Arrays.copyOf(samples.losses(), 2)).containsExactly(1, 12);
    assertThat(Arrays.copyOf(samples.weights(), 2)).containsExactly(1, 3);
    assertThat(samples.reduce(Reduction.MEAN)).isEqualTo(26 / 8.0);
  }

  @Test
  void reduce_largeAndSmall_losesNothing() {
    int count = 1_000_001;
    LossBuffer buffer = new LossBuffer();
    buffer.begin(Shape.of(count), Shape.of(count), count);
    buffer.put(0, 1e15);
    for (int i = 1; i < count; i++) {
      buffer.put(i, 1e-3);
    }
    assertThat(buffer.reduce(Reduction.SUM)).isEqualTo(1e15 + 1000);
  }

  @Test
  void reduce_infinityAndNan_comeThrough() {
    LossBuffer buffer = new LossBuffer();
    buffer.begin(Shape.of(3), Shape.of(3), 3);
    buffer.put(1, Double.POSITIVE_INFINITY);
    assertThat(buffer.reduce(Reduction.SUM)).isEqualTo(Double.POSITIVE_INFINITY);
    buffer.put(2, Double.NaN);
    assertThat(buffer.reduce(Reduction.SUM)).isNaN();
  }

  @Test
  void mse_hugeValues_doNotOverflow() {
    Tensor x = Tensor.ofFloats(new float[] {3e38f, -3e38f, 1e-30f}, 3);
    Tensor y = Tensor.ofFloats(new float[] {-3e38f, 3e38f, 0}, 3);
    double[] losses = Batches.elements(MSE, values(x, y, null)).losses();
    double difference = 2 * (double) 3e38f;
    assertThat(losses[0]).isEqualTo(difference * difference);
    assertThat(losses[1]).isEqualTo(losses[0]);
    assertThat(losses[2]).isEqualTo((double) 1e-30f * 1e-30f);
  }

  @Test
  void mse_anyRank_averagesRows() {
    Tensor scalar = Tensor.ofDoubles(new double[] {3});
    assertThat(
            Batches.samples(MSE, values(scalar, Tensor.ofLongs(new long[] {1}), null)).losses()[0])
        .isEqualTo(4);
    Tensor cube = Tensor.ofDoubles(new double[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 2);
    LossBuffer out = Batches.samples(MSE, values(cube, Tensor.ofInts(new int[8], 2, 2, 2), null));
    assertThat(Arrays.copyOf(out.losses(), 2)).containsExactly(30 / 4.0, 174 / 4.0);
    assertThat(out.elementsPerSample()).isEqualTo(4);
  }

  @Test
  void mse_noElements_noSamples() {
    for (long[] extents : new long[][] {{0}, {0, 5}, {5, 0}, {2_000_000_000, 0}}) {
      Tensor empty = Tensor.ofFloats(new float[0], extents);
      assertThat(Batches.samples(MSE, values(empty, empty, null)).size()).isZero();
      LossBuffer elements = Batches.elements(MSE, values(empty, empty, null));
      assertThat(elements.shape()).isEqualTo(empty.shape());
      assertThat(elements.reduce(Reduction.MEAN)).isNaN();
    }
  }

  @Test
  void loss_writtenByAUser_averagesWhatIsNotIgnored() {
    Tensor x = Tensor.ofDoubles(new double[6], 3, 2);
    Tensor y = Tensor.ofInts(new int[] {1, 1, 0, 0, 0, 1}, 3, 2);
    LossBuffer out = Batches.samples(new Constant(), values(x, y, null));
    assertThat(out.shape()).isEqualTo(Shape.of(3));
    assertThat(Arrays.copyOf(out.losses(), 3)).containsExactly(1.5, 0, 3);
    assertThat(Arrays.copyOf(out.weights(), 3)).containsExactly(1, 0, 0.5);
    assertThat(out.isIgnored(1)).isTrue();
    assertThat(out.isIgnored(2)).isFalse();
  }
}
