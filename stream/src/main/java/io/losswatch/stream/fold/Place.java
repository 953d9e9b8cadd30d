package io.losswatch.stream.fold;

import java.util.Comparator;

/**
 * Where something stands in time: by event time or label time, and among equals by offset.
 *
 * @param timeMillis milliseconds since the epoch, UTC
 * @param offset in its source
 */
record Place(long timeMillis, long offset) implements Comparable<Place> {
  private static final Comparator<Place> ORDER =
      Comparator.comparingLong(Place::timeMillis).thenComparingLong(Place::offset);

  @Override
  public int compareTo(Place other) {
    return ORDER.compare(this, other);
  }
}
