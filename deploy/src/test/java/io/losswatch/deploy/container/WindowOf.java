package io.losswatch.deploy.container;

import java.util.Comparator;

/** A window of a series, by the key of its records and its start. */
record WindowOf(String series, long startMillis) implements Comparable<WindowOf> {
  private static final Comparator<WindowOf> ORDER =
      Comparator.comparing(WindowOf::series).thenComparingLong(WindowOf::startMillis);

  @Override
  public int compareTo(WindowOf other) {
    return ORDER.compare(this, other);
  }
}
