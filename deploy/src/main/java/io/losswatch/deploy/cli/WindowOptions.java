package io.losswatch.deploy.cli;

import io.losswatch.core.window.DurationText;
import io.losswatch.core.window.Window;
import io.losswatch.stream.TimeSettings;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code losswatch eval} that roll losses into windows. */
final class WindowOptions {
  private static final String DEFAULT_OUT_OF_ORDERNESS = "0s";
  private static final String DEFAULT_LATENESS = "1m";

  @Option(
      names = "--windows",
      paramLabel = "W,W,..",
      split = ",",
      description = {
        "Print, instead of losses, the rolling losses that the service would have published for",
        "these records in this order: rolling:SIZE/EVERY, tumbling:SIZE, last:N/M, ewma:HALF-LIFE."
      })
  private @Nullable List<String> windows;

  @Option(
      names = "--max-out-of-orderness",
      paramLabel = "D",
      description = "How far the watermark stays behind the highest event time (0s).")
  private @Nullable String maxOutOfOrderness;

  @Option(
      names = "--allowed-lateness",
      paramLabel = "D",
      description = "How long after its end a window still takes samples (1m).")
  private @Nullable String allowedLateness;

  /** True if windows are asked for. */
  boolean areGiven() {
    return windows != null;
  }

  /**
   * The windows.
   *
   * @throws IllegalArgumentException if one of them is none
   */
  List<Window> windows() {
    return windows == null ? List.of() : windows.stream().map(Window::parse).toList();
  }

  /**
   * How event time runs.
   *
   * @throws IllegalArgumentException if a duration is none, or there is no window that it is for
   */
  TimeSettings time() {
    if (windows == null && (maxOutOfOrderness != null || allowedLateness != null)) {
      throw new IllegalArgumentException(
          "--max-out-of-orderness and --allowed-lateness are for --windows, which is not given");
    }
    TimeSettings defaults = TimeSettings.defaults();
    return new TimeSettings(
        duration("--max-out-of-orderness", maxOutOfOrderness, DEFAULT_OUT_OF_ORDERNESS),
        defaults.idleAfter(),
        defaults.futureTolerance(),
        new TimeSettings.Lateness(
            duration("--allowed-lateness", allowedLateness, DEFAULT_LATENESS),
            defaults.lateness().reviseEvery()));
  }

  private static Duration duration(String option, @Nullable String text, String otherwise) {
    try {
      return Duration.ofMillis(DurationText.parseMillis(text == null ? otherwise : text));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
    }
  }
}
