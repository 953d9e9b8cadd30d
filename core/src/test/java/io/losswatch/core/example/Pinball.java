package io.losswatch.core.example;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.loss.Loss;
import io.losswatch.core.loss.LossBuffer;
import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A loss that fills the buffer by itself: max(q·(y − x), (q − 1)·(y − x)), the loss of a quantile
 * q. A label of NaN is missing and ignored.
 */
public final class Pinball implements Loss {
  private final double quantile;

  /** The loss of a quantile in (0, 1). */
  public Pinball(double quantile) {
    this.quantile = quantile;
  }

  @Override
  public String name() {
    return "pinball";
  }

  @Override
  public SortedMap<String, String> parameters() {
    TreeMap<String, String> parameters = new TreeMap<>();
    parameters.put("quantile", Double.toString(quantile));
    return Collections.unmodifiableSortedMap(parameters);
  }

  @Override
  public boolean isLikelihood() {
    return false;
  }

  @Override
  public void elements(Batch batch, LossBuffer out) {
    Tensor predictions = batch.predictions().values();
    Tensor labels = batch.labels();
    Shape shape = predictions.shape();
    requireLabels(labels, shape);
    long rows = shape.rank() == 0 ? 1 : shape.extent(0);
    out.begin(shape, samples(shape), rows);
    for (int i = 0; i < shape.elementCount(); i++) {
      double label = labels.doubleAt(i);
      double above = label - predictions.doubleAt(i);
      if (Double.isNaN(label)) {
        out.ignore(i);
      } else {
        out.put(i, Math.max(quantile * above, (quantile - 1) * above));
      }
    }
    out.weigh(batch.weights());
  }

  private static void requireLabels(@Nullable Tensor labels, Shape shape) {
    if (labels == null) {
      throw new RefusedException(Reason.MISSING_LABEL, "pinball needs labels");
    }
    if (!labels.shape().equals(shape)) {
      throw new RefusedException(
          Reason.BAD_SHAPE, "labels has shape %s, not %s".formatted(labels.shape(), shape));
    }
  }

  private static Shape samples(Shape shape) {
    if (shape.rank() <= 1) {
      return shape;
    }
    return Shape.of(shape.elementCount() == 0 ? 0 : shape.extent(0));
  }
}
