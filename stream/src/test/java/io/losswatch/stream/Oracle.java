package io.losswatch.stream;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.loss.LossBuffer;
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
  private final List<Monitor> monitors;
  private final Map<WindowKey, Totals> windows = new HashMap<>();
  private final LogitBatchReader reader = new LogitBatchReader(WriterSchemas.builtIn());

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
    private long ignored;

    long count() {
      return losses.size();
    }

    long ignored() {
      return ignored;
    }

    double mean() {
      return losses.stream().mapToDouble(Double::doubleValue).sum() / losses.size();
    }
  }

  Oracle(List<Monitor> monitors) {
    this.monitors = monitors;
  }

  Map<WindowKey, Totals> windows() {
    return windows;
  }

  void add(byte[] value) {
    Batch batch = reader.read(value, 0, value.length);
    for (Monitor monitor : monitors) {
      if (batch.header().model().matches(monitor.model().replace("*", ".*"))) {
        add(batch, monitor);
      }
    }
  }

  private void add(Batch batch, Monitor monitor) {
    LossBuffer losses = new LossBuffer();
    monitor.loss().samples(batch, losses);
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
    long time = batch.header().eventTimeMillis().getAsLong();
    for (String key : series) {
      for (Window window : monitor.windows()) {
        for (long end : ends(window, time)) {
          add(
              windows.computeIfAbsent(
                  new WindowKey(key, window.toString(), end), k -> new Totals()),
              losses);
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

  private static List<Long> ends(Window window, long time) {
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
