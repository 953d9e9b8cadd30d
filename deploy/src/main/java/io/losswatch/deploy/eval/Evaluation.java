package io.losswatch.deploy.eval;

import io.losswatch.core.batch.RefusedException;
import java.io.IOException;
import java.io.InputStream;

/** Evaluates the records of container files, and writes lines about them. One thread owns it. */
public interface Evaluation {
  /**
   * Evaluates each record of a file; a record that is refused gives a line that says why.
   *
   * @param in closed at the end
   * @throws RefusedException if this is no container file, or one of other records
   * @throws IOException if it cannot be read, or the lines not be written
   */
  void evaluate(InputStream in) throws IOException;

  /**
   * There are no more files.
   *
   * @throws IOException if the lines cannot be written
   */
  void finish() throws IOException;

  /** True if no record was refused. */
  boolean isClean();
}
