package io.losswatch.core.loss;

import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.tensor.Datatype;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Cross-entropy of index and of probability targets, and negative log likelihood. */
final class ClassLaws {
  private static final long IGNORED = -100;
  private static final double[] WEIGHTS = {0.5, 2, 0, 1, 4};
  private static final Map<String, String> WEIGHTED = Map.of("class-weights", "0.5,2,0,1,4");

  private ClassLaws() {}

  static List<LossLaw> all() {
    List<LossLaw> laws = new ArrayList<>();
    for (OutputKind kind :
        new OutputKind[] {OutputKind.LOGITS, OutputKind.LOG_PROBS, OutputKind.PROBS}) {
      for (Map<String, String> weights : List.of(Map.<String, String>of(), WEIGHTED)) {
        laws.add(ofProbabilities(kind, weights, 0));
        laws.add(ofProbabilities(kind, weights, 0.1));
        laws.add(ofIndices("cross_entropy", kind, weights, 0, IGNORED));
        laws.add(ofIndices("cross_entropy", kind, weights, 0.1, IGNORED));
      }
    }
    laws.add(ofIndices("cross_entropy", OutputKind.LOGITS, Map.of(), 0, 1));
    laws.add(ofIndices("cross_entropy", OutputKind.LOGITS, Map.of(), 1, IGNORED));
    laws.add(ofIndices("nll", OutputKind.LOG_PROBS, Map.of(), 0, IGNORED));
    laws.add(ofIndices("nll", OutputKind.LOG_PROBS, WEIGHTED, 0, -1));
    return laws;
  }

  private static LossLaw ofIndices(
      String name,
      OutputKind kind,
      Map<String, String> weights,
      double smoothing,
      long ignoreIndex) {
    Map<String, String> parameters = parameters(weights, smoothing);
    if (ignoreIndex != IGNORED) {
      parameters.put("ignore-index", Long.toString(ignoreIndex));
    }
    LossOracle oracle =
        LossOracle.ofClasses(
            ignoreIndex,
            target -> weights.isEmpty() ? 1 : WEIGHTS[target],
            (row, target) -> ofIndex(logProbs(kind, row), target, weights, smoothing));
    return LossLaw.of(
        name, parameters, oracle, batches(kind, weights, Labels.classes(ignoreIndex)));
  }

  private static LossLaw ofProbabilities(
      OutputKind kind, Map<String, String> weights, double smoothing) {
    Labels labels =
        Labels.numbers(
            Numbers.PROBABILITY, Datatype.FP32, Datatype.FP64, Datatype.FP16, Datatype.BF16);
    LossOracle oracle =
        LossOracle.ofRows(
            (row, targets) -> ofTargets(logProbs(kind, row), targets, weights, smoothing));
    LossLaw law =
        LossLaw.of(
            "cross_entropy",
            parameters(weights, smoothing),
            oracle,
            batches(kind, weights, labels));
    return new LossLaw(law.loss(), "soft " + law.variant(), oracle, law.batches());
  }

  private static Map<String, String> parameters(Map<String, String> weights, double smoothing) {
    Map<String, String> parameters = new HashMap<>(weights);
    if (smoothing > 0) {
      parameters.put("label-smoothing", Double.toString(smoothing));
    }
    return parameters;
  }

  private static BatchSource batches(OutputKind kind, Map<String, String> weights, Labels labels) {
    Form.Family forms = weights.isEmpty() ? Form::ofClasses : Form.ofClassCount(WEIGHTS.length);
    Numbers numbers =
        switch (kind) {
          case PROBS -> Numbers.PROBABILITY;
          case LOG_PROBS -> Numbers.LOG_PROBABILITY;
          default -> Numbers.REAL;
        };
    return new BatchSource(kind, forms, numbers, labels);
  }

  private static double[] logProbs(OutputKind kind, double[] row) {
    return switch (kind) {
      case LOGITS -> Oracle.logSoftmax(row);
      case PROBS -> Arrays.stream(row).map(Math::log).toArray();
      default -> row;
    };
  }

  private static Exact ofIndex(
      double[] logProbs, int target, Map<String, String> weights, double smoothing) {
    double[] w = weights.isEmpty() ? ones(logProbs.length) : WEIGHTS;
    double loss = Oracle.indexCrossEntropy(logProbs, target, w, smoothing);
    return new Exact(loss, smoothing == 0 ? 0 : magnitude(logProbs, w));
  }

  private static Exact ofTargets(
      double[] logProbs, double[] targets, Map<String, String> weights, double smoothing) {
    double[] w = weights.isEmpty() ? ones(logProbs.length) : WEIGHTS;
    double loss = Oracle.softCrossEntropy(logProbs, targets, w, smoothing);
    return new Exact(loss, magnitude(logProbs, w));
  }

  /** Σ|w_c·lp_c| if log-probabilities of both signs meet, else 0. */
  private static double magnitude(double[] logProbs, double[] weights) {
    double sum = 0;
    boolean above = false;
    for (int c = 0; c < logProbs.length; c++) {
      sum += Math.abs(weights[c] * logProbs[c]);
      above |= logProbs[c] > 0;
    }
    return above ? sum : 0;
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }
}
