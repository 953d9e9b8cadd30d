package io.losswatch.core.loss;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.kernel.Kernels;
import io.losswatch.core.tensor.Datatype;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The largest error over a million random rows of every loss as it is without parameters, and over
 * vocabularies. Prints it, and writes it as a table to {@code target/accuracy.md}.
 */
class AccuracyTest {
  private static final long SEED = 20261124;
  private static final int CHUNKS = 128;
  private static final int ROWS = 1_000_000 / CHUNKS + 1;

  /** Mixed class counts: around lanes, and of the ways that the kernels of short rows take. */
  private static final int[] CLASSES = {2, 3, 4, 5, 8, 9, 10, 16, 33, 64};

  /** FP64 goes through plain Java alone, which has no ways to choose from. */
  private static final int[] FEW_CLASSES = {2, 3, 4, 8};

  private static final int[] VOCABULARIES = {1000, 50257, 151936};

  private static final SortedSet<String> LINES = new TreeSet<>();

  /** How far losses were off at worst: in ulps where the bound is relative, and of the bound. */
  private record Worst(double ulps, double share) {
    static final Worst NONE = new Worst(0, 0);

    Worst and(Worst other) {
      return new Worst(Math.max(ulps, other.ulps), Math.max(share, other.share));
    }
  }

  static Stream<Arguments> lawsAndDatatypes() {
    return LossLaws.builtIn().stream()
        .filter(law -> law.loss().parameters().isEmpty())
        .flatMap(
            law -> Stream.of(Datatype.FP32, Datatype.FP64).map(type -> Arguments.of(law, type)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("lawsAndDatatypes")
  void loss_millionRows_isWithinItsBound(LossLaw law, Datatype datatype) {
    int[] widths = widths(law, datatype);
    Worst worst =
        IntStream.range(0, CHUNKS)
            .parallel()
            .mapToObj(chunk -> {
              Form form = Form.last(ROWS, widths[chunk % widths.length]);
              return worst(law, form, datatype, SEED + chunk);
            })
            .reduce(Worst.NONE, Worst::and);
    report(law, datatype, ROWS * CHUNKS, worst);
    assertThat(worst.share()).as("%s %s, seed %d", law, datatype, SEED).isLessThanOrEqualTo(1);
  }

  /** Extents of the last axis: one for an element-wise loss, whose rows are its elements. */
  private static int[] widths(LossLaw law, Datatype datatype) {
    if (law.loss().name().equals("gaussian_nll")) {
      return new int[] {2};
    }
    Batch small = law.batches().draw(Form.last(2, 3), Datatype.FP32, false, new QuickRandom(SEED));
    if (law.oracle().elements(small).shape().rank() == 2) {
      return new int[] {1};
    }
    return datatype == Datatype.FP64 ? FEW_CLASSES : CLASSES;
  }

  static List<LossLaw> lawsOfVocabularies() {
    return LossLaws.builtIn().stream()
        .filter(law -> law.loss().name().equals("cross_entropy"))
        .filter(law -> law.loss().parameters().isEmpty())
        .filter(law -> law.variant().contains("LOGITS"))
        .toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lawsOfVocabularies")
  void loss_longRows_isWithinItsBound(LossLaw law) {
    Worst worst =
        IntStream.of(VOCABULARIES)
            .boxed()
            .flatMap(
                classes -> IntStream.range(0, 3_000_000 / classes / 8 + 1).mapToObj(i -> classes))
            .toList()
            .parallelStream()
            .map(classes -> worst(law, Form.last(8, classes), Datatype.FP32, SEED))
            .reduce(Worst.NONE, Worst::and);
    assertThat(worst.share()).as("%s, seed %d", law, SEED).isLessThanOrEqualTo(1);
  }

  private static Worst worst(LossLaw law, Form form, Datatype datatype, long seed) {
    Batch batch = law.batches().draw(form, datatype, false, new QuickRandom(seed));
    Expected expected = law.oracle().elements(batch);
    LossBuffer actual = Batches.elements(law.loss(), batch);
    assertThat(actual.size()).isEqualTo(expected.size());
    double ulps = 0;
    double share = 0;
    for (int i = 0; i < expected.size(); i++) {
      double loss = expected.losses()[i];
      double bound = expected.bounds()[i];
      double error = Math.abs(actual.losses()[i] - loss);
      if (!Bounds.isClose(actual.losses()[i], loss, bound)) {
        share = Double.POSITIVE_INFINITY;
      } else if (error > 0) {
        share = Math.max(share, error / bound);
        ulps = Math.max(ulps, isRelative(bound, loss, datatype) ? error / ulp(loss, datatype) : 0);
      }
    }
    return new Worst(ulps, share);
  }

  private static boolean isRelative(double bound, double loss, Datatype datatype) {
    return bound <= (datatype == Datatype.FP64 ? 1.01e-12 : 5.05e-7) * Math.abs(loss);
  }

  private static double ulp(double loss, Datatype datatype) {
    return datatype == Datatype.FP64 ? Math.ulp(loss) : Math.ulp((float) loss);
  }

  private static void report(LossLaw law, Datatype datatype, int rows, Worst worst) {
    String line =
        String.format(
            Locale.ROOT,
            "| %s | %s | %s | %d | %.2f | %.4f |",
            law.loss().name(),
            law.variant().replace(" {}", ""),
            datatype,
            rows,
            worst.ulps(),
            worst.share());
    System.out.println(line);
    LINES.add(line);
  }

  @AfterAll
  static void writeTable() throws IOException {
    StringBuilder table = new StringBuilder();
    table.append("Kernels: ").append(Kernels.description());
    table.append(", JDK ").append(Runtime.version()).append(".\n\n");
    table.append(
        "| loss | predictions | datatype | rows | largest error in ulp where the bound is");
    table.append(" relative | largest share of the bound |\n|---|---|---|---|---|---|\n");
    LINES.forEach(line -> table.append(line).append('\n'));
    Files.writeString(Path.of("target", "accuracy.md"), table);
  }
}
