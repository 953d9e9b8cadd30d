package io.losswatch.deploy.http;

import io.losswatch.schemas.RollingLoss;
import io.losswatch.stream.LossStream;
import io.losswatch.stream.StreamCounts;
import io.losswatch.stream.consume.SourcePartition;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Rolling losses as the service publishes them. */
public final class Published {
  private Published() {}

  private static final SourcePartition PARTITION = new SourcePartition("partials", 0);

  /** The partition of all of them, in an ownership. */
  public static StreamCounts.Standing owned(long epoch) {
    return new StreamCounts.Standing(
        Map.of(), Map.of(PARTITION, new StreamCounts.Roll(Optional.empty(), 1, 1, epoch)));
  }

  /** A window of ten seconds, in ownership 1. */
  static LossStream.Published published(
      Map<String, String> slice, long endSeconds, double mean, long count) {
    return new LossStream.Published(loss(slice, endSeconds, mean, count), PARTITION, 1);
  }

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
