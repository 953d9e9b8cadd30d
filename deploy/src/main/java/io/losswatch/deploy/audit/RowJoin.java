package io.losswatch.deploy.audit;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.LateLabels;
import io.losswatch.core.batch.Predictions;
import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Puts rows of predictions and their labels together. */
final class RowJoin {
  private RowJoin() {}

  /** Rows that can be labelled one by one; 1 if only all at once. */
  static int rows(Batch batch) {
    return Math.max(1, batch.sampleIds().size());
  }

  /** True if the ids are those of the rows. */
  static boolean fits(Batch batch) {
    Shape shape = batch.predictions().values().shape();
    int ids = batch.sampleIds().size();
    return ids == 0 || isOneRow(batch) || (shape.rank() > 0 && shape.extent(0) == ids);
  }

  private static boolean isOneRow(Batch batch) {
    Shape shape = batch.predictions().values().shape();
    return batch.sampleIds().size() == 1
        && (shape.rank() == 0 || (shape.rank() == 1 && shape.extent(0) != 1));
  }

  /** The whole batch with labels of its own order. */
  static Batch whole(Batch batch, LateLabels late) {
    Tensor weights = late.weights() == null ? batch.weights() : late.weights();
    return new Batch(batch.header(), batch.predictions(), late.labels(), weights, List.of());
  }

  /**
   * Some rows, each with the label at the same place of the other list.
   *
   * @throws IllegalArgumentException if the labels have no such rows
   */
  static Batch some(Batch batch, List<Integer> rows, LateLabels late, List<Integer> labelRows) {
    if (isOneRow(batch)) {
      return oneRow(batch, late, labelRows);
    }
    Predictions all = batch.predictions();
    Predictions picked = new Predictions(all.kind(), all.layout(), pick(all.values(), rows));
    Tensor own = batch.weights();
    Tensor weights =
        late.weights() != null
            ? pick(late.weights(), labelRows)
            : own == null ? null : pick(own, rows);
    return new Batch(batch.header(), picked, pick(late.labels(), labelRows), weights, List.of());
  }

  private static Batch oneRow(Batch batch, LateLabels late, List<Integer> labelRow) {
    Tensor label = late.labels();
    if (label.shape().rank() > 0) {
      label = pick(label, labelRow);
      label = label.reshape(label.shape().without(0).toArray());
    }
    Tensor others = late.weights();
    @Nullable Tensor weights = others == null ? batch.weights() : pick(others, labelRow);
    return new Batch(batch.header(), batch.predictions(), label, weights, List.of());
  }

  private static Tensor pick(Tensor tensor, List<Integer> rows) {
    Tensor ranked = tensor.shape().rank() == 0 ? tensor.reshape(1) : tensor;
    int[] picked = rows.stream().mapToInt(Integer::intValue).toArray();
    if (IntStream.of(picked).anyMatch(row -> row >= ranked.shape().extent(0))) {
      throw new IllegalArgumentException("a label is of a row that there is not");
    }
    return ranked.rows(picked);
  }
}
