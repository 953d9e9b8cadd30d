package io.losswatch.stream.consume;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds lanes back: one that has too much in flight, and one that runs too far ahead of the slowest
 * source. Both let go at half of what made them hold. The slowest never waits: where the lanes of
 * this instance stand is known at once, and of the others nobody is slower than it is heard to be.
 * Owned by the poll thread; the numbers may be read on any.
 */
final class Brake {
  private static final Logger log = LoggerFactory.getLogger(Brake.class);

  /** Of sources that do not wait for each other. */
  static final long UNBOUNDED = Long.MAX_VALUE;

  private static final long SILENCE_MILLIS = 60_000;

  private final SourceWatermarks watermarks;
  private final long maxSkewMillis;
  private final AtomicLong byBackPressure = new AtomicLong();
  private final AtomicLong bySkew = new AtomicLong();
  private long saidMillis = Long.MIN_VALUE / 2;

  /**
   * A brake.
   *
   * @param watermarks of all sources, as far as they were heard of
   * @param maxSkewMillis how far a source may be ahead, or {@link #UNBOUNDED}
   */
  Brake(SourceWatermarks watermarks, long maxSkewMillis) {
    this.watermarks = watermarks;
    this.maxSkewMillis = maxSkewMillis;
  }

  /**
   * Decides for all feeds that are started, which remember it.
   *
   * @param highBytes that may be in flight, of each
   */
  void decide(Collection<Feed> feeds, long highBytes, long nowMillis) {
    Map<SourcePartition, Long> own = new HashMap<>();
    for (Feed feed : feeds) {
      if (feed.lane().watermarkMillis() != Lane.SILENT) {
        own.put(feed.lane().source(), feed.lane().watermarkMillis());
      }
    }
    SourceWatermarks.Slowest slowest = maxSkewMillis == UNBOUNDED ? null : watermarks.slowest(own);
    for (Feed feed : feeds) {
      if (feed.isStarted()) {
        feed.hold(isFull(feed, highBytes), isAhead(feed, slowest, nowMillis));
      }
    }
  }

  private boolean isFull(Feed feed, long highBytes) {
    long bytes = feed.lane().bytesInFlight();
    boolean isFull = bytes > (feed.isFull() ? highBytes / 2 : highBytes);
    if (isFull && !feed.isFull()) {
      byBackPressure.incrementAndGet();
    }
    return isFull;
  }

  private boolean isAhead(Feed feed, SourceWatermarks.@Nullable Slowest slowest, long nowMillis) {
    long ownMillis = feed.lane().watermarkMillis();
    if (slowest == null || ownMillis == Lane.SILENT) {
      return false;
    }
    long aheadMillis = ownMillis - slowest.watermarkMillis();
    boolean isAhead = aheadMillis > (feed.isAhead() ? maxSkewMillis / 2 : maxSkewMillis);
    if (isAhead && !feed.isAhead()) {
      bySkew.incrementAndGet();
      say(feed, aheadMillis, slowest.source(), nowMillis);
    }
    return isAhead;
  }

  /** Pauses so far. */
  Consuming.Pauses pauses() {
    return new Consuming.Pauses(byBackPressure.get(), bySkew.get());
  }

  private void say(Feed feed, long aheadMillis, SourcePartition slowest, long nowMillis) {
    // the clock may be set back
    if (Math.abs(nowMillis - saidMillis) >= SILENCE_MILLIS) {
      log.info(
          "{} waits: it is {} ms ahead of {}, the slowest source, and max-skew is {} ms",
          feed.lane().source(),
          aheadMillis,
          slowest,
          maxSkewMillis);
      saidMillis = nowMillis;
    }
  }
}
