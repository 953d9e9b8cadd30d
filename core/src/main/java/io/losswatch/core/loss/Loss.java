package io.losswatch.core.loss;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.Predictions;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.tensor.Shape;
import java.util.Set;
import java.util.SortedMap;

/**
 * One loss with its parameters. Immutable and free of state: threads may share it, each with a
 * {@link LossBuffer} of its own.
 */
public interface Loss {
  /** The field's name, such as {@code cross_entropy}. */
  String name();

  /**
   * The parameters by name, such as {@code label-smoothing=0.1}: those that change the numbers,
   * each in one canonical spelling, since a series is told apart by them.
   */
  SortedMap<String, String> parameters();

  /**
   * True if the sum of unweighted losses is −log L(θ|D): NLL, cross-entropy and BCE without weights
   * and smoothing.
   */
  boolean isLikelihood();

  /**
   * Names of the {@link Metrics} that this loss can have beside it, counted while it writes {@link
   * #samples} if the buffer is asked for them. None unless a loss says so; of losses outside this
   * package, an {@link ElementwiseLoss} can have accuracy and brier, others none.
   */
  default Set<String> metrics() {
    return Set.of();
  }

  /**
   * Writes one loss per element, as PyTorch's reduction {@code none} has it, into {@code out}.
   *
   * @param batch with labels
   * @param out overwritten
   * @throws RefusedException if kind, shape, datatype, a label or a value does not fit; {@code
   *     missing-label} without labels
   */
  void elements(Batch batch, LossBuffer out);

  /**
   * Number of samples of a window that these predictions are, as far as it can be told without
   * labels: rows, unless a loss counts otherwise.
   */
  default long sampleCount(Predictions predictions) {
    Shape shape = predictions.values().shape();
    if (shape.elementCount() == 0) {
      return 0;
    }
    return shape.rank() == 0 ? 1 : shape.extent(0);
  }

  /**
   * Writes one loss per sample of a window: a row of an element-wise loss (the mean over its other
   * axes), a target of a class loss.
   *
   * @param batch with labels
   * @param out overwritten
   * @throws RefusedException as {@link #elements}
   */
  default void samples(Batch batch, LossBuffer out) {
    elements(batch, out);
    out.averageRows();
  }
}
