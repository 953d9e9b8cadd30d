package io.losswatch.stream.fold;

import io.losswatch.core.window.LossSummary;
import io.losswatch.core.window.Series;
import io.losswatch.stream.consume.SourcePartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says, at most once a minute, how much went to the {@code other} series of a lane. Mutable; owned
 * by the lane's thread. The wall clock paces the lines and nothing else.
 */
final class Overflow {
  private static final Logger log = LoggerFactory.getLogger(Overflow.class);
  private static final long SILENCE_MILLIS = 60_000;

  private final SourcePartition lane;
  private final int maxSeries;
  private long samples;
  private long deltas;
  private long saidMillis = Long.MIN_VALUE / 2;

  Overflow(SourcePartition lane, int maxSeries) {
    this.lane = lane;
    this.maxSeries = maxSeries;
  }

  void count(LossSummary sums) {
    samples += Tally.samplesOf(sums);
    deltas++;
  }

  /** Time goes on. */
  void report(long nowMillis) {
    // the clock may be set back
    if (deltas > 0 && Math.abs(nowMillis - saidMillis) >= SILENCE_MILLIS) {
      log.warn(
          "{}: limits.max-series {} is reached: {} samples in {} deltas of new series went to the"
              + " series of model other with the tag {}",
          lane,
          maxSeries,
          samples,
          deltas,
          Series.RESERVED_TAG);
      samples = 0;
      deltas = 0;
      saidMillis = nowMillis;
    }
  }
}
