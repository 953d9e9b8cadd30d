package io.losswatch.core.batch;

import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Labels that come later than their predictions. The tensors may be views into one shared byte
 * array.
 *
 * @param target whose labels they are
 * @param labelTimeMillis when they became known, milliseconds since the epoch, UTC
 * @param labels what was true: a row for each row of the batch, or for each sample id
 * @param weights of the same rows; null: those that came with the predictions
 */
public record LateLabels(
    Target target, long labelTimeMillis, Tensor labels, @Nullable Tensor weights) {
  /**
   * Checks that rows fit the ids.
   *
   * @throws RefusedException {@code bad-shape} if labels or weights by sample ids have not one row
   *     an id
   */
  public LateLabels {
    if (target.batchId() == null) {
      requireRows("labels", labels.shape(), target.sampleIds().size());
      if (weights != null) {
        requireRows("weights", weights.shape(), target.sampleIds().size());
      }
    }
  }

  private static void requireRows(String tensor, Shape shape, int ids) {
    long rows = shape.rank() == 0 ? 1 : shape.extent(0);
    if (rows != ids) {
      throw new RefusedException(
          Reason.BAD_SHAPE,
          "%s has a row for each sample id, but there are %d ids and %s has shape %s"
              .formatted(tensor, ids, tensor, shape));
    }
  }

  /**
   * Which predictions are meant.
   *
   * @param model name of the model that predicted
   * @param version its version; empty: any
   * @param batchId the batch whose rows the labels are aligned with; it decides if there are sample
   *     ids too
   * @param sampleIds the samples, one a row of the labels; empty: the batch id says it
   */
  public record Target(
      String model, String version, @Nullable String batchId, List<String> sampleIds) {
    /**
     * Checks that something is meant.
     *
     * @throws RefusedException {@code bad-value} without batch id and sample ids
     */
    public Target {
      if (batchId == null && sampleIds.isEmpty()) {
        throw new RefusedException(
            Reason.BAD_VALUE, "labels name a batch_id or sample_ids, but these name neither");
      }
    }
  }
}
