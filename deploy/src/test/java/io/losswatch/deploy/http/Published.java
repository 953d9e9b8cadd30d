package io.losswatch.deploy.http;

import io.losswatch.schemas.RollingLoss;
import java.time.Instant;
import java.util.Map;

/** Rolling losses as the service publishes them. */
public final class Published {
  private Published() {}

  /** A window of ten seconds. */
  public static RollingLoss loss(
      Map<String, String> slice, long endSeconds, double mean, long count) {
    Instant end = Instant.ofEpochSecond(endSeconds);
    return RollingLoss.newBuilder()
        .setMonitor("errors")
        .setModel("m")
        .setVersion("1")
        .setSlice(slice)
        .setLoss("mse")
        .setWindow("tumbling:10s")
        .setWindowStart(end.minusSeconds(10))
        .setWindowEnd(end)
        .setMean(mean)
        .setSum(mean * count)
        .setWeight(count)
        .setCount(count)
        .setIgnored(0)
        .setNanCount(0)
        .setInfCount(0)
        .setLateCount(0)
        .setUnlabeledCount(0)
        .setMin(0)
        .setMax(mean)
        .setStddev(Double.NaN)
        .setStderr(Double.NaN)
        .setLogLikelihood(null)
        .setMetrics(Map.of())
        .setRevision(0)
        .setIsFinal(false)
        .setWatermark(end)
        .setEmittedAt(end)
        .build();
  }
}
