package io.losswatch.deploy.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How far a reader was when. Pace and usage count from the first records that it had on, so that
 * starting and joining a group are no part of them. Mutable; one thread.
 */
final class Progress {
  private static final int POINTS = 40;

  private final List<Point> points = new ArrayList<>();
  private Usage.@Nullable Mark begun;

  private record Point(long nanos, long records) {}

  /** Takes note, if there is news. */
  void at(long nanos, long records) {
    long before = points.isEmpty() ? 0 : points.get(points.size() - 1).records;
    if (records > before) {
      points.add(new Point(nanos, records));
      begun = begun == null ? Usage.mark() : begun;
    }
  }

  /** What was used since the first records. */
  Usage usage() {
    return Objects.requireNonNull(begun, "nothing was read").usage();
  }

  /** Records behind the first ones: those that pace and usage are of. */
  long counted() {
    return points.get(points.size() - 1).records - points.get(0).records;
  }

  /**
   * Records a second, up to the end of everything.
   *
   * @param endNanos when the last window was committed, too
   */
  double recordsPerSecond(long endNanos) {
    long nanos = endNanos - points.get(0).nanos;
    return nanos > 0 ? counted() / (nanos / 1e9) : 0;
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
