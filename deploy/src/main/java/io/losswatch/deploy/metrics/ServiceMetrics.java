package io.losswatch.deploy.metrics;

import io.losswatch.core.loss.Losses;
import io.losswatch.deploy.http.LossBoard;
import io.losswatch.stream.LossStream;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The meters of a stream, those of {@link Metric} and the JVM's. Everything is read when it is
 * asked for; nothing is counted twice, and nothing is done while nobody asks. Thread-safe.
 */
public final class ServiceMetrics implements AutoCloseable {
  private final LossStream stream;
  private final LossBoard board;
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collector = new JvmGcMetrics();
  private final Map<Metric, MultiGauge> gauges = new EnumMap<>(Metric.class);
  private final Map<Metric, Map<List<String>, AtomicReference<Double>>> counters =
      new EnumMap<>(Metric.class);
  private final String version;

  /**
   * The meters.
   *
   * @param board what is published
   * @param version of the service
   */
  public ServiceMetrics(LossStream stream, LossBoard board, String version) {
    this.stream = stream;
    this.board = board;
    this.version = version;
    for (Metric metric : Metric.values()) {
      if (metric.kind() == Metric.Kind.GAUGE) {
        gauges.put(
            metric,
            MultiGauge.builder(metric.meter()).description(metric.meaning()).register(registry));
      }
    }
    new ClassLoaderMetrics().bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    collector.bindTo(registry);
  }

  /** All of them in Prometheus's text format, version 0.0.4. */
  public synchronized String scrape() {
    Reading reading = Reading.of(stream, board);
    reading.add(Metric.KERNELS, 1, Losses.kernels());
    reading.add(Metric.BUILD, 1, version);
    for (Metric metric : Metric.values()) {
      if (metric.kind() == Metric.Kind.GAUGE) {
        gauge(metric, reading.of(metric));
      } else {
        reading.of(metric).forEach(sample -> count(metric, sample));
      }
    }
    return registry.scrape();
  }

  private void gauge(Metric metric, List<Sample> samples) {
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    samples.forEach(sample -> rows.add(MultiGauge.Row.of(tags(metric, sample), sample.value())));
    MultiGauge gauge = gauges.get(metric);
    if (gauge != null) {
      gauge.register(rows, true);
    }
  }

  private void count(Metric metric, Sample sample) {
    counters
        .computeIfAbsent(metric, none -> new HashMap<>())
        .computeIfAbsent(sample.labels(), labels -> counter(metric, sample))
        .set(sample.value());
  }

  private AtomicReference<Double> counter(Metric metric, Sample sample) {
    AtomicReference<Double> latest = new AtomicReference<>(0.0);
    FunctionCounter.builder(metric.meter(), latest, AtomicReference::get)
        .description(metric.meaning())
        .tags(tags(metric, sample))
        .register(registry);
    return latest;
  }

  private static Tags tags(Metric metric, Sample sample) {
    Tags tags = Tags.empty();
    for (int i = 0; i < sample.labels().size(); i++) {
      tags = tags.and(metric.labels().get(i), sample.labels().get(i));
    }
    return tags;
  }

  @Override
  public void close() {
    collector.close();
    registry.close();
  }
}
