package io.losswatch.core.window;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The oracle of an average that is a monitor's only window: keeps every sample and sums all of them
 * up anew, each with its own power of two, for each pane that is published.
 */
final class NaiveEwma {
  /**
   * A publication: count, ignored, unlabeled, late and min and max; then what is decayed: sum,
   * weight, mean, stddev, stderr.
   */
  record Shown(long start, long end, List<Double> exact, List<Double> decayed) {}

  /** A delta as it came, the end of its own pane, and of the pane that publishes it. */
  private record Kept(NaiveWindows.Delta delta, long paneEnd, long shownEnd) {
    boolean isSomething() {
      return !delta.samples().isEmpty()
          || delta.ignored() + delta.late() > 0
          || delta.unlabeled() != 0;
    }
  }

  private final double halfLife;
  private final long pane;
  private final long allowed;
  private final List<Kept> kept = new ArrayList<>();
  private long shownUpTo = Long.MIN_VALUE;

  NaiveEwma(long halfLife, long allowed) {
    this.halfLife = halfLife;
    this.pane = halfLife / 8;
    this.allowed = allowed;
  }

  boolean fold(NaiveWindows.Delta delta, long watermark) {
    long end = delta.pane() + pane;
    long next = Math.floorDiv(watermark, pane) * pane + pane;
    if (end > watermark) {
      kept.add(new Kept(delta, end, end));
      return true;
    }
    if (watermark < end + allowed) {
      kept.add(new Kept(counted(delta), end, next));
      return true;
    }
    long all = delta.samples().size() + delta.ignored() + delta.late();
    all += Math.max(0, delta.unlabeled());
    kept.add(new Kept(new NaiveWindows.Delta(0, List.of(), 0, 0, all), next, next));
    return false;
  }

  private static NaiveWindows.Delta counted(NaiveWindows.Delta delta) {
    long unlabeled = Math.max(0, delta.unlabeled());
    return new NaiveWindows.Delta(
        delta.pane(), delta.samples(), delta.ignored(), unlabeled, delta.late());
  }

  List<Shown> advance(long watermark) {
    TreeSet<Long> ends = new TreeSet<>();
    for (Kept each : kept) {
      if (each.isSomething()) {
        ends.add(each.shownEnd);
        ends.add(each.shownEnd + pane);
      }
    }
    List<Shown> shown = new ArrayList<>();
    for (long end : ends) {
      if (end <= watermark && end > shownUpTo) {
        shown.add(shown(end));
      }
    }
    shownUpTo = Math.max(shownUpTo, watermark);
    return shown;
  }

  private Shown shown(long end) {
    double[] counts = new double[4];
    double min = Double.NaN;
    double max = Double.NaN;
    for (Kept each : kept) {
      if (each.shownEnd == end) {
        counts[0] += each.delta.samples().size();
        counts[1] += each.delta.ignored();
        counts[2] += each.delta.unlabeled();
        counts[3] += each.delta.late();
        for (double[] sample : each.delta.samples()) {
          double loss = sample[0] / sample[1];
          min = Double.isNaN(min) ? loss : Math.min(min, loss);
          max = Double.isNaN(max) ? loss : Math.max(max, loss);
        }
      }
    }
    List<Double> exact = List.of(counts[0], counts[1], counts[2], counts[3], min, max);
    return new Shown(end - pane, end, exact, decayed(end));
  }

  private List<Double> decayed(long end) {
    double sum = 0;
    double weight = 0;
    double squaredWeights = 0;
    for (double[] sample : decayedSamples(end)) {
      sum += sample[0] * sample[1];
      weight += sample[1];
      squaredWeights += sample[1] * sample[1];
    }
    double squares = 0;
    for (double[] sample : decayedSamples(end)) {
      squares += sample[1] * (sample[0] - sum / weight) * (sample[0] - sum / weight);
    }
    double n = weight * weight / squaredWeights;
    double stddev = n < 1.000_001 ? Double.NaN : Math.sqrt(squares / weight * n / (n - 1));
    return List.of(sum, weight, sum / weight, stddev, stddev * Math.sqrt(squaredWeights) / weight);
  }

  /** Pairs of loss and weight. */
  private List<double[]> decayedSamples(long end) {
    List<double[]> samples = new ArrayList<>();
    for (Kept each : kept) {
      if (each.shownEnd <= end && !isForgotten(each, end)) {
        double decay = Math.pow(2, -(end - each.paneEnd) / halfLife);
        for (double[] sample : each.delta.samples()) {
          samples.add(new double[] {sample[0] / sample[1], sample[1] * decay});
        }
      }
    }
    return samples;
  }

  /** True if, at some time between, there was nothing new for fifty half-lives. */
  private boolean isForgotten(Kept sample, long end) {
    TreeSet<Long> times = new TreeSet<>(List.of(end));
    for (Kept each : kept) {
      if (each.shownEnd < end && !each.delta.samples().isEmpty()) {
        times.add(each.shownEnd);
      }
    }
    long last = sample.shownEnd;
    for (long time : times.tailSet(last, false)) {
      if (time - last >= 50 * halfLife) {
        return true;
      }
      last = time;
    }
    return false;
  }
}
