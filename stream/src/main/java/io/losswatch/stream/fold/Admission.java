package io.losswatch.stream.fold;

import io.losswatch.core.window.Series;
import io.losswatch.stream.evaluate.MonitorPlan;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which series a delta goes to: its own, or, when that is new and there is no room, the {@code
 * other} of its monitor. Immutable.
 *
 * <p>A series has its place for as long as it holds something. So who is admitted depends on what
 * is kept and on the order of the deltas alone, and a restart changes nothing.
 */
final class Admission {
  private final int maxSeries;
  private final Map<Long, SeriesId> others = new HashMap<>();

  /**
   * A rule.
   *
   * @param plans whose series they are
   * @param partition that keeps them
   * @param maxSeries that hold something at most, besides one {@code other} a monitor
   */
  Admission(Collection<MonitorPlan> plans, int partition, int maxSeries) {
    this.maxSeries = maxSeries;
    for (MonitorPlan plan : plans) {
      String key = Series.other(plan.monitor().name(), partition).key();
      others.put(plan.fingerprint(), new SeriesId(key, plan.fingerprint()));
    }
  }

  /**
   * Where a delta goes.
   *
   * @param wanted its series, of a monitor among the plans
   * @param kept the series that hold something
   */
  SeriesId place(SeriesId wanted, Set<SeriesId> kept) {
    if (kept.size() < maxSeries || kept.contains(wanted) || admitted(kept) < maxSeries) {
      return wanted;
    }
    return others.getOrDefault(wanted.fingerprint(), wanted);
  }

  private long admitted(Set<SeriesId> kept) {
    return kept.size() - others.values().stream().filter(kept::contains).count();
  }
}
