package io.losswatch.core.window;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The oracle: keeps every delta that it was ever given, and at each step looks at every window
 * there could be and recomputes it from single samples. It shares the plan's words with {@link
 * SeriesWindows}, and no code but the parsed windows.
 */
final class NaiveWindows {
  /** What a window shows. */
  record Shown(
      String window, long start, long end, int revision, boolean isFinal, List<Double> numbers) {}

  /** A delta: samples are pairs of numerator and weight. */
  record Delta(long pane, List<double[]> samples, long ignored, long unlabeled, long late) {
    LossSummary summary() {
      LossSummary summary = new LossSummary();
      samples.forEach(sample -> summary.add(sample[0], sample[1]));
      summary.addIgnored(ignored);
      summary.addUnlabeled(unlabeled);
      summary.addLate(late);
      return summary;
    }
  }

  private record Kept(Delta delta, long watermark) {}

  private static final class Status {
    int revision = -1;
    long publishedAt;
    int seen;
    boolean isFinal;
  }

  /** No window of the tests is longer, nor two times its distance. */
  private static final long REACH = 100;

  private final List<Window> windows;
  private final long pane;
  private final Lateness lateness;
  private final List<Kept> kept = new ArrayList<>();
  private final Map<List<Object>, Status> statuses = new HashMap<>();

  NaiveWindows(List<Window> windows, long pane, Lateness lateness) {
    this.windows = windows;
    this.pane = pane;
    this.lateness = lateness;
  }

  boolean fold(Delta delta, long watermark) {
    boolean open = false;
    for (Window window : windows) {
      for (long end = end(window, delta.pane - 1); end <= delta.pane + REACH; end++) {
        open |= isWindow(window, end) && isIn(window, end, delta) && !isFinal(end, watermark);
      }
    }
    if (open) {
      kept.add(new Kept(delta, watermark));
      return true;
    }
    long all = delta.samples.size() + delta.ignored + Math.max(0, delta.unlabeled) + delta.late;
    if (all > 0) {
      long now = Math.floorDiv(watermark, pane) * pane;
      kept.add(new Kept(new Delta(now, List.of(), 0, 0, all), watermark));
    }
    return false;
  }

  List<Shown> advance(long watermark) {
    List<Shown> shown = new ArrayList<>();
    long from = kept.stream().mapToLong(each -> each.delta.pane).min().orElse(0);
    long to = kept.stream().mapToLong(each -> each.delta.pane).max().orElse(0) + REACH;
    for (Window window : windows) {
      for (long end = from; end <= Math.min(to, watermark); end++) {
        if (isWindow(window, end)) {
          look(window, end, watermark, shown);
        }
      }
    }
    shown.sort(Comparator.comparingLong(Shown::end));
    return shown;
  }

  private void look(Window window, long end, long watermark, List<Shown> shown) {
    Status status = statuses.computeIfAbsent(List.of(window, end), key -> new Status());
    if (status.isFinal) {
      return;
    }
    boolean isFinal = isFinal(end, watermark);
    long cause = status.revision < 0 ? firstReason(window, end) : firstChange(window, end, status);
    boolean due;
    if (status.revision < 0) {
      // a reason that came when the window was over already counts only if it was not final then
      boolean exists = cause != Long.MAX_VALUE && !isFinal(end, cause);
      due = exists && (cause < end || isFinal || isCrossed(cause, watermark));
    } else {
      boolean mayRevise = watermark >= status.publishedAt + lateness.reviseEveryMillis();
      boolean changed = cause != Long.MAX_VALUE;
      due = isFinal || (changed && mayRevise && isCrossed(cause, watermark));
    }
    status.isFinal = isFinal;
    if (due) {
      status.revision++;
      status.publishedAt = watermark;
      status.seen = kept.size();
      shown.add(shown(window, end, status));
    }
  }

  private boolean isCrossed(long from, long to) {
    return Math.floorDiv(to, pane) > Math.floorDiv(from, pane);
  }

  /** Watermark at which the first delta came that is in the window or the one before. */
  private long firstReason(Window window, long end) {
    for (Kept each : kept) {
      if (isIn(window, end, each.delta) || isIn(window, end - every(window), each.delta)) {
        return each.watermark;
      }
    }
    return Long.MAX_VALUE;
  }

  private long firstChange(Window window, long end, Status status) {
    for (Kept each : kept.subList(status.seen, kept.size())) {
      if (isIn(window, end, each.delta)) {
        return each.watermark;
      }
    }
    return Long.MAX_VALUE;
  }

  private Shown shown(Window window, long end, Status status) {
    List<double[]> samples = new ArrayList<>();
    double[] counts = new double[3];
    for (Kept each : kept) {
      if (isIn(window, end, each.delta)) {
        samples.addAll(each.delta.samples);
        counts[0] += each.delta.ignored;
        counts[1] += each.delta.unlabeled;
        counts[2] += each.delta.late;
      }
    }
    List<Double> numbers = numbers(samples);
    for (double count : counts) {
      numbers.add(count);
    }
    long start = end - size(window);
    return new Shown(window.toString(), start, end, status.revision, status.isFinal, numbers);
  }

  /** Count, sum, weight, min, max: all exact, as the samples are small dyadic numbers. */
  private static List<Double> numbers(List<double[]> samples) {
    double sum = 0;
    double weight = 0;
    double min = Double.NaN;
    double max = Double.NaN;
    for (double[] sample : samples) {
      double loss = sample[0] / sample[1];
      sum += sample[0];
      weight += sample[1];
      min = Double.isNaN(min) ? loss : Math.min(min, loss);
      max = Double.isNaN(max) ? loss : Math.max(max, loss);
    }
    return new ArrayList<>(List.of((double) samples.size(), sum, weight, min, max));
  }

  private boolean isFinal(long end, long watermark) {
    return watermark >= end + lateness.allowedMillis();
  }

  private static long size(Window window) {
    return window instanceof Rolling rolling
        ? rolling.sizeMillis()
        : ((Tumbling) window).sizeMillis();
  }

  private static long every(Window window) {
    return window instanceof Rolling rolling ? rolling.everyMillis() : size(window);
  }

  private static boolean isWindow(Window window, long end) {
    return Math.floorMod(end - size(window), every(window)) == 0;
  }

  private static long end(Window window, long after) {
    long end = after + 1;
    while (!isWindow(window, end)) {
      end++;
    }
    return end;
  }

  private static boolean isIn(Window window, long end, Delta delta) {
    return end - size(window) <= delta.pane && delta.pane < end;
  }
}
