package io.losswatch.deploy.demo;

import java.util.List;
import java.util.Optional;

/**
 * When the world changes, and for whom. Times are milliseconds since the traffic began; each cycle
 * has one drift, in another region than the cycle before.
 *
 * @param fromMillis where in a cycle drift sets in
 * @param toMillis where it ends
 * @param cycleMillis length of a cycle
 * @param regions whose turn it is, one after another
 */
record DriftSchedule(long fromMillis, long toMillis, long cycleMillis, List<String> regions) {
  DriftSchedule {
    if (fromMillis < 0 || toMillis < fromMillis || cycleMillis < toMillis || cycleMillis == 0) {
      throw new IllegalArgumentException(
          "a drift lies inside its cycle, but this one is [%d, %d) of %d ms"
              .formatted(fromMillis, toMillis, cycleMillis));
    }
    regions = List.copyOf(regions);
  }

  /** 40 s calm, 30 s drift, for ever. */
  static DriftSchedule cycling(List<String> regions) {
    return new DriftSchedule(40_000, 70_000, 70_000, regions);
  }

  /** One drift in the first region, from 35 % to 65 % of a run. */
  static DriftSchedule within(long runMillis, List<String> regions) {
    return new DriftSchedule(
        runMillis * 35 / 100, runMillis * 65 / 100, Long.MAX_VALUE, regions.subList(0, 1));
  }

  /** The region that drifts at this time. */
  Optional<String> regionAt(long elapsedMillis) {
    long inCycle = Math.floorMod(elapsedMillis, cycleMillis);
    boolean drifting = elapsedMillis >= 0 && inCycle >= fromMillis && inCycle < toMillis;
    return drifting ? Optional.of(regions.get(turn(elapsedMillis))) : Optional.empty();
  }

  /** True if a drift of the first cycle covers all of {@code [from, to)}. */
  boolean covers(long from, long to) {
    return from >= fromMillis && to <= toMillis;
  }

  /** True if a drift of the first cycle lies in some part of {@code [from, to)}. */
  boolean touches(long from, long to) {
    return from < toMillis && to > fromMillis;
  }

  private int turn(long elapsedMillis) {
    return (int) (elapsedMillis / cycleMillis % regions.size());
  }
}
