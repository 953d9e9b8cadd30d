package io.losswatch.stream.evaluate;

import io.losswatch.core.window.Lateness;
import io.losswatch.core.window.WindowPlan;
import io.losswatch.stream.Monitor;
import io.losswatch.stream.TimeSettings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/**
 * A monitor made ready: its panes and the fingerprint under which its sums may be merged.
 * Immutable.
 */
public final class MonitorPlan {
  private final Monitor monitor;
  private final Glob models;
  private final WindowPlan windows;
  private final long fingerprint;

  private MonitorPlan(Monitor monitor, Lateness lateness) {
    this.monitor = monitor;
    this.models = new Glob(monitor.model());
    this.windows = new WindowPlan(monitor.windows(), lateness);
    this.fingerprint = fingerprint(monitor, windows.paneMillis());
  }

  /** Plans of these monitors, in their order. */
  public static List<MonitorPlan> of(List<Monitor> monitors, TimeSettings time) {
    Lateness lateness =
        new Lateness(
            time.lateness().allowed().toMillis(), time.lateness().reviseEvery().toMillis());
    return monitors.stream().map(monitor -> new MonitorPlan(monitor, lateness)).toList();
  }

  /** What was asked for. */
  public Monitor monitor() {
    return monitor;
  }

  /** Its windows, and how late samples may be. */
  public WindowPlan windows() {
    return windows;
  }

  /**
   * Changes with whatever makes sums incomparable: name, loss, its parameters, panes, metrics, time
   * axis.
   */
  public long fingerprint() {
    return fingerprint;
  }

  /** True if the monitor watches this model. */
  public boolean wants(String model) {
    return models.matches(model);
  }

  private static long fingerprint(Monitor monitor, long paneMillis) {
    List<String> parts =
        new ArrayList<>(
            List.of(
                monitor.name(),
                monitor.loss().name(),
                monitor.loss().parameters().toString(),
                Long.toString(paneMillis)));
    if (!monitor.metrics().isEmpty()) {
      parts.add(monitor.metrics().toString());
    }
    if (monitor.isByLabelTime()) {
      parts.add("by label time");
    }
    String text = String.join("\n", parts);
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
