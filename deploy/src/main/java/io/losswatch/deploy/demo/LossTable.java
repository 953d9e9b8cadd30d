package io.losswatch.deploy.demo;

import io.losswatch.deploy.demo.LossHistory.Point;
import io.losswatch.deploy.terminal.Sparkline;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** The live table as text: no line longer than 100 characters, columns under each other. */
final class LossTable {
  static final int WIDTH = 100;

  private LossTable() {}

  /**
   * All that the table shows.
   *
   * @param elapsedMillis since the traffic began
   * @param phase what the world does, such as {@code calm}
   * @param rate predictions a second
   * @param rows series, those of a monitor together
   * @param deadLetters counts by reason
   */
  record View(
      long elapsedMillis,
      String phase,
      double rate,
      List<Row> rows,
      SortedMap<String, Long> deadLetters) {}

  /**
   * One series.
   *
   * @param monitor its monitor
   * @param slice its slice, such as {@code eu} or {@code all}
   * @param drifting true: drift is on for some of its traffic
   * @param history oldest first
   */
  record Row(String monitor, String slice, boolean drifting, List<Point> history) {
    private List<Double> means() {
      return history.stream().map(Point::mean).toList();
    }
  }

  /** Header, a line for each row, and the dead letters. */
  static List<String> lines(View view) {
    List<String> lines = new ArrayList<>();
    lines.add(header(view));
    lines.add(cells("monitor", "slice", " ", "mean ± std. error", "the last 40 s", "samples"));
    byMonitor(view.rows()).values().forEach(rows -> lines.addAll(monitorLines(rows)));
    lines.addAll(deadLetters(view.deadLetters()));
    return lines;
  }

  /** One line for each monitor and the dead letters, for an output that is no terminal. */
  static List<String> plainLines(View view) {
    List<String> lines = new ArrayList<>();
    byMonitor(view.rows()).forEach((monitor, rows) -> lines.add(plainLine(view, monitor, rows)));
    deadLetters(view.deadLetters()).forEach(line -> lines.add(clock(view) + " " + line));
    return lines;
  }

  private static String plainLine(View view, String monitor, List<Row> rows) {
    StringBuilder line = new StringBuilder();
    line.append("%s %-15s %-13s".formatted(clock(view), view.phase(), monitor));
    rows.forEach(row -> line.append("  ").append(row.slice()).append(' ').append(shortMean(row)));
    return line.toString();
  }

  private static String header(View view) {
    return "losswatch demo  %s  %s  %.0f predictions/s"
        .formatted(clock(view), view.phase(), view.rate());
  }

  private static String clock(View view) {
    long seconds = view.elapsedMillis() / 1000;
    return "%d:%02d".formatted(seconds / 60, seconds % 60);
  }

  private static Map<String, List<Row>> byMonitor(List<Row> rows) {
    return rows.stream()
        .collect(Collectors.groupingBy(Row::monitor, LinkedHashMap::new, Collectors.toList()));
  }

  /** The slices of a monitor share a scale, so that the one that drifts stands out. */
  private static List<String> monitorLines(List<Row> rows) {
    List<Double> means = rows.stream().flatMap(row -> row.means().stream()).toList();
    Sparkline scale = Sparkline.scaledTo(means);
    List<String> lines = new ArrayList<>();
    for (Row row : rows) {
      lines.add(line(row, !lines.isEmpty(), scale));
    }
    return lines;
  }

  private static String line(Row row, boolean sameMonitor, Sparkline scale) {
    return cells(
        sameMonitor ? "" : row.monitor(),
        row.slice(),
        row.drifting() ? "▲" : " ",
        row.history().isEmpty() ? "" : mean(newest(row)),
        scale.bars(row.means(), LossHistory.LENGTH),
        row.history().isEmpty() ? "" : String.format(Locale.ROOT, "%,d", newest(row).count()));
  }

  private static String mean(Point point) {
    return String.format(Locale.ROOT, "%.4f ± %.4f", point.mean(), point.error());
  }

  private static String shortMean(Row row) {
    return row.history().isEmpty()
        ? "-"
        : String.format(Locale.ROOT, "%.4f%s", newest(row).mean(), row.drifting() ? "▲" : "");
  }

  private static Point newest(Row row) {
    return row.history().get(row.history().size() - 1);
  }

  /** Counts by reason in as many lines as they need. */
  static List<String> deadLetters(SortedMap<String, Long> counts) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder("dead letters:");
    if (counts.isEmpty()) {
      line.append(" none");
    }
    counts.forEach((reason, count) -> {
      String entry = "  " + reason + " " + count;
      if (line.length() + entry.length() > WIDTH) {
        lines.add(line.toString());
        line.setLength(0);
        line.append(" ".repeat("dead letters:".length()));
      }
      line.append(entry);
    });
    lines.add(line.toString());
    return lines;
  }

  private static String cells(Object... cells) {
    return String.format(Locale.ROOT, "%-13s %-10s %s %19s  %-40s %9s", cells).stripTrailing();
  }
}
