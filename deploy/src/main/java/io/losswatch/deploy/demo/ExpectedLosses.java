package io.losswatch.deploy.demo;

import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the service must publish about the traffic so far: sums of every series in windows side by
 * side, and dead letters by their flaw. Safe for several threads.
 */
final class ExpectedLosses {
  private final long windowMillis;
  private final SortedMap<WindowKey, Sum> sums = new TreeMap<>();
  private final Map<Flaw, Long> flaws = new EnumMap<>(Flaw.class);

  ExpectedLosses(long windowMillis) {
    this.windowMillis = windowMillis;
  }

  /** Adds what is in a record, before it is sent. */
  void add(Shipment shipment) {
    shipment.batch().ifPresent(this::add);
    shipment.flaw().ifPresent(this::add);
  }

  /** A copy of the sums so far. */
  synchronized SortedMap<WindowKey, Sum> sums() {
    return new TreeMap<>(sums);
  }

  /** Dead letters so far, by the code of their reason. */
  synchronized SortedMap<String, Long> deadLetters() {
    SortedMap<String, Long> letters = new TreeMap<>();
    flaws.forEach((flaw, count) -> letters.merge(flaw.reason().code(), count, Long::sum));
    return letters;
  }

  private void add(LabelledBatch batch) {
    double[] losses = PlainLosses.of(batch.answer());
    double total = 0;
    for (double loss : losses) {
      total += loss;
    }
    long start = Math.floorDiv(batch.eventTimeMillis(), windowMillis) * windowMillis;
    Sum sum = new Sum(losses.length, total);
    synchronized (this) {
      for (String series : batch.series()) {
        sums.merge(new WindowKey(series, start), sum, Sum::plus);
      }
    }
  }

  private synchronized void add(Flaw flaw) {
    flaws.merge(flaw, 1L, Long::sum);
  }

  /**
   * Samples of one window.
   *
   * @param count how many
   * @param total their losses
   */
  record Sum(long count, double total) {
    double mean() {
      return total / count;
    }

    private Sum plus(Sum other) {
      return new Sum(count + other.count, total + other.total);
    }
  }
}
