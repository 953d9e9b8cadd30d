package io.losswatch.deploy.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.TreeMap;

/** Memory and lag over the time of a soak. Owned by one thread. */
final class SoakSamples {
  private final Map<String, LongSummaryStatistics> resident = new TreeMap<>();
  private final Map<String, LongSummaryStatistics> live = new TreeMap<>();
  private final LongSummaryStatistics lag = new LongSummaryStatistics();
  private final List<Double> recoveries = new ArrayList<>();

  /** Takes a sample; returns it as a line. */
  String take(Map<String, ChildJvm> processes, long behind) {
    StringBuilder line = new StringBuilder();
    processes.forEach((name, process) -> {
      long residentMegabytes = process.isAlive() ? process.residentMegabytes() : 0;
      long liveMegabytes = process.liveMegabytes();
      if (residentMegabytes > 0) {
        resident.computeIfAbsent(name, of -> new LongSummaryStatistics()).accept(residentMegabytes);
      }
      if (liveMegabytes > 0) {
        live.computeIfAbsent(name, of -> new LongSummaryStatistics()).accept(liveMegabytes);
      }
      line.append("%s %d MB (heap %d), ".formatted(name, residentMegabytes, liveMegabytes));
    });
    if (behind >= 0) {
      lag.accept(behind);
    }
    return line + "lag " + (behind < 0 ? "unknown" : behind + " records");
  }

  void recovered(double seconds) {
    recoveries.add(seconds);
  }

  List<String> summary() {
    List<String> lines = new ArrayList<>();
    resident.forEach((name, megabytes) ->
        lines.add(
            "%s: resident %d to %d MB, heap behind collections %s MB"
                .formatted(name, megabytes.getMin(), megabytes.getMax(), heap(name))));
    lines.add("lag: %.0f records on average, %d at most".formatted(lag.getAverage(), lag.getMax()));
    List<Double> sorted = recoveries.stream().sorted().toList();
    lines.add(
        sorted.isEmpty()
            ? "faults: none"
            : "faults: %d, all recovered, in %.1f s in the median, %.1f s at most"
                .formatted(
                    sorted.size(), sorted.get(sorted.size() / 2), sorted.get(sorted.size() - 1)));
    return lines;
  }

  private String heap(String name) {
    LongSummaryStatistics megabytes = live.get(name);
    return megabytes == null ? "-" : megabytes.getMin() + " to " + megabytes.getMax();
  }
}
