package io.losswatch.deploy.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * How far a reader was when. The pace counts from the first records that it had on, so that joining
 * a group is no part of it. Mutable; one thread.
 */
final class Progress {
  private static final int POINTS = 40;

  private final List<Point> points = new ArrayList<>();

  private record Point(long nanos, long records) {}

  /** Takes note, if there is news. */
  void at(long nanos, long records) {
    long before = points.isEmpty() ? 0 : points.get(points.size() - 1).records;
    if (records > before) {
      points.add(new Point(nanos, records));
    }
  }

  /**
   * Records a second, up to the end of everything.
   *
   * @param endNanos when the last window was committed, too
   */
  double recordsPerSecond(long endNanos) {
    Point first = points.get(0);
    Point last = points.get(points.size() - 1);
    long records = last.records - first.records;
    // all in one go: from its beginning, which nobody saw, it can only be slower than this
    return records == 0
        ? last.records / ((endNanos - first.nanos) / 1e9 + 1e-3)
        : records / ((endNanos - first.nanos) / 1e9);
  }

  /** Records a second over time, in equal steps; between two points as many in each moment. */
  List<Double> curve() {
    List<Double> curve = new ArrayList<>();
    double begin = points.get(0).nanos;
    double step = (points.get(points.size() - 1).nanos - begin) / POINTS;
    for (int i = 0; i < POINTS && step > 0; i++) {
      double more = recordsAt(begin + (i + 1) * step) - recordsAt(begin + i * step);
      curve.add(more / (step / 1e9));
    }
    return curve;
  }

  private double recordsAt(double nanos) {
    Point before = points.get(0);
    for (Point after : points) {
      if (after.nanos >= nanos) {
        double share =
            after.nanos == before.nanos
                ? 1
                : (nanos - before.nanos) / (double) (after.nanos - before.nanos);
        return before.records + share * (after.records - before.records);
      }
      before = after;
    }
    return before.records;
  }
}
