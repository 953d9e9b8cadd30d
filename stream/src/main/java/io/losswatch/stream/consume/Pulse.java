package io.losswatch.stream.consume;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;

/**
 * How a poll loop stood at a moment. Immutable.
 *
 * @param nanos when, by {@link System#nanoTime}
 * @param joined true if it is a member of its group
 * @param lanes that it owns, companions too
 * @param restored those of them that are read
 * @param recordsToRestore of the state of the others
 * @param lag records that are in the log and not fetched yet, as far as the consumer knows
 */
public record Pulse(
    long nanos,
    boolean joined,
    int lanes,
    int restored,
    long recordsToRestore,
    Map<SourcePartition, Long> lag) {
  private static final long LAG_AGE_NANOS = TimeUnit.SECONDS.toNanos(1);

  public Pulse {
    lag = Map.copyOf(lag);
  }

  /** Of a loop that has not turned yet. */
  static Pulse first(long nowNanos) {
    return new Pulse(nowNanos, false, 0, 0, 0, Map.of());
  }

  /** The next one. What the lag is, is asked for once a second. */
  Pulse next(
      long nowNanos,
      boolean isJoined,
      Collection<Feed> feeds,
      Function<TopicPartition, OptionalLong> currentLag) {
    int started = (int) feeds.stream().filter(Feed::isStarted).count();
    long left = feeds.stream().mapToLong(feed -> feed.lane().recordsToRestore()).sum();
    boolean isNewSecond = nowNanos / LAG_AGE_NANOS != nanos / LAG_AGE_NANOS;
    Map<SourcePartition, Long> now = lag;
    if (isNewSecond || feeds.size() != lanes) {
      now = new HashMap<>();
      for (Feed feed : feeds) {
        OptionalLong records = currentLag.apply(feed.partition());
        if (feed.isStarted() && records.isPresent()) {
          now.put(feed.lane().source(), records.getAsLong());
        }
      }
    }
    return new Pulse(nowNanos, isJoined, feeds.size(), started, left, now);
  }
}
