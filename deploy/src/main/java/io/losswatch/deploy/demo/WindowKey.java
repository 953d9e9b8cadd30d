package io.losswatch.deploy.demo;

import java.util.Comparator;

/**
 * One window of one series.
 *
 * @param series key of the series
 * @param startMillis first millisecond of the window
 */
record WindowKey(String series, long startMillis) implements Comparable<WindowKey> {
  private static final Comparator<WindowKey> ORDER =
      Comparator.comparing(WindowKey::series).thenComparingLong(WindowKey::startMillis);

  @Override
  public int compareTo(WindowKey other) {
    return ORDER.compare(this, other);
  }
}
