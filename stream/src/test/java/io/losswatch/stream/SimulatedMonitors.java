package io.losswatch.stream;

import io.losswatch.core.loss.Losses;
import io.losswatch.core.loss.Metrics;
import io.losswatch.core.window.Window;
import io.losswatch.stream.evaluate.MonitorPlan;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What the simulated hops watch, and how their event time runs. */
final class SimulatedMonitors {
  static final TimeSettings TIME =
      new TimeSettings(
          Duration.ofSeconds(2),
          Duration.ofSeconds(10),
          Duration.ofMinutes(5),
          new TimeSettings.Lateness(Duration.ofMillis(17_500), Duration.ofMillis(500)));
  static final Metrics METRICS = Metrics.of(Metrics.known(), 3);
  static final List<Monitor> MONITORS =
      List.of(
          monitor(
              "digits",
              "digits*",
              new Monitor.Measure(Losses.of("cross_entropy", Map.of()), METRICS),
              List.of("region"),
              "tumbling:10s",
              "last:12/4",
              "rolling:20s/5s",
              "last:90/30",
              "ewma:40s"),
          monitor(
              "errors",
              "diabetes",
              new Monitor.Measure(Losses.of("mse", Map.of()), Metrics.NONE),
              List.of(),
              "tumbling:4s",
              "ewma:32s"));
  static final List<MonitorPlan> PLANS = MonitorPlan.of(MONITORS, TIME);

  private SimulatedMonitors() {}

  private static Monitor monitor(
      String name, String model, Monitor.Measure measure, List<String> slice, String... windows) {
    return new Monitor(
        name,
        model,
        measure,
        List.of(windows).stream().map(Window::parse).toList(),
        slice.isEmpty() ? List.of() : List.of(slice));
  }

  /** Start of the pane that holds a time. */
  static long paneStart(Monitor monitor, long time) {
    long width = monitor.name().equals("digits") ? 5000 : 4000;
    return time - Math.floorMod(time, width);
  }
}
