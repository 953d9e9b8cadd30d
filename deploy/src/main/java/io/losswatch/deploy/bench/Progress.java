package io.losswatch.deploy.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How far a reader was when. Pace and usage count from the first records that it had on, so that
 * starting and joining a group are no part of them; of a topic that is so small that they were all,
 * from the start. Mutable; one thread.
 */
final class Progress {
  private static final int POINTS = 40;

  private final List<Point> points = new ArrayList<>();
  private final Point start;
  private final LongSupplier brokerCpuNanos;
  private final Usage.Mark started;
  private Usage.@Nullable Mark begun;

  private record Point(long nanos, long records) {}

  /** It starts now, of a reader of brokers of which nobody knows what they use. */
  Progress(long nanos) {
    this(nanos, () -> -1);
  }

  /**
   * It starts now.
   *
   * @param brokerCpuNanos that the broker has used so far; negative: nobody knows
   */
  Progress(long nanos, LongSupplier brokerCpuNanos) {
    start = new Point(nanos, 0);
    this.brokerCpuNanos = brokerCpuNanos;
    this.started = Usage.mark(brokerCpuNanos);
  }

  /** Takes note, if there is news. */
  void at(long nanos, long records) {
    long before = points.isEmpty() ? 0 : points.get(points.size() - 1).records;
    if (records > before) {
      points.add(new Point(nanos, records));
      begun = begun == null ? Usage.mark(brokerCpuNanos) : begun;
    }
  }

  private boolean isInOneGo() {
    return points.size() < 2;
  }

  private Point first() {
    return isInOneGo() ? start : points.get(0);
  }

  private Point last() {
    return points.isEmpty() ? start : points.get(points.size() - 1);
  }

  /** What was used for the records that count. */
  Usage usage() {
    return (isInOneGo() ? started : Objects.requireNonNull(begun)).usage();
  }

  /** Records that pace and usage are of. */
  long counted() {
    return last().records - first().records;
  }

  /**
   * Records a second, up to the end of everything.
   *
   * @param endNanos when the last window was committed, too
   */
  double recordsPerSecond(long endNanos) {
    return counted() / ((endNanos - first().nanos) / 1e9);
  }

  /** Records a second over time, in equal steps; between two points as many in each moment. */
  List<Double> curve() {
    List<Double> curve = new ArrayList<>();
    double begin = first().nanos;
    double step = (last().nanos - begin) / POINTS;
    for (int i = 0; i < POINTS && step > 0; i++) {
      double more = recordsAt(begin + (i + 1) * step) - recordsAt(begin + i * step);
      curve.add(more / (step / 1e9));
    }
    return curve;
  }

  private double recordsAt(double nanos) {
    Point before = first();
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
