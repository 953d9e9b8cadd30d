package io.losswatch.core.loss;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.tensor.Datatype;
import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One buffer for all losses, metrics, shapes and refusals in any order gives what a new one does.
 */
class BufferHistoryTest {
  private static final int STEPS = 1500;
  private static final int[] SIZES = {0, 1, 2, 3, 7, 8, 17, 64, 100, 1031};
  private static final List<Datatype> DATATYPES =
      List.of(Datatype.FP32, Datatype.FP64, Datatype.FP16, Datatype.BF16);

  private final LossBuffer old = new LossBuffer();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void buffer_afterAnyHistory_isAsNew(long seed) {
    Random random = new Random(seed);
    List<LossLaw> laws = LossLaws.all();
    for (int step = 0; step < STEPS; step++) {
      LossLaw law = laws.get(random.nextInt(laws.size()));
      List<Form> forms = law.batches().forms().of(SIZES[random.nextInt(SIZES.length)]);
      Datatype datatype = DATATYPES.get(random.nextInt(DATATYPES.size()));
      Form form = forms.get(random.nextInt(forms.size()));
      Batch batch = law.batches().draw(form, datatype, random.nextBoolean(), random);
      assertAlike(law.loss(), weighed(batch, random), random, law + " step " + step);
    }
  }

  private void assertAlike(Loss loss, Batch batch, Random random, String place) {
    LossBuffer fresh = new LossBuffer();
    Metrics metrics = metrics(loss, random);
    boolean samples = random.nextInt(4) > 0;
    boolean isRefused = evaluate(loss, batch, metrics, samples, fresh);
    assertThat(evaluate(loss, batch, metrics, samples, old)).as(place).isEqualTo(isRefused);
    if (isRefused) {
      return;
    }
    int size = fresh.size();
    assertThat(old.shape()).as(place).isEqualTo(fresh.shape());
    assertThat(Arrays.copyOf(old.losses(), size)).as(place).isEqualTo(losses(fresh));
    assertThat(Arrays.copyOf(old.weights(), size))
        .as(place)
        .isEqualTo(Arrays.copyOf(fresh.weights(), size));
    for (int i = 0; i < size; i++) {
      assertThat(old.isIgnored(i)).as(place).isEqualTo(fresh.isIgnored(i));
    }
    assertThat(old.isWeighted()).as(place).isEqualTo(fresh.isWeighted());
    assertThat(old.elementsPerSample()).as(place).isEqualTo(fresh.elementsPerSample());
    for (int i = 0; i < metrics.sumCount(); i++) {
      assertThat(old.metricSum(i)).as(place).isEqualTo(fresh.metricSum(i));
      assertThat(old.metricSumRest(i)).as(place).isEqualTo(fresh.metricSumRest(i));
    }
  }

  private static double[] losses(LossBuffer buffer) {
    return Arrays.copyOf(buffer.losses(), buffer.size());
  }

  private static boolean evaluate(
      Loss loss, Batch batch, Metrics metrics, boolean samples, LossBuffer out) {
    out.request(metrics);
    try {
      if (samples) {
        loss.samples(batch, out);
      } else {
        loss.elements(batch, out);
      }
      return false;
    } catch (RefusedException e) {
      return true;
    }
  }

  private static Metrics metrics(Loss loss, Random random) {
    List<String> some =
        loss.metrics().stream().sorted().filter(name -> random.nextBoolean()).toList();
    return Metrics.of(some, 1 + random.nextInt(4));
  }

  /** With a weight a row, some of which are refused, or without weights. */
  private static Batch weighed(Batch batch, Random random) {
    Shape shape = batch.predictions().values().shape();
    if (random.nextInt(3) > 0 || shape.rank() == 0) {
      return batch;
    }
    double[] weights = new double[(int) shape.extent(0)];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = random.nextInt(1000) == 0 ? -1 : random.nextInt(3);
    }
    return BatchParts.weighed(batch, Tensor.ofDoubles(weights, weights.length));
  }
}
