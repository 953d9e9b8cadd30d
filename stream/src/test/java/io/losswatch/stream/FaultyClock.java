package io.losswatch.stream;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The wall clock of an instance, which a test sets, and in which its poll threads can get stuck.
 */
final class FaultyClock extends Clock {
  private final AtomicLong aheadMillis = new AtomicLong();
  private volatile CountDownLatch gate = new CountDownLatch(0);

  /** It goes so much before the right time from now on; behind it, if negative. */
  void setAhead(Duration ahead) {
    aheadMillis.set(ahead.toMillis());
  }

  /** Poll threads that ask for the time wait until {@link #release}. */
  void stall() {
    gate = new CountDownLatch(1);
  }

  void release() {
    gate.countDown();
  }

  @Override
  public long millis() {
    if (Thread.currentThread().getName().startsWith("losswatch-poll-")) {
      try {
        gate.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return System.currentTimeMillis() + aheadMillis.get();
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis());
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
