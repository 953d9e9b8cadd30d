package io.losswatch.core.loss;

import io.losswatch.core.batch.OutputKind;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The losses of yes or no, one answer or several. */
final class BinaryLaws {
  private static final BatchSource PROBS =
      BatchSource.ofElements(OutputKind.PROBS, Numbers.PROBABILITY, Numbers.COIN);
  private static final BatchSource LOGITS =
      BatchSource.ofElements(OutputKind.LOGITS, Numbers.REAL, Numbers.COIN);
  private static final double[] WEIGHTS = {0.5, 2, 3};
  private static final double[] POSITIVES = {4, 1, 0.25};

  private BinaryLaws() {}

  static List<LossLaw> all() {
    return Stream.of(ofProbabilities(), ofLogits(), ofLabelSets(), focals())
        .flatMap(List::stream)
        .toList();
  }

  private static List<LossLaw> ofProbabilities() {
    return List.of(
        LossLaw.of("bce", Map.of(), elements((p, y) -> bce(p, y, 1)), PROBS),
        LossLaw.of(
            "bce",
            Map.of("class-weights", "0.5,2,3"),
            LossOracle.ofLabels((p, y, label) -> bce(p, y, WEIGHTS[label])),
            PROBS.withForms(Form.ofLabels(3))));
  }

  private static LossOracle elements(LossOracle.OfElement oracle) {
    return LossOracle.ofElements(oracle);
  }

  private static Exact bce(double p, double y, double weight) {
    return Exact.of(Oracle.bce(p, y, weight));
  }

  private static Exact withLogits(double x, double y, double weight, double positive) {
    return Exact.of(Oracle.bceWithLogits(x, y, weight, positive));
  }

  private static List<LossLaw> ofLogits() {
    return List.of(
        withLogits(Map.of(), LOGITS, (x, y, label) -> withLogits(x, y, 1, 1)),
        withLogits(Map.of("pos-weight", "3"), LOGITS, (x, y, label) -> withLogits(x, y, 1, 3)),
        withLogits(
            Map.of("class-weights", "0.5,2,3"),
            LOGITS.withForms(Form.ofLabels(3)),
            (x, y, label) -> withLogits(x, y, WEIGHTS[label], 1)),
        withLogits(
            Map.of("class-weights", "0.5,2,3", "pos-weight", "4,1,0.25"),
            LOGITS.withForms(Form.ofLabels(3)),
            (x, y, label) -> withLogits(x, y, WEIGHTS[label], POSITIVES[label])));
  }

  private static LossLaw withLogits(
      Map<String, String> parameters, BatchSource batches, LossOracle.OfLabel oracle) {
    return LossLaw.of("bce_with_logits", parameters, LossOracle.ofLabels(oracle), batches);
  }

  private static List<LossLaw> ofLabelSets() {
    BatchSource sets = LOGITS.withForms(Form::ofRows);
    return List.of(
        LossLaw.of(
            "multilabel_soft_margin",
            Map.of(),
            LossOracle.ofRows((row, labels) -> meanWithLogits(row, labels, null)),
            sets),
        LossLaw.of(
            "multilabel_soft_margin",
            Map.of("class-weights", "0.5,2,3"),
            LossOracle.ofRows((row, labels) -> meanWithLogits(row, labels, WEIGHTS)),
            sets.withForms(Form.ofRowsOf(3))));
  }

  private static Exact meanWithLogits(double[] row, double[] labels, double[] weights) {
    double sum =
        IntStream.range(0, row.length)
            .mapToDouble(
                c -> Oracle.bceWithLogits(row[c], labels[c], weights == null ? 1 : weights[c], 1))
            .reduce(0, Double::sum);
    return Exact.of(sum / row.length);
  }

  private static List<LossLaw> focals() {
    return List.of(
        focal(Map.of(), 0.25, 2),
        focal(Map.of("alpha", "-1", "gamma", "0"), -1, 0),
        focal(Map.of("alpha", "0.75", "gamma", "1.5"), 0.75, 1.5));
  }

  private static LossLaw focal(Map<String, String> parameters, double alpha, double gamma) {
    LossOracle oracle = elements((x, y) -> Exact.of(Oracle.focal(x, y, alpha, gamma)));
    return LossLaw.of("focal", parameters, oracle, LOGITS);
  }
}
