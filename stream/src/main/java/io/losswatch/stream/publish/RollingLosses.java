package io.losswatch.stream.publish;

import io.losswatch.core.window.LabelLatency;
import io.losswatch.core.window.LossSummary;
import io.losswatch.core.window.Series;
import io.losswatch.core.window.WindowResult;
import io.losswatch.schemas.RollingLoss;
import io.losswatch.stream.fold.RolledWindow;
import java.time.Instant;
import java.util.OptionalDouble;

/** Windows as the records that the world reads. */
public final class RollingLosses {
  private RollingLosses() {}

  /** The record of a window. */
  public static RollingLoss of(RolledWindow window, long emittedAtMillis) {
    Series series = Series.parse(window.series());
    WindowResult result = window.result();
    LossSummary summary = result.summary();
    OptionalDouble logLikelihood = summary.logLikelihood();
    LabelLatency latency = summary.labelLatency();
    return RollingLoss.newBuilder()
        .setMonitor(series.monitor())
        .setModel(series.model())
        .setVersion(series.version())
        .setSlice(series.slice())
        .setLoss(window.plan().monitor().loss().name())
        .setWindow(result.window().toString())
        .setWindowStart(Instant.ofEpochMilli(result.bounds().startMillis()))
        .setWindowEnd(Instant.ofEpochMilli(result.bounds().endMillis()))
        .setMean(summary.mean())
        .setSum(summary.sum())
        .setWeight(summary.weight())
        .setCount(summary.count())
        .setIgnored(summary.ignored())
        .setNanCount(summary.nanCount())
        .setInfCount(summary.infCount())
        .setLateCount(summary.lateCount())
        .setUnlabeledCount(summary.unlabeledCount())
        .setMin(summary.min())
        .setMax(summary.max())
        .setStddev(summary.stddev())
        .setStderr(summary.stderr())
        .setLogLikelihood(logLikelihood.isPresent() ? logLikelihood.getAsDouble() : null)
        .setMetrics(summary.metrics(window.plan().monitor().metrics()))
        .setLabelLatencyMean(latency == null ? null : latency.meanSeconds())
        .setLabelLatencyMax(latency == null ? null : latency.maxSeconds())
        .setRevision(result.revision())
        .setIsFinal(result.isFinal())
        .setWatermark(Instant.ofEpochMilli(window.watermark()))
        .setEmittedAt(Instant.ofEpochMilli(emittedAtMillis))
        .build();
  }
}
