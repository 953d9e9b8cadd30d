package io.losswatch.stream.consume;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where all sources stand, of all instances, as they have said themselves. One thread hears; any
 * thread may ask for the slowest.
 *
 * <p>A source of the roster that has not been heard of counts as standing where the slowest of the
 * others stood when it was missed first: so the others go on by max-skew, and not without bound,
 * since hop 2 stands still until it has spoken. Nobody waits at the start, and it is never paused
 * itself: what has no watermark is ahead of nobody.
 */
final class SourceWatermarks {
  private final Map<SourcePartition, Long> heard = new HashMap<>();
  private final Set<SourcePartition> missed = new HashSet<>();
  private final Set<SourcePartition> roster = new HashSet<>();
  private volatile Map<SourcePartition, Long> published = Map.of();

  /**
   * The one that the others wait for.
   *
   * @param source which it is
   * @param watermarkMillis where it stands
   */
  record Slowest(SourcePartition source, long watermarkMillis) {}

  /**
   * All that may be heard of, at first.
   *
   * @param roster numbers of partitions by topic
   */
  SourceWatermarks(Map<String, Integer> roster) {
    roster.forEach(this::expect);
  }

  /** Hearing thread: a topic has at least so many partitions. */
  void expect(String topic, int partitions) {
    for (int partition = 0; partition < partitions; partition++) {
      roster.add(new SourcePartition(topic, partition));
    }
  }

  /**
   * Hearing thread: what a source has said; counts from the next {@link #publish}.
   *
   * @param watermarkMillis {@link Lane#SILENT}: nothing yet
   */
  void hear(SourcePartition source, long watermarkMillis) {
    if (watermarkMillis == Lane.SILENT) {
      return;
    }
    if (missed.remove(source)) {
      heard.put(source, watermarkMillis);
    } else {
      heard.merge(source, watermarkMillis, Math::max);
    }
  }

  /** Hearing thread: all that there is to hear has been heard. */
  void publish() {
    Slowest known = smallest(heard, null);
    if (known == null) {
      return;
    }
    for (SourcePartition source : roster) {
      if (heard.putIfAbsent(source, known.watermarkMillis()) == null) {
        missed.add(source);
      }
    }
    published = Map.copyOf(heard);
  }

  /** Hearing thread: nothing is heard any more, and nobody shall wait for what is not heard. */
  void fallSilent() {
    published = Map.of();
  }

  /**
   * Any thread: the slowest of all.
   *
   * @param own what the caller knows better, since it is its own
   * @return null if nothing is known
   */
  @Nullable Slowest slowest(Map<SourcePartition, Long> own) {
    Map<SourcePartition, Long> others = new HashMap<>(published);
    others.keySet().removeAll(own.keySet());
    return smallest(own, smallest(others, null));
  }

  private static @Nullable Slowest smallest(
      Map<SourcePartition, Long> of, @Nullable Slowest before) {
    Slowest smallest = before;
    for (Map.Entry<SourcePartition, Long> each : of.entrySet()) {
      if (smallest == null || each.getValue() < smallest.watermarkMillis()) {
        smallest = new Slowest(each.getKey(), each.getValue());
      }
    }
    return smallest;
  }
}
