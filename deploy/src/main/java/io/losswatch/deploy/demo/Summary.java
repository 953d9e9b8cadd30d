package io.losswatch.deploy.demo;

import io.losswatch.deploy.demo.Comparison.Verdict;
import io.losswatch.deploy.demo.PublishedWindows.Publication;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The last word of a run: each series' mean when calm and in drift, and whether all agree. */
final class Summary {
  /** More differences than these tell nothing new. */
  private static final int MAX_DIFFERENCES = 40;

  /** The whole before regions before devices. */
  private static final Comparator<String> ORDER =
      Comparator.comparingLong(Summary::monitorPosition)
          .thenComparingLong(series -> series.chars().filter(c -> c == '=').count())
          .thenComparing(Comparator.naturalOrder());

  private Summary() {}

  /**
   * Lines for the terminal.
   *
   * @param comparison who agrees
   * @param published the service's numbers
   * @param windowMillis length of their windows
   * @param schedule when drift was on, in milliseconds since {@code startMillis}
   * @param startMillis when the traffic began, milliseconds since the epoch
   */
  static List<String> lines(
      Comparison comparison,
      SortedMap<WindowKey, Publication> published,
      long windowMillis,
      DriftSchedule schedule,
      long startMillis) {
    Map<String, Phases> phases = new TreeMap<>();
    published.forEach((key, publication) -> {
      long from = key.startMillis() - startMillis;
      phases
          .computeIfAbsent(key.series(), series -> new Phases())
          .add(schedule, from, from + windowMillis, publication);
    });
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(row("monitor", "slice", "windows", "samples", "calm mean", "drift mean", "agrees"));
    comparison.series().entrySet().stream()
        .sorted(Map.Entry.comparingByKey(ORDER))
        .map(entry -> line(entry.getKey(), entry.getValue(), phases))
        .forEach(lines::add);
    lines.add("");
    lines.addAll(LossTable.deadLetters(comparison.deadLetters()));
    lines.addAll(verdict(comparison));
    return lines;
  }

  private static long monitorPosition(String series) {
    return Arrays.stream(Task.values())
        .takeWhile(task -> !series.startsWith(task.monitor() + "/"))
        .count();
  }

  private static String line(String series, Verdict verdict, Map<String, Phases> bySeries) {
    Phases phases = bySeries.getOrDefault(series, new Phases());
    String[] parts = series.split("/", -1);
    return row(
        parts[0],
        parts[3].isEmpty() ? "all" : parts[3],
        String.valueOf(verdict.windows()),
        String.format(Locale.ROOT, "%,d", verdict.samples()),
        phases.calm.text(),
        phases.drift.text(),
        verdict.differing() == 0 ? "yes" : "NO, " + verdict.differing() + " differ");
  }

  private static List<String> verdict(Comparison comparison) {
    List<String> lines = new ArrayList<>();
    if (comparison.agrees()) {
      lines.add(
          "All %,d windows agree with the losses that the demo computed by itself."
              .formatted(comparison.windows()));
      return lines;
    }
    List<String> differences = comparison.differences();
    lines.add(
        differences.isEmpty()
            ? "Nothing was compared: no window has samples."
            : "%d differences:".formatted(differences.size()));
    differences.stream().limit(MAX_DIFFERENCES).forEach(lines::add);
    if (differences.size() > MAX_DIFFERENCES) {
      lines.add("... and %d more".formatted(differences.size() - MAX_DIFFERENCES));
    }
    return lines;
  }

  private static String row(Object... cells) {
    return String.format(Locale.ROOT, "%-13s %-24s %8s %9s %11s %11s  %s", cells).stripTrailing();
  }

  /** Means of windows that lie wholly in one phase. */
  private static final class Phases {
    private final Mean calm = new Mean();
    private final Mean drift = new Mean();

    private void add(DriftSchedule schedule, long from, long to, Publication publication) {
      if (publication.count() == 0) {
        return;
      }
      if (schedule.covers(from, to)) {
        drift.add(publication);
      } else if (!schedule.touches(from, to)) {
        calm.add(publication);
      }
    }
  }

  private static final class Mean {
    private double total;
    private long count;

    private void add(Publication publication) {
      total += publication.mean() * publication.count();
      count += publication.count();
    }

    private String text() {
      return count == 0 ? "-" : String.format(Locale.ROOT, "%.4f", total / count);
    }
  }
}
