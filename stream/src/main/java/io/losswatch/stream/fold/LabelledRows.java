package io.losswatch.stream.fold;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.LateLabels;
import io.losswatch.core.batch.Predictions;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;
import io.losswatch.schemas.codec.LogitBatchReader;
import io.losswatch.schemas.codec.WriterSchemas;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Puts rows of predictions and their labels together to labelled batches. A row is one of the first
 * axis; predictions of rank 1 with one id are one row. Owned by one lane.
 */
final class LabelledRows {
  private final LogitBatchReader reader = new LogitBatchReader(WriterSchemas.builtIn());

  /** What a record says that was read before. */
  Batch read(byte[] value) {
    return reader.read(value, 0, value.length);
  }

  /** Why ids do not fit their predictions; null if they do. */
  static @Nullable RefusedException misfit(Batch batch) {
    Shape shape = batch.predictions().values().shape();
    int ids = batch.sampleIds().size();
    boolean fits = ids == 0 || isOneRow(batch) || (shape.rank() > 0 && shape.extent(0) == ids);
    return fits
        ? null
        : new RefusedException(
            Reason.BAD_SHAPE,
            "sample_ids has %d ids but predictions has shape %s".formatted(ids, shape));
  }

  /** Such as the scores {@code [C]} of one sample. */
  private static boolean isOneRow(Batch batch) {
    Shape shape = batch.predictions().values().shape();
    return batch.sampleIds().size() == 1
        && (shape.rank() == 0 || (shape.rank() == 1 && shape.extent(0) != 1));
  }

  /** The whole batch with its labels. */
  Batch whole(WaitingBatch waiting, LateLabels late) {
    Batch batch = read(Objects.requireNonNull(waiting.value()));
    Tensor weights = late.weights() == null ? batch.weights() : late.weights();
    return new Batch(batch.header(), batch.predictions(), late.labels(), weights, List.of());
  }

  /**
   * Some rows of a batch, each with its label.
   *
   * @throws RefusedException {@code bad-shape} if the labels have no such rows
   */
  Batch some(WaitingBatch waiting, int[] rows, LateLabels late, int[] labelRows) {
    Batch batch = read(Objects.requireNonNull(waiting.value()));
    if (isOneRow(batch)) {
      return oneRow(batch, late, labelRows[0]);
    }
    Predictions all = batch.predictions();
    Predictions picked = new Predictions(all.kind(), all.layout(), all.values().rows(rows));
    Tensor own = batch.weights();
    Tensor others = late.weights();
    Tensor weights =
        others != null
            ? pick("weights", others, labelRows)
            : own == null ? null : pick("weights", own, rows);
    Tensor labels = pick("labels", late.labels(), labelRows);
    return new Batch(batch.header(), picked, labels, weights, List.of());
  }

  private static Batch oneRow(Batch batch, LateLabels late, int labelRow) {
    Tensor label = late.labels();
    if (label.shape().rank() > 0) {
      label = pick("labels", label, new int[] {labelRow});
      label = label.reshape(label.shape().without(0).toArray());
    }
    Tensor weights =
        late.weights() == null
            ? batch.weights()
            : pick("weights", late.weights(), new int[] {labelRow});
    return new Batch(batch.header(), batch.predictions(), label, weights, List.of());
  }

  private static Tensor pick(String name, Tensor tensor, int[] rows) {
    Tensor ranked = tensor.shape().rank() == 0 ? tensor.reshape(1) : tensor;
    for (int row : rows) {
      if (row >= ranked.shape().extent(0)) {
        throw new RefusedException(
            Reason.BAD_SHAPE,
            "%s has shape %s, but a label is of its row %d".formatted(name, tensor.shape(), row));
      }
    }
    return ranked.rows(rows);
  }
}
