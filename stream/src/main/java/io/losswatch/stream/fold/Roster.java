package io.losswatch.stream.fold;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All sources whose watermarks count: every partition of every input topic. It only grows.
 *
 * @param partitions number of partitions by topic
 */
public record Roster(SortedMap<String, Integer> partitions) {
  /** Nobody is known yet. */
  public static final Roster EMPTY = new Roster(Collections.emptySortedMap());

  public Roster {
    partitions = Collections.unmodifiableSortedMap(new TreeMap<>(partitions));
  }

  /** Both together: of each topic the larger number. */
  public Roster union(Roster other) {
    SortedMap<String, Integer> union = new TreeMap<>(partitions);
    other.partitions.forEach((topic, count) -> union.merge(topic, count, Math::max));
    return new Roster(union);
  }
}
