package io.losswatch.core.loss;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.Layout;
import io.losswatch.core.tensor.Datatype;
import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds of every loss, over arbitrary batches. Failures say the seed. */
class LossLawsTest {
  private static final long SEED = 20261123;

  /** Around the lanes of every vector, primes, and one with many blocks. */
  private static final int[] SIZES = {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 97, 1031, 4098};

  private static final int[] SOME_SIZES = {1, 2, 3, 7, 17, 1031};

  private static final List<Datatype> PREDICTIONS =
      List.of(Datatype.FP32, Datatype.FP64, Datatype.FP16, Datatype.BF16);

  static List<LossLaw> laws() {
    return LossLaws.all();
  }

  /** A check of one batch; the place is for messages. */
  @FunctionalInterface
  private interface Check {
    void of(Batch batch, Random random, Supplier<String> place);
  }

  /** Batches of every form, size and datatype, with special values and without. */
  private static void forEveryBatch(LossLaw law, Check check) {
    for (int size : SIZES) {
      for (Datatype datatype : PREDICTIONS) {
        for (boolean special : new boolean[] {false, true}) {
          forBatches(law, size, SEED + size, check, random -> datatype, special);
        }
      }
    }
  }

  /** Batches of every form, but of datatypes as they come. */
  private static void forSomeBatches(LossLaw law, int[] sizes, Check check) {
    for (int size : sizes) {
      for (boolean special : new boolean[] {false, true}) {
        long seed = SEED + 31L * law.toString().hashCode() + size;
        forBatches(
            law,
            size,
            seed,
            check,
            random -> PREDICTIONS.get(random.nextInt(PREDICTIONS.size())),
            special);
      }
    }
  }

  private static void forBatches(
      LossLaw law,
      int size,
      long seed,
      Check check,
      Function<Random, Datatype> datatypes,
      boolean special) {
    Random random = new Random(seed);
    for (Form form : law.batches().forms().of(size)) {
      Batch batch = law.batches().draw(form, datatypes.apply(random), special, random);
      check.of(batch, random, () -> place(law, batch, special, seed));
    }
  }

  private static String place(LossLaw law, Batch batch, boolean special, long seed) {
    return "%s of %s %s, labels %s%s, seed %d"
        .formatted(
            law,
            batch.predictions().layout(),
            batch.predictions().values(),
            batch.labels(),
            special ? ", special values" : "",
            seed);
  }

  @Test
  void table_builtInLosses_eachHasARowAndEachRowALoss() {
    assertThat(LossLaws.builtIn().stream().map(law -> law.loss().name()).distinct().sorted())
        .containsExactlyElementsOf(Losses.names());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("laws")
  void elements_anyBatch_equalTheOracle(LossLaw law) {
    LossBuffer buffer = new LossBuffer();
    forEveryBatch(
        law,
        (batch, random, place) -> {
          law.loss().elements(batch, buffer);
          law.oracle().elements(batch).assertHeldBy(buffer, place);
        });
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("laws")
  void samples_anyBatch_areMeansOfTheirElements(LossLaw law) {
    forSomeBatches(
        law,
        SIZES,
        (batch, random, place) ->
            law.oracle()
                .elements(batch)
                .averaged()
                .assertHeldBy(Batches.samples(law.loss(), batch), place));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("laws")
  void reductions_anyBatch_areOfNumeratorsAndDenominators(LossLaw law) {
    forSomeBatches(
        law,
        SOME_SIZES,
        (batch, random, place) ->
            law.oracle()
                .elements(batch)
                .assertReduced(Batches.elements(law.loss(), batch), batchSize(law, batch), place));
  }

  /** N: 1 if all axes are classes. */
  private static long batchSize(LossLaw law, Batch batch) {
    Shape shape = batch.predictions().values().shape();
    boolean isOneSample = law.oracle().elements(batch).samples().rank() == 0;
    return isOneSample ? 1 : shape.extent(0);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("laws")
  void weights_ofRowsOrSamples_multiplyNumeratorsAndDenominators(LossLaw law) {
    forSomeBatches(
        law,
        SOME_SIZES,
        (batch, random, place) -> {
          Expected plain = law.oracle().elements(batch);
          for (Shape shape : new Shape[] {plain.samples(), Shape.of(batchSize(law, batch))}) {
            Numbers numbers = new Numbers(r -> r.nextInt(4), 0);
            double[] values = numbers.draw(random, shape.elementCount(), false);
            Datatype datatype = Datatype.values()[random.nextInt(Datatype.values().length)];
            Tensor weights = Tensors.of(datatype, values, shape.toArray());
            Batch weighed = BatchParts.weighed(batch, weights);
            Expected expected = plain.weighed(weights);
            LossBuffer elements = Batches.elements(law.loss(), weighed);
            expected.assertHeldBy(elements, place);
            expected.assertReduced(elements, batchSize(law, batch), place);
            expected.averaged().assertHeldBy(Batches.samples(law.loss(), weighed), place);
          }
        });
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("laws")
  void cut_anyRows_givesTheSameLosses(LossLaw law) {
    LossBuffer buffer = new LossBuffer();
    forSomeBatches(
        law,
        SOME_SIZES,
        (batch, random, place) -> {
          Expected whole = law.oracle().elements(batch).averaged();
          if (whole.samples().rank() == 0 || isOneRowOfLabels(law, batch)) {
            return;
          }
          int rows = (int) whole.samples().extent(0);
          int samplesPerRow = whole.size() / rows;
          for (int from = 0; from < rows; ) {
            int to = from + 1 + random.nextInt(Math.min(40, rows - from));
            law.loss().samples(BatchParts.rows(batch, from, to), buffer);
            assertThat(buffer.size()).as(place).isEqualTo((to - from) * samplesPerRow);
            whole.assertEntries(buffer, from * samplesPerRow, place);
            from = to;
          }
        });
  }

  /** Labels of rank 1 with a weight each: another number of them would not fit. */
  private static boolean isOneRowOfLabels(LossLaw law, Batch batch) {
    return batch.predictions().values().shape().rank() == 1
        && law.loss().parameters().values().stream().anyMatch(text -> text.contains(","));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("laws")
  void buffer_afterOtherBatchesAndLosses_forgetsThem(LossLaw law) {
    Loss other = Losses.of("cross_entropy", Map.of("ignore-index", "0"));
    Tensor twos = Tensor.ofFloats(new float[] {2, 2, 2, 2, 2, 2, 2, 2, 2, 2}, 5, 2);
    Batch others = Batches.logits(twos, Tensor.ofInts(new int[] {0, 1, 0, 0, 1}, 5));
    LossBuffer buffer = new LossBuffer();
    forSomeBatches(
        law,
        new int[] {1031, 2, 17},
        (batch, random, place) -> {
          law.loss().samples(batch, buffer);
          other.elements(others, buffer);
          law.loss().elements(batch, buffer);
          law.oracle().elements(batch).assertHeldBy(buffer, place);
          assertThat(buffer.isWeighted()).as(place).isFalse();
        });
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("laws")
  void classSecond_anyBatch_equalsTransposedClassLast(LossLaw law) {
    forSomeBatches(
        law,
        SOME_SIZES,
        (batch, random, place) -> {
          if (batch.predictions().layout() == Layout.CLASS_LAST && hasClassAxis(law)) {
            Batch second = BatchParts.classSecond(batch);
            law.oracle()
                .elements(batch)
                .averaged()
                .assertHeldBy(Batches.samples(law.loss(), second), place);
          }
        });
  }

  /** Mean and variance are a last axis in either layout. */
  private static boolean hasClassAxis(LossLaw law) {
    return !law.loss().name().equals("gaussian_nll");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("laws")
  void tensors_anywhereInAnArray_giveTheSameLosses(LossLaw law) {
    forSomeBatches(
        law,
        SOME_SIZES,
        (batch, random, place) -> {
          Expected expected = law.oracle().elements(batch);
          for (int offset : new int[] {0, 1, 5}) {
            Batch moved = BatchParts.moved(batch, offset);
            expected.assertHeldBy(Batches.elements(law.loss(), moved), place);
          }
        });
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("laws")
  void emptyBatch_anyShape_hasNoLosses(LossLaw law) {
    forSomeBatches(
        law,
        new int[] {0},
        (batch, random, place) -> {
          if (batch.predictions().values().shape().elementCount() > 0) {
            return;
          }
          LossBuffer elements = Batches.elements(law.loss(), batch);
          law.oracle().elements(batch).assertHeldBy(elements, place);
          assertThat(Batches.samples(law.loss(), batch).size()).as(place).isZero();
          assertThat(elements.reduce(Reduction.SUM)).as(place).isZero();
          assertThat(elements.reduce(Reduction.MEAN)).as(place).isNaN();
        });
  }
}
