package io.losswatch.deploy.eval;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.schemas.codec.LogitBatchFile;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates the records of container files and writes lines about them; {@code record} counts over
 * all files. One thread owns it.
 */
public abstract class Evaluation {
  private final JsonLines lines;
  private long record;
  private boolean isClean = true;

  /** Writes its lines there. */
  Evaluation(JsonLines lines) {
    this.lines = lines;
  }

  /**
   * Evaluates each record of a file; a record that is refused gives a line that says why.
   *
   * @param in closed at the end
   * @throws RefusedException if this is no container file, or one of other records
   * @throws IOException if it cannot be read, or the lines not be written
   */
  public final void evaluate(InputStream in) throws IOException {
    try (LogitBatchFile file = LogitBatchFile.open(in)) {
      while (file.hasNext()) {
        evaluateNext(file);
        record++;
      }
    }
  }

  private void evaluateNext(LogitBatchFile file) throws IOException {
    try {
      evaluate(file.next());
    } catch (RefusedException e) {
      refuse(e.reason(), e.getMessage());
    }
  }

  /** Evaluates the batch of the present record. */
  abstract void evaluate(Batch batch) throws IOException, RefusedException;

  /** Writes why the present record is refused. */
  final void refuse(Reason reason, @Nullable String message) throws IOException {
    isClean = false;
    lines.writeError(record, reason, message);
  }

  /**
   * There are no more files.
   *
   * @throws IOException if the lines cannot be written
   */
  public abstract void finish() throws IOException;

  /** True if no record was refused. */
  public final boolean isClean() {
    return isClean;
  }

  final JsonLines lines() {
    return lines;
  }

  /** Number of the present record. */
  final long record() {
    return record;
  }
}
