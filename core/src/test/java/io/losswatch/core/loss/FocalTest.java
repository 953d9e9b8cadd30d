package io.losswatch.core.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.losswatch.core.tensor.Datatype;
import io.losswatch.core.tensor.Tensor;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FocalTest {
  private static final Loss FOCAL = Losses.of("sigmoid_focal_loss", Map.of());
  private static final Loss ROOT = Losses.of("focal", Map.of("alpha", "-1", "gamma", "0.5"));

  private static double one(Loss loss, double logit, double label) {
    Tensor x = Tensor.ofDoubles(new double[] {logit}, 1);
    Tensor y = Tensor.ofDoubles(new double[] {label}, 1);
    return Batches.elements(loss, Batches.logits(x, y)).losses()[0];
  }

  /** The definition, α_t·(1 − p_t)^γ·−ln p_t, in 60 decimal digits. */
  @ParameterizedTest
  @CsvSource({
    "-30, 0, 6.145509467991449e-40, 2.862518580549126e-20",
    "-30, 1, 7.49999999999862, 29.99999999999869",
    "-2, 0, 0.0013526721264302815, 0.04382288099120443",
    "-2, 1, 0.4125195448553522, 1.996138740659392",
    "0, 0, 0.12996509635498973, 0.4901290717342736",
    "0, 1, 0.04332169878499658, 0.4901290717342736",
    "0.5, 0, 0.28305870064455735, 0.7685086723022159",
    "0.5, 1, 0.01689337262937591, 0.29129346514639753",
    "0.5, 0.5, 0.09050962302251334, 0.511999745614858",
    "30, 0, 22.499999999995858, 29.99999999999869",
    "30, 1, 2.0485031559971495e-40, 2.862518580549126e-20",
    "1000, 0, 750, 1000",
    "1000, 1, 0, 0",
    "1000, 0.5, 62.5, 353.5533905932738",
    "-1000, 0, 0, 0",
    "-1000, 1, 250, 1000"
  })
  void loss_anyLogit_isTheDefinitionToTheLastDigits(
      double logit, double label, double expected, double root) {
    assertThat(one(FOCAL, logit, label)).isCloseTo(expected, within(4e-15 * expected));
    assertThat(one(ROOT, logit, label)).isCloseTo(root, within(4e-15 * root));
  }

  @Test
  void loss_withoutModulation_isBceWithLogits() {
    Loss plain = Losses.of("focal", Map.of("alpha", "-1", "gamma", "0"));
    Loss bce = Losses.of("bce_with_logits", Map.of());
    Tensor x = Tensor.ofDoubles(Tensors.gaussians(new Random(1), 1500, 10), 500, 3);
    Tensor y = Tensor.ofDoubles(new Random(2).doubles(1500).toArray(), 500, 3);
    double[] expected = Batches.samples(bce, Batches.logits(x, y)).losses();
    double[] actual = Batches.samples(plain, Batches.logits(x, y)).losses();
    for (int r = 0; r < 500; r++) {
      Bounds.assertClose(actual[r], expected[r], Datatype.FP64, "row " + r);
    }
  }

  @Test
  void loss_notFinite_isAsOfBceWithLogits() {
    assertThat(one(FOCAL, Double.POSITIVE_INFINITY, 0)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(one(FOCAL, Double.POSITIVE_INFINITY, 1)).isNaN();
    assertThat(one(FOCAL, Double.NEGATIVE_INFINITY, 0)).isNaN();
    assertThat(one(FOCAL, Double.NaN, 1)).isNaN();
  }

  @Test
  void loss_smallFloats_areWithinTheirBound() {
    float[] x = new float[200];
    float[] y = new float[200];
    for (int i = 0; i < 200; i++) {
      x[i] = (i - 100) / 4f;
      y[i] = i % 2;
    }
    double[] losses =
        Batches.elements(FOCAL, Batches.logits(Tensor.ofFloats(x, 200), Tensor.ofFloats(y, 200)))
            .losses();
    for (int i = 0; i < 200; i++) {
      Bounds.assertClose(losses[i], one(FOCAL, x[i], y[i]), Datatype.FP32, "logit " + x[i]);
    }
  }
}
