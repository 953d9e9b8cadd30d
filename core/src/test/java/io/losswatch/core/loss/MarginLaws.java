package io.losswatch.core.loss;

import io.losswatch.core.batch.OutputKind;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The losses that ask for a distance between right and wrong. */
final class MarginLaws {
  private static final BatchSource SIGNS =
      BatchSource.ofElements(OutputKind.VALUES, Numbers.REAL, Numbers.SIGN);
  private static final BatchSource CLASSES =
      new BatchSource(OutputKind.LOGITS, Form::ofRows, Numbers.REAL, Labels.classes());
  private static final double[] WEIGHTS = {0.5, 2, 0, 1, 4};

  private MarginLaws() {}

  static List<LossLaw> all() {
    return Stream.of(ofSigns(), ofClasses(), ofLists()).flatMap(List::stream).toList();
  }

  private static List<LossLaw> ofSigns() {
    return List.of(
        LossLaw.of(
            "soft_margin",
            Map.of(),
            LossOracle.ofElements((x, y) -> Exact.of(softplus(-y * x))),
            SIGNS),
        hinge(Map.of(), 1),
        hinge(Map.of("margin", "0.3"), 0.3));
  }

  /** ln(1 + e^z). */
  private static double softplus(double z) {
    return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
  }

  private static LossLaw hinge(Map<String, String> parameters, double margin) {
    return LossLaw.of(
        "hinge_embedding", parameters, LossOracle.ofElements((x, y) -> hinge(x, y, margin)), SIGNS);
  }

  /** x unless y = −1, and max(0, margin − x) unless y = 1. */
  private static Exact hinge(double x, double y, double margin) {
    double distance = y == 1 ? 0 : Math.max(0, margin - x);
    return y == -1 ? Exact.of(distance) : Exact.sum(distance, x);
  }

  private static List<LossLaw> ofClasses() {
    return List.of(
        multiMargin(Map.of(), CLASSES, 1, 1, null),
        multiMargin(Map.of("p", "2", "margin", "0.5"), CLASSES, 2, 0.5, null),
        multiMargin(
            Map.of("class-weights", "0.5,2,0,1,4"),
            CLASSES.withForms(Form.ofRowsOf(5)),
            1,
            1,
            WEIGHTS),
        multiMargin(
            Map.of("class-weights", "0.5,2,0,1,4", "p", "2"),
            CLASSES.withForms(Form.ofRowsOf(5)),
            2,
            1,
            WEIGHTS));
  }

  private static LossLaw multiMargin(
      Map<String, String> parameters, BatchSource batches, int p, double margin, double[] weights) {
    LossOracle oracle =
        LossOracle.ofClasses(
            Long.MIN_VALUE,
            target -> 1,
            (row, y) -> multiMargin(row, y, p, margin).times(weights == null ? 1 : weights[y]));
    return LossLaw.of("multi_margin", parameters, oracle, batches);
  }

  /**
   * (1/C)·Σ_{c≠y} max(0, margin − x_y + x_c)^p; like PyTorch, no term of a distance that is NaN.
   */
  private static Exact multiMargin(double[] row, int y, int p, double margin) {
    Exact sum = Exact.of(0);
    for (int c = 0; c < row.length; c++) {
      Exact distance = Exact.sum(margin, -row[y], row[c]);
      if (c != y && distance.value() > 0) {
        sum = sum.plus(p == 1 ? distance : squared(distance));
      }
    }
    return sum.times(1.0 / row.length);
  }

  /** z² of a z that may be off by δ is off by 2zδ + δ². */
  private static Exact squared(Exact z) {
    double value = z.value() * z.value();
    return new Exact(value, 2 * z.value() * z.scale());
  }

  private static List<LossLaw> ofLists() {
    return List.of(
        LossLaw.of(
            "multilabel_margin",
            Map.of(),
            LossOracle.ofRows(MarginLaws::multilabelMargin),
            new BatchSource(OutputKind.LOGITS, Form::ofRows, Numbers.REAL, Labels.lists())));
  }

  /** Σ max(0, 1 − x_t + x_c)/C over targets t of the list and classes c that are none. */
  private static Exact multilabelMargin(double[] row, double[] list) {
    boolean[] isTarget = new boolean[row.length];
    for (int i = 0; i < list.length && list[i] >= 0; i++) {
      isTarget[(int) list[i]] = true;
    }
    Exact sum = Exact.of(0);
    for (int i = 0; i < list.length && list[i] >= 0; i++) {
      for (int c = 0; c < row.length; c++) {
        Exact distance = Exact.sum(1, -row[(int) list[i]], row[c]);
        if (!isTarget[c] && distance.value() > 0) {
          sum = sum.plus(distance);
        }
      }
    }
    return sum.times(1.0 / row.length);
  }
}
