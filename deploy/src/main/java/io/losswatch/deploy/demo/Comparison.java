package io.losswatch.deploy.demo;

import io.losswatch.deploy.demo.ExpectedLosses.Sum;
import io.losswatch.deploy.demo.PublishedWindows.Publication;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The service's numbers beside the demo's own, window by window.
 *
 * @param series what each series came to, by key
 * @param deadLetters found, by reason
 * @param differences one line for each window or dead-letter count that differs or is missing
 */
record Comparison(
    SortedMap<String, Verdict> series,
    SortedMap<String, Long> deadLetters,
    List<String> differences) {
  /**
   * Means may differ by so much of their size. The kernels' bound is 5e-7 of a loss, and 1e-7 near
   * zero.
   */
  private static final double RELATIVE_TOLERANCE = 1e-6;

  private static final double ABSOLUTE_TOLERANCE = 1e-7;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneOffset.UTC);

  Comparison {
    series = Collections.unmodifiableSortedMap(new TreeMap<>(series));
    deadLetters = Collections.unmodifiableSortedMap(new TreeMap<>(deadLetters));
    differences = List.copyOf(differences);
  }

  /** Compares every window that has samples on either side. */
  static Comparison of(
      SortedMap<WindowKey, Sum> expected, SortedMap<WindowKey, Publication> published) {
    SortedMap<String, Verdict> series = new TreeMap<>();
    List<String> differences = new ArrayList<>();
    TreeSet<WindowKey> windows = new TreeSet<>(expected.keySet());
    published.forEach((key, publication) -> {
      if (publication.count() > 0) {
        windows.add(key);
      }
    });
    for (WindowKey key : windows) {
      String difference = difference(expected.get(key), published.get(key));
      if (!difference.isEmpty()) {
        differences.add(describe(key) + ": " + difference);
      }
      Sum sum = expected.getOrDefault(key, new Sum(0, 0));
      Verdict verdict = new Verdict(1, sum.count(), difference.isEmpty() ? 0 : 1);
      series.merge(key.series(), verdict, Verdict::plus);
    }
    return new Comparison(series, Collections.emptySortedMap(), differences);
  }

  /** With the counts of dead letters and further lines about what went wrong. */
  Comparison with(
      SortedMap<String, Long> expected, SortedMap<String, Long> published, List<String> faults) {
    List<String> all = new ArrayList<>(differences);
    TreeSet<String> reasons = new TreeSet<>(expected.keySet());
    reasons.addAll(published.keySet());
    for (String reason : reasons) {
      long sent = expected.getOrDefault(reason, 0L);
      long found = published.getOrDefault(reason, 0L);
      if (sent != found) {
        all.add("dead letters %s: %d sent, %d found".formatted(reason, sent, found));
      }
    }
    all.addAll(faults);
    return new Comparison(series, published, all);
  }

  /** True if nothing differs and at least one window was compared. */
  boolean agrees() {
    return differences.isEmpty() && !series.isEmpty();
  }

  long windows() {
    return series.values().stream().mapToLong(Verdict::windows).sum();
  }

  static String describe(WindowKey key) {
    return key.series() + " window " + TIME.format(Instant.ofEpochMilli(key.startMillis()));
  }

  /** What is wrong with a window, or nothing. */
  private static String difference(@Nullable Sum expected, @Nullable Publication published) {
    if (published == null) {
      long samples = expected == null ? 0 : expected.count();
      return "%d samples expected, nothing published".formatted(samples);
    }
    if (expected == null) {
      return "no samples expected, %d published".formatted(published.count());
    }
    if (!published.isFinal()) {
      return "revision %d is not final".formatted(published.revision());
    }
    if (published.count() != expected.count()) {
      return "%d samples expected, %d published".formatted(expected.count(), published.count());
    }
    double tolerance = Math.max(RELATIVE_TOLERANCE * Math.abs(expected.mean()), ABSOLUTE_TOLERANCE);
    boolean near = Math.abs(published.mean() - expected.mean()) <= tolerance;
    return near
        ? ""
        : "mean %s expected, %s published".formatted(expected.mean(), published.mean());
  }

  /**
   * What a series came to.
   *
   * @param windows compared
   * @param samples in them, by the demo's own count
   * @param differing windows that differ
   */
  record Verdict(long windows, long samples, long differing) {
    private Verdict plus(Verdict other) {
      return new Verdict(
          windows + other.windows, samples + other.samples, differing + other.differing);
    }
  }
}
