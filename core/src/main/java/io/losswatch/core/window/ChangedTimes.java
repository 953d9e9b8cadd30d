package io.losswatch.core.window;

import java.util.TreeSet;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The parts that changed since they were last asked for, by time. Owned by one series. */
final class ChangedTimes {
  private final boolean recording;
  private @Nullable TreeSet<Long> times;

  /** Remembers nothing unless it is recording, since nobody would ever ask. */
  ChangedTimes(boolean recording) {
    this.recording = recording;
  }

  void add(long timeMillis) {
    if (!recording) {
      return;
    }
    if (times == null) {
      times = new TreeSet<>();
    }
    times.add(timeMillis);
  }

  /** Hands out the times in ascending order and forgets them. */
  void drain(LongConsumer consumer) {
    if (times != null) {
      times.forEach(consumer::accept);
      times = null;
    }
  }
}
