package io.losswatch.stream;

import io.losswatch.stream.fold.LateTally;
import io.losswatch.stream.fold.Tally;
import io.losswatch.stream.publish.Settled;

/** Adds up what both hops have committed. Thread-safe. */
final class StreamCounter {
  private final Tally total = new Tally();
  private long restarts;

  synchronized void count(Settled settled) {
    if (settled.committed()) {
      total.add(settled.unit().tally());
    }
  }

  synchronized void restarted() {
    restarts++;
  }

  synchronized LateLabelCounts lateLabelCounts() {
    LateTally late = total.lateLabels();
    return new LateLabelCounts(
        late.waiting(),
        late.joined(),
        late.evicted(),
        late.expired(),
        new LateLabelCounts.Duplicates(late.duplicateLabels(), late.duplicateBatches()));
  }

  synchronized StreamCounts counts() {
    return new StreamCounts(
        new StreamCounts.Input(
            total.records(), total.samples(), total.unlabeled(), total.late(), total.skipped()),
        total.refused(),
        total.windows(),
        total.repeated(),
        restarts);
  }
}
