package io.losswatch.deploy.demo;

import io.losswatch.schemas.RollingLoss;
import java.time.Instant;
import java.util.Map;

/** Published records for tests, of which only some fields matter. */
final class RollingLosses {
  private RollingLosses() {}

  static RollingLoss of(
      String window, long start, long end, int revision, boolean isFinal, double mean) {
    return RollingLoss.newBuilder()
        .setMonitor("digits-ce")
        .setModel("digits")
        .setVersion("1")
        .setSlice(Map.of())
        .setLoss("cross_entropy")
        .setWindow(window)
        .setWindowStart(Instant.ofEpochMilli(start))
        .setWindowEnd(Instant.ofEpochMilli(end))
        .setMean(mean)
        .setSum(3 * mean)
        .setWeight(3)
        .setCount(3)
        .setIgnored(0)
        .setNanCount(0)
        .setInfCount(0)
        .setLateCount(0)
        .setUnlabeledCount(0)
        .setMin(mean)
        .setMax(mean)
        .setStddev(0)
        .setStderr(0.5)
        .setRevision(revision)
        .setIsFinal(isFinal)
        .setWatermark(Instant.ofEpochMilli(end))
        .setEmittedAt(Instant.ofEpochMilli(end))
        .build();
  }
}
