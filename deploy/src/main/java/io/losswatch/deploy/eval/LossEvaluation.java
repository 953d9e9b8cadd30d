package io.losswatch.deploy.eval;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.loss.Loss;
import io.losswatch.core.loss.LossBuffer;
import io.losswatch.core.loss.Reduction;
import java.io.IOException;

/** The losses of each record, one JSON line each. */
public final class LossEvaluation extends Evaluation {
  private final Loss loss;
  private final Reduction reduction;
  private final LossBuffer buffer = new LossBuffer();

  /**
   * Evaluates with one loss.
   *
   * @param reduction {@code NONE}: a line has all elements, else it has one number
   * @param lines where the lines go
   */
  public LossEvaluation(Loss loss, Reduction reduction, JsonLines lines) {
    super(lines);
    this.loss = loss;
    this.reduction = reduction;
  }

  @Override
  void evaluate(Batch batch) throws IOException {
    loss.elements(batch, buffer);
    if (reduction == Reduction.NONE) {
      lines().writeLosses(record(), batch.header().batchId(), buffer);
    } else {
      lines().writeValue(record(), buffer.reduce(reduction));
    }
  }

  /** Nothing is open. */
  @Override
  public void finish() {}
}
