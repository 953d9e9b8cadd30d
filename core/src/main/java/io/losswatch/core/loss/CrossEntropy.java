package io.losswatch.core.loss;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.batch.Predictions;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;
import java.util.EnumSet;
import java.util.Set;
import java.util.SortedMap;

/**
 * Cross-entropy and, over log-probabilities alone and with index targets alone, negative log
 * likelihood. Integer labels are class indices, floating ones of the predictions' shape are
 * probabilities.
 */
final class CrossEntropy implements Loss {
  private static final int CHUNK_BYTES = 128 << 10;

  /** Kernels that work on rows side by side waste nothing on a multiple of this. */
  private static final int TILE_ROWS = 16;

  private final String name;
  private final Set<OutputKind> kinds;
  private final boolean takesProbabilities;
  private final long ignoreIndex;
  private final double smoothing;
  private final ClassWeights classWeights;
  private final SortedMap<String, String> parameters;

  private CrossEntropy(
      String name,
      Set<OutputKind> kinds,
      boolean takesProbabilities,
      double smoothing,
      LossParameters given) {
    this.name = name;
    this.kinds = kinds;
    this.takesProbabilities = takesProbabilities;
    this.ignoreIndex = given.integer("ignore-index", -100);
    this.smoothing = smoothing;
    this.classWeights = ClassWeights.of(given, "class-weights");
    this.parameters = given.canonical();
  }

  /** Rows or tokens: all axes but that of the classes. */
  @Override
  public long sampleCount(Predictions predictions) {
    Shape shape = predictions.values().shape();
    long classes = shape.extent(ClassAxis.indexOf(predictions.layout(), shape));
    return classes == 0 ? 0 : shape.elementCount() / classes;
  }

  static Loss crossEntropy(LossParameters given) {
    double smoothing =
        given.number("label-smoothing", 0, s -> s >= 0 && s <= 1, "a number in [0, 1]");
    return new CrossEntropy(
        "cross_entropy",
        EnumSet.of(OutputKind.LOGITS, OutputKind.LOG_PROBS, OutputKind.PROBS),
        true,
        smoothing,
        given);
  }

  static Loss negativeLogLikelihood(LossParameters given) {
    return new CrossEntropy("nll", EnumSet.of(OutputKind.LOG_PROBS), false, 0, given);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public SortedMap<String, String> parameters() {
    return parameters;
  }

  @Override
  public Set<String> metrics() {
    return Metrics.OF_CLASSES;
  }

  @Override
  public boolean isLikelihood() {
    return smoothing == 0 && !classWeights.isPresent();
  }

  @Override
  public void elements(Batch batch, LossBuffer out) {
    Predictions predictions = batch.predictions();
    Admission.requireKind(name, predictions.kind(), kinds);
    Tensor labels = Admission.requireLabels(batch);
    Shape shape = predictions.values().shape();
    int axisIndex = ClassAxis.indexOf(predictions.layout(), shape);
    Shape samples = out.workspace().samples().without(shape, axisIndex);
    boolean probabilities = labels.datatype().isFloating();
    requireLabelsFit(predictions, labels, samples);
    ClassAxis axis = out.workspace().classAxis(predictions.layout(), shape, samples);
    if (axis.rows() > 0) {
      classWeights.requireCount(axis.classes());
    }
    out.beginSamples(samples, 1, shape.rank() == 1 ? 1 : shape.extent(0));
    out.workspace().surprisal().read(predictions, axis);
    out.workspace().classCompanions().begin(out.metricSums(), out.counts(this), axis.classes());
    if (probabilities) {
      probabilityTargets(labels, axis, out);
    } else {
      indexTargets(labels, axis, out);
    }
    out.weigh(batch.weights());
  }

  private void requireLabelsFit(Predictions predictions, Tensor labels, Shape samples) {
    boolean probabilities = labels.datatype().isFloating();
    if (probabilities && !takesProbabilities) {
      throw new RefusedException(
          Reason.BAD_DATATYPE,
          name + " takes class indices as integer labels, but labels has " + labels.datatype());
    }
    if (probabilities && ignoreIndex >= 0) {
      throw new RefusedException(
          Reason.BAD_PARAMETER,
          "ignore-index >= 0 is for class indices, but it is %d and labels has %s probabilities"
              .formatted(ignoreIndex, labels.datatype()));
    }
    Shape shape = predictions.values().shape();
    Shape expected = probabilities ? shape : samples;
    if (!labels.shape().equals(expected)) {
      throw new RefusedException(
          Reason.BAD_SHAPE,
          "%s; %s labels are %s of shape %s"
              .formatted(
                  Admission.unequal(shape, labels.shape()),
                  labels.datatype(),
                  probabilities ? "probabilities" : "class indices",
                  expected));
    }
  }

  private void probabilityTargets(Tensor labels, ClassAxis axis, LossBuffer out) {
    Surprisal surprisal = out.workspace().surprisal();
    ClassCompanions companions = out.workspace().classCompanions();
    Tensor targets = out.workspace().labelRows(labels, axis);
    int chunk = rowsAtOnce(axis, surprisal.rows());
    for (int first = 0; first < axis.rows(); first += chunk) {
      int end = Math.min(axis.rows(), first + chunk);
      surprisal.prepare(first, end - first);
      for (int r = first; r < end; r++) {
        double loss = surprisal.expected(r, targets, smoothing, classWeights.values());
        out.put(r, loss);
        if (companions.isActive() && !Double.isNaN(loss)) {
          double surprise = isLikelihood() ? loss : surprisal.expected(r, targets, 0, null);
          companions.addProbabilityTargets(r, targets, surprise);
        }
      }
    }
  }

  private void indexTargets(Tensor labels, ClassAxis axis, LossBuffer out) {
    int[] targets = out.workspace().targets(axis.rows());
    ClassLabels.read(labels, axis, ignoreIndex, targets);
    int chunk = rowsAtOnce(axis, out.workspace().surprisal().rows());
    int r = 0;
    while (r < axis.rows()) {
      if (targets[r] == ClassLabels.IGNORED) {
        out.ignore(r++);
      } else {
        int end = ClassLabels.endOfRun(targets, r, Math.min(axis.rows(), r + chunk));
        indexTargets(r, end, targets, axis, out);
        r = end;
      }
    }
  }

  /** Rows that fit into the second cache together, so that all is read from memory once. */
  private static int rowsAtOnce(ClassAxis axis, Tensor rows) {
    int fitting = CHUNK_BYTES / axis.classes() / rows.datatype().sizeBytes();
    return fitting < TILE_ROWS ? Math.max(1, fitting) : fitting - fitting % TILE_ROWS;
  }

  private void indexTargets(int first, int end, int[] targets, ClassAxis axis, LossBuffer out) {
    Surprisal surprisal = out.workspace().surprisal();
    surprisal.prepare(first, end - first);
    if (isLikelihood()) {
      surprisal.ofTargets(first, end, targets, out.losses());
    } else {
      for (int r = first; r < end; r++) {
        put(r, targets[r], axis, out);
      }
    }
    ClassCompanions companions = out.workspace().classCompanions();
    if (companions.isActive()) {
      companions.addIndexTargets(first, end - first, targets, out.losses());
    }
  }

  private void put(int r, int target, ClassAxis axis, LossBuffer out) {
    Surprisal surprisal = out.workspace().surprisal();
    double weight = classWeights.of(target);
    double loss = weight * surprisal.of(r, target);
    if (smoothing > 0) {
      double all = surprisal.sum(r, classWeights.values());
      loss = (1 - smoothing) * loss + smoothing / axis.classes() * all;
    }
    out.put(r, loss, weight);
  }
}
