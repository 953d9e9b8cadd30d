package io.losswatch.stream.consume;

import java.time.Clock;
import java.util.concurrent.TimeUnit;

/**
 * A moment by two clocks. How long something lasts is measured by the one that nobody sets: a wall
 * clock that jumps ahead would make every partition look silent, and one that was ahead for a
 * moment would never find one silent again.
 *
 * @param wallMillis wall clock, which may be set back or forward at any time
 * @param elapsedMillis since some moment; only differences mean something
 */
record Moment(long wallMillis, long elapsedMillis) {
  static Moment now(Clock wallClock) {
    return new Moment(wallClock.millis(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
  }

  /** How much later this is than another moment. */
  long millisSince(Moment earlier) {
    return elapsedMillis - earlier.elapsedMillis;
  }
}
