package io.losswatch.stream.fold;

import io.losswatch.core.loss.Losses;
import io.losswatch.core.window.LossSummary;
import io.losswatch.core.window.Window;
import io.losswatch.stream.Monitor;
import io.losswatch.stream.TimeSettings;
import io.losswatch.stream.evaluate.MonitorPlan;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Monitors, times and sums for the tests of the fold. */
final class Folds {
  /** A multiple of every pane used in tests. */
  static final long T0 = 1_700_000_000_000L;

  static final long OUT_OF_ORDER = 2_000;
  static final long IDLE_AFTER = 10_000;
  static final long FUTURE = 300_000;
  static final long ALLOWED = 5_000;
  static final TimeSettings TIME =
      new TimeSettings(
          Duration.ofMillis(OUT_OF_ORDER),
          Duration.ofMillis(IDLE_AFTER),
          Duration.ofMillis(FUTURE),
          new TimeSettings.Lateness(Duration.ofMillis(ALLOWED), Duration.ZERO));

  private Folds() {}

  static MonitorPlan plan(String name, String... windows) {
    return plan(name, List.of(), windows);
  }

  static MonitorPlan plan(String name, List<List<String>> slices, String... windows) {
    List<Window> parsed = List.of(windows).stream().map(Window::parse).toList();
    Monitor monitor = new Monitor(name, "*", Losses.of("mse", Map.of()), parsed, slices);
    return MonitorPlan.of(List.of(monitor), TIME).get(0);
  }

  static LossSummary summary(double... losses) {
    LossSummary summary = new LossSummary();
    for (double loss : losses) {
      summary.add(loss, 1);
    }
    return summary;
  }

  /** Key of the whole traffic's series in the tests of hop 1. */
  static String series(MonitorPlan plan) {
    return plan.monitor().name() + "/digits/1/";
  }

  static <T> T present(@Nullable T value) {
    if (value == null) {
      throw new AssertionError("nothing is there");
    }
    return value;
  }
}
