package io.losswatch.core.loss;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.BatchHeader;
import io.losswatch.core.batch.Layout;
import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.batch.Predictions;
import io.losswatch.core.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Batches of tests, which differ in predictions and labels only. */
final class Batches {
  private static final BatchHeader HEADER =
      new BatchHeader("m", "", OptionalLong.empty(), null, Map.of());

  private Batches() {}

  static Batch logits(Tensor values, @Nullable Tensor labels) {
    return of(OutputKind.LOGITS, values, labels);
  }

  static Batch of(OutputKind kind, Tensor values, @Nullable Tensor labels) {
    return of(kind, Layout.CLASS_LAST, values, labels, null);
  }

  static Batch of(
      OutputKind kind,
      Layout layout,
      Tensor values,
      @Nullable Tensor labels,
      @Nullable Tensor weights) {
    return new Batch(HEADER, new Predictions(kind, layout, values), labels, weights, List.of());
  }

  static LossBuffer elements(Loss loss, Batch batch) {
    LossBuffer buffer = new LossBuffer();
    loss.elements(batch, buffer);
    return buffer;
  }

  static LossBuffer samples(Loss loss, Batch batch) {
    LossBuffer buffer = new LossBuffer();
    loss.samples(batch, buffer);
    return buffer;
  }
}
