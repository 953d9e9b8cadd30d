package io.losswatch.stream;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.loss.LossBuffer;
import io.losswatch.core.window.Ewma;
import io.losswatch.core.window.Last;
import io.losswatch.core.window.Rolling;
import io.losswatch.core.window.Series;
import io.losswatch.core.window.Tumbling;
import io.losswatch.core.window.Window;
import io.losswatch.schemas.codec.LogitBatchReader;
import io.losswatch.schemas.codec.WriterSchemas;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What every window must hold: keeps every sample and knows neither panes nor watermarks. */
final class Oracle {
  private static final LogitBatchReader READER = new LogitBatchReader(WriterSchemas.builtIn());

  private final List<Monitor> monitors;
  private final Map<WindowKey, Totals> windows = new HashMap<>();
  private final LossBuffer losses = new LossBuffer();

  /**
   * A window of a series.
   *
   * @param series key of the series
   * @param window its specification
   * @param end milliseconds
   */
  record WindowKey(String series, String window, long end) {}

  /** The samples of one window. */
  static final class Totals {
    private final List<Double> losses = new ArrayList<>();
    private final NaiveMetrics metrics = new NaiveMetrics();
    private long ignored;

    long count() {
      return losses.size();
    }

    long ignored() {
      return ignored;
    }

    NaiveMetrics metrics() {
      return metrics;
    }

    double sum() {
      return losses.stream().mapToDouble(Double::doubleValue).sum();
    }

    double mean() {
      return sum() / losses.size();
    }
  }

  Oracle(List<Monitor> monitors) {
    this.monitors = monitors;
  }

  Map<WindowKey, Totals> windows() {
    return windows;
  }

  /**
   * Samples that want to be counted in the windows of a series.
   *
   * @param monitor whose series it is
   * @param series key of it
   * @param time of the samples
   * @param samples their number, ignored ones included
   */
  record Placing(Monitor monitor, String series, long time, int samples) {}

  /** Tells which windows take the samples of a batch. */
  @FunctionalInterface
  interface Acceptance {
    boolean takes(Placing placing, long windowEnd);
  }

  /** Adds a batch to all windows that hold its event time. */
  void add(byte[] value) {
    add(value, 0, (placing, windowEnd) -> true);
  }

  /** Adds a batch to those windows that take it. */
  void add(byte[] value, long timestamp, Acceptance acceptance) {
    Batch batch = READER.read(value, 0, value.length);
    long time = batch.header().eventTimeMillis().orElse(timestamp);
    for (Monitor monitor : wanting(batch.header().model())) {
      monitor.loss().samples(batch, losses);
      List<NaiveMetrics.Row> rows =
          monitor.metrics().isEmpty() ? List.of() : NaiveMetrics.rows(batch);
      for (String series : series(monitor, batch)) {
        add(new Placing(monitor, series, time, losses.size()), losses, rows, acceptance);
      }
    }
  }

  List<Monitor> wanting(String model) {
    return monitors.stream()
        .filter(monitor -> model.matches(monitor.model().replace("*", ".*")))
        .toList();
  }

  static List<String> series(Monitor monitor, Batch batch) {
    List<String> series = new ArrayList<>();
    series.add(Series.of(monitor.name(), batch.header().model(), batch.header().version()).key());
    for (List<String> slice : monitor.slices()) {
      Map<String, String> tags = new TreeMap<>(batch.header().tags());
      tags.keySet().retainAll(slice);
      series.add(
          new Series(
                  monitor.name(),
                  batch.header().model(),
                  batch.header().version(),
                  new TreeMap<>(tags))
              .key());
    }
    return series;
  }

  private void add(
      Placing placing, LossBuffer losses, List<NaiveMetrics.Row> rows, Acceptance acceptance) {
    for (Window window : placing.monitor().windows()) {
      for (long end : ends(window, placing.time())) {
        if (acceptance.takes(placing, end)) {
          WindowKey key = new WindowKey(placing.series(), window.toString(), end);
          Totals totals = windows.computeIfAbsent(key, none -> new Totals());
          add(totals, losses);
          totals.metrics.add(rows);
        }
      }
    }
  }

  private static void add(Totals totals, LossBuffer losses) {
    for (int i = 0; i < losses.size(); i++) {
      if (losses.isIgnored(i)) {
        totals.ignored++;
      } else {
        totals.losses.add(losses.losses()[i]);
      }
    }
  }

  /** Ends of the windows that hold a time; none of those that have no end, or no beginning. */
  static List<Long> ends(Window window, long time) {
    if (window instanceof Last || window instanceof Ewma) {
      return List.of();
    }
    long size =
        window instanceof Rolling rolling ? rolling.sizeMillis() : ((Tumbling) window).sizeMillis();
    long every = window instanceof Rolling rolling ? rolling.everyMillis() : size;
    List<Long> ends = new ArrayList<>();
    for (long end = Math.floorDiv(time, every) * every + every; end - size <= time; end += every) {
      ends.add(end);
    }
    return ends;
  }
}
