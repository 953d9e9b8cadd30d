package io.losswatch.deploy.eval;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.loss.Loss;
import io.losswatch.core.loss.LossBuffer;
import io.losswatch.core.loss.Reduction;
import io.losswatch.schemas.codec.LogitBatchFile;
import java.io.IOException;
import java.io.InputStream;

/**
 * Evaluates the records of container files, one JSON line each; {@code record} counts over all
 * files. One thread owns it.
 */
public final class LossEvaluation implements Evaluation {
  private final Loss loss;
  private final Reduction reduction;
  private final JsonLines lines;
  private final LossBuffer buffer = new LossBuffer();
  private long record;
  private boolean isClean = true;

  /**
   * Evaluates with one loss.
   *
   * @param reduction {@code NONE}: a line has all elements, else it has one number
   * @param lines where the lines go
   */
  public LossEvaluation(Loss loss, Reduction reduction, JsonLines lines) {
    this.loss = loss;
    this.reduction = reduction;
    this.lines = lines;
  }

  @Override
  public void evaluate(InputStream in) throws IOException {
    try (LogitBatchFile file = LogitBatchFile.open(in)) {
      while (file.hasNext()) {
        evaluateNext(file);
        record++;
      }
    }
  }

  /** Nothing is open. */
  @Override
  public void finish() {}

  @Override
  public boolean isClean() {
    return isClean;
  }

  private void evaluateNext(LogitBatchFile file) throws IOException {
    try {
      Batch batch = file.next();
      loss.elements(batch, buffer);
      if (reduction == Reduction.NONE) {
        lines.writeLosses(record, batch.header().batchId(), buffer);
      } else {
        lines.writeValue(record, buffer.reduce(reduction));
      }
    } catch (RefusedException e) {
      isClean = false;
      lines.writeError(record, e.reason(), e.getMessage());
    }
  }
}
