package io.losswatch.core.loss;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.Layout;
import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.batch.Predictions;
import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The same batch otherwise: some of its rows, elsewhere in memory, in the other layout. */
final class BatchParts {
  private BatchParts() {}

  /** Rows {@code [from, to)} of the first axis of all tensors, as views. */
  static Batch rows(Batch batch, int from, int to) {
    Tensor labels = LossOracle.labels(batch);
    Tensor weights = batch.weights();
    return with(
        batch,
        batch.predictions().layout(),
        rows(batch.predictions().values(), from, to),
        rows(labels, from, to),
        weights == null ? null : rows(weights, from, to));
  }

  private static Batch with(
      Batch batch, Layout layout, Tensor values, Tensor labels, @Nullable Tensor weights) {
    OutputKind kind = batch.predictions().kind();
    return Batches.of(kind, layout, values, labels, weights);
  }

  private static Tensor rows(Tensor tensor, int from, int to) {
    long[] extents = tensor.shape().toArray();
    int bytesPerRow = tensor.length() / (int) extents[0];
    extents[0] = to - from;
    return Tensor.of(
        tensor.datatype(),
        Shape.of(extents),
        tensor.array(),
        tensor.offset() + from * bytesPerRow,
        (to - from) * bytesPerRow);
  }

  static Batch weighed(Batch batch, Tensor weights) {
    Predictions predictions = batch.predictions();
    return with(
        batch, predictions.layout(), predictions.values(), LossOracle.labels(batch), weights);
  }

  /** Every tensor at an offset within an array of bytes that are NaN as numbers. */
  static Batch moved(Batch batch, int offset) {
    Predictions predictions = batch.predictions();
    return with(
        batch,
        predictions.layout(),
        moved(predictions.values(), offset),
        moved(LossOracle.labels(batch), offset),
        null);
  }

  private static Tensor moved(Tensor tensor, int offset) {
    byte[] array = new byte[offset + tensor.length() + 64];
    Arrays.fill(array, (byte) 0xff);
    System.arraycopy(tensor.array(), tensor.offset(), array, offset, tensor.length());
    return Tensor.of(tensor.datatype(), tensor.shape(), array, offset, tensor.length());
  }

  /**
   * The batch as CLASS_SECOND: the last axis of the predictions, and of labels of their shape, is
   * moved to axis 1.
   */
  static Batch classSecond(Batch batch) {
    Tensor values = batch.predictions().values();
    Tensor labels = LossOracle.labels(batch);
    return with(
        batch,
        Layout.CLASS_SECOND,
        classSecond(values),
        labels.shape().equals(values.shape()) ? classSecond(labels) : labels,
        null);
  }

  private static Tensor classSecond(Tensor tensor) {
    int rank = tensor.shape().rank();
    if (rank < 3) {
      return tensor;
    }
    long[] from = tensor.shape().toArray();
    long[] to = new long[rank];
    to[0] = from[0];
    to[1] = from[rank - 1];
    System.arraycopy(from, 1, to, 2, rank - 2);
    int classes = (int) from[rank - 1];
    int inner = tensor.shape().elementCount() / (int) (from[0] * classes);
    int size = tensor.datatype().sizeBytes();
    byte[] array = new byte[tensor.length()];
    for (int i = 0; i < tensor.shape().elementCount(); i++) {
      int row = i / classes;
      int target = (row / inner * classes + i % classes) * inner + row % inner;
      System.arraycopy(tensor.array(), tensor.offset() + i * size, array, target * size, size);
    }
    return Tensor.of(tensor.datatype(), Shape.of(to), array, 0, array.length);
  }
}
