package io.losswatch.core.window;

/**
 * One window that is due: what a rolling loss is made of.
 *
 * @param window specification
 * @param bounds where it lies in event time
 * @param summary its sums, the receiver's own; empty if the series has just fallen silent, but for
 *     what an {@link Ewma} remembers
 * @param revision 0 when it is published for the first time, one more each time
 * @param isFinal true, once, in the window's last revision
 */
public record WindowResult(
    Window window, Bounds bounds, LossSummary summary, int revision, boolean isFinal) {
  /**
   * A half-open interval of event time, UTC.
   *
   * @param startMillis first instant
   * @param endMillis first instant after it
   */
  public record Bounds(long startMillis, long endMillis) {}
}
