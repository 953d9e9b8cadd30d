package io.losswatch.stream.evaluate;

import io.losswatch.core.loss.Loss;
import io.losswatch.core.loss.Losses;
import io.losswatch.core.window.Window;
import io.losswatch.stream.Monitor;
import io.losswatch.stream.TimeSettings;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Monitors of one line, for tests. */
final class Plans {
  private Plans() {}

  static MonitorPlan plan(String name, String glob, Loss loss, String... windows) {
    return plan(new Monitor(name, glob, loss, windows(windows), List.of()));
  }

  static MonitorPlan plan(Monitor monitor) {
    return MonitorPlan.of(List.of(monitor), TimeSettings.defaults()).get(0);
  }

  static Loss loss(String name) {
    return Losses.of(name, Map.of());
  }

  static List<Window> windows(String... texts) {
    return Stream.of(texts).map(Window::parse).toList();
  }
}
