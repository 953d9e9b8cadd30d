package io.losswatch.deploy.tail;

import io.losswatch.core.window.Series;

/**
 * What a line shows of a rolling loss.
 *
 * @param series of what
 * @param window the window's specification, such as {@code rolling:5m/10s}
 * @param endMillis first instant after the window, milliseconds since the epoch
 * @param mean of the window with its error
 * @param count samples in the mean
 * @param revision how often it was published before
 * @param isFinal no further revision follows
 */
record Published(
    Series series,
    String window,
    long endMillis,
    Mean mean,
    long count,
    int revision,
    boolean isFinal) {
  /**
   * A mean loss.
   *
   * @param value NaN without samples
   * @param error its standard error, NaN below two samples
   */
  record Mean(double value, double error) {}
}
