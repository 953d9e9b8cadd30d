package io.losswatch.stream.consume;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What partitions of a hop wait for that is not the stream's to give. Thread-safe. */
public final class Obstacles {
  private final SortedMap<String, Integer> waiting = new TreeMap<>();

  /** A partition waits. */
  public synchronized void begin(String forWhat) {
    waiting.merge(forWhat, 1, Integer::sum);
  }

  /** It does no more. */
  public synchronized void end(String forWhat) {
    waiting.computeIfPresent(forWhat, (what, count) -> count == 1 ? null : count - 1);
  }

  /** Such as {@code 2 partitions wait for schema 7 of the registry}. */
  public synchronized List<String> now() {
    return waiting.entrySet().stream()
        .map(entry ->
            entry.getValue() == 1
                ? "a partition waits for " + entry.getKey()
                : "%d partitions wait for %s".formatted(entry.getValue(), entry.getKey()))
        .toList();
  }
}
