package io.losswatch.stream.consume;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that the test moves, or sets. */
final class SteppedClock extends Clock {
  private long millis;
  private long elapsedMillis;

  SteppedClock(long millis) {
    this.millis = millis;
  }

  /** Time goes on. */
  void advance(long byMillis) {
    millis += byMillis;
    elapsedMillis += byMillis;
  }

  /** Somebody sets the clock; no time passes. */
  void set(long byMillis) {
    millis += byMillis;
  }

  Moment moment() {
    return new Moment(millis, elapsedMillis);
  }

  @Override
  public long millis() {
    return millis;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis);
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
