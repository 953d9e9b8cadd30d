package io.losswatch.deploy.demo;

import io.losswatch.schemas.RollingLoss;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The last means of every series over rolling windows of one kind. Safe for several threads. */
final class LossHistory {
  /** Windows that are kept of a series. */
  static final int LENGTH = 40;

  private final String window;
  private final Map<String, SortedMap<Long, Point>> points = new HashMap<>();

  /**
   * @param window the specification that is kept, such as {@code rolling:10s/1s}
   */
  LossHistory(String window) {
    this.window = window;
  }

  /** Takes a record; a later revision replaces an earlier one; other windows are passed over. */
  synchronized void add(String series, RollingLoss loss) {
    if (!loss.getWindow().equals(window)) {
      return;
    }
    SortedMap<Long, Point> history = points.computeIfAbsent(series, key -> new TreeMap<>());
    history.put(
        loss.getWindowEnd().toEpochMilli(),
        new Point(loss.getMean(), loss.getStderr(), loss.getCount()));
    if (history.size() > LENGTH) {
      history.remove(history.firstKey());
    }
  }

  /** Oldest first, at most {@link #LENGTH}; empty for a series that is not known. */
  synchronized List<Point> of(String series) {
    SortedMap<Long, Point> history = points.get(series);
    return history == null ? List.of() : List.copyOf(history.values());
  }

  /**
   * One window.
   *
   * @param mean mean loss, NaN without samples
   * @param error standard error of the mean, NaN below two samples
   * @param count samples
   */
  record Point(double mean, double error, long count) {}
}
