package io.losswatch.deploy.demo;

import java.util.ArrayDeque;
import java.util.Deque;

/** How fast a count grows, over the last seconds. One thread owns it. */
final class Rate {
  private static final long OVER_MILLIS = 3_000;

  private final Deque<Reading> readings = new ArrayDeque<>();

  /** Takes a reading and tells the growth a second over about the last 3 s; 0 at first. */
  double perSecond(long nowMillis, long total) {
    readings.addLast(new Reading(nowMillis, total));
    while (readings.getFirst().atMillis() < nowMillis - OVER_MILLIS) {
      readings.removeFirst();
    }
    Reading first = readings.getFirst();
    long millis = nowMillis - first.atMillis();
    return millis == 0 ? 0 : 1000.0 * (total - first.total()) / millis;
  }

  private record Reading(long atMillis, long total) {}
}
