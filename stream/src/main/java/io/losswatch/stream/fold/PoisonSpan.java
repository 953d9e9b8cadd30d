package io.losswatch.stream.fold;

/**
 * How long a source has brought nothing but poison. That moves its watermark as silence would: a
 * producer whose clock is ahead must not hold up the windows of all. Only stamps of poison are
 * compared, since those of another producer's records may lag behind them. Mutable; owned by the
 * lane's thread.
 */
final class PoisonSpan {
  private static final long NEVER = Long.MIN_VALUE;

  private final PaneClock clock;
  private long sinceMillis = NEVER;

  PoisonSpan(PaneClock clock) {
    this.clock = clock;
  }

  /**
   * Poison came.
   *
   * @return what it says of the watermark; {@link PaneMemory#SILENT}: nothing
   */
  long extend(long timestampMillis, long nowMillis) {
    long stampedMillis = clock.stamp(timestampMillis, nowMillis);
    if (sinceMillis == NEVER) {
      sinceMillis = stampedMillis;
    } else if (clock.isSilence(sinceMillis, stampedMillis)) {
      return clock.idleWatermark(stampedMillis);
    }
    return PaneMemory.SILENT;
  }

  /** A record came that is none. */
  void end() {
    sinceMillis = NEVER;
  }
}
