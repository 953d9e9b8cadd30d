package io.losswatch.stream.fold;

import io.losswatch.core.batch.BatchHeader;
import io.losswatch.core.window.Series;
import io.losswatch.stream.evaluate.MonitorPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The series that a batch belongs to: the whole, and each slice whose tags it carries. Owned by one
 * lane, which caches them.
 */
final class SeriesKeys {
  /** Combinations remembered; producers that invent tag values must not fill the memory. */
  private static final int MAX_REMEMBERED = 10_000;

  private final Map<Origin, List<String>> remembered = new HashMap<>();

  private record Origin(long fingerprint, String model, String version, Map<String, String> tags) {}

  List<String> of(MonitorPlan plan, BatchHeader header) {
    Origin origin = new Origin(plan.fingerprint(), header.model(), header.version(), header.tags());
    List<String> keys = remembered.get(origin);
    if (keys == null) {
      if (remembered.size() >= MAX_REMEMBERED) {
        remembered.clear();
      }
      keys = keys(plan, header);
      remembered.put(origin, keys);
    }
    return keys;
  }

  private static List<String> keys(MonitorPlan plan, BatchHeader header) {
    String monitor = plan.monitor().name();
    List<String> keys = new ArrayList<>();
    keys.add(Series.of(monitor, header.model(), header.version()).key());
    for (List<String> slice : plan.monitor().slices()) {
      if (header.tags().keySet().containsAll(slice)) {
        SortedMap<String, String> values = new TreeMap<>();
        slice.forEach(tag -> values.put(tag, header.tags().getOrDefault(tag, "")));
        keys.add(new Series(monitor, header.model(), header.version(), values).key());
      }
    }
    // a slice that is configured twice must not count twice
    return keys.stream().distinct().toList();
  }
}
