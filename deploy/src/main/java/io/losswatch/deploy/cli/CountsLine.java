package io.losswatch.deploy.cli;

import io.losswatch.core.batch.Reason;
import io.losswatch.stream.LateLabelCounts;
import io.losswatch.stream.LossStream;
import io.losswatch.stream.StreamCounts;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/** What a stream has done, as one line of a log. */
final class CountsLine {
  private CountsLine() {}

  static String of(LossStream stream) {
    LateLabelCounts late = stream.lateLabelCounts();
    LateLabelCounts none =
        new LateLabelCounts(0, 0, 0, 0, new LateLabelCounts.Duplicates(0, 0));
    String counts = of(stream.counts());
    return late.equals(none) ? counts : counts + " " + of(late);
  }

  /** Of a stream whose labels come later, or that knows batches again. */
  static String of(LateLabelCounts late) {
    return "waiting=%d joined=%d evicted=%d expired=%d duplicate-labels=%d duplicate-batches=%d"
        .formatted(
            late.waiting(),
            late.joined(),
            late.evicted(),
            late.expired(),
            late.duplicates().labels(),
            late.duplicates().batches());
  }

  static String of(StreamCounts counts) {
    StreamCounts.Input input = counts.input();
    StringJoiner line = new StringJoiner(" ");
    line.add("records=" + input.records())
        .add("samples=" + input.samples())
        .add("unlabeled=" + input.unlabeled())
        .add("late=" + input.late())
        .add("skipped=" + input.skipped())
        .add("windows=" + counts.windows())
        .add("repeated=" + counts.repeated())
        .add("restarts=" + counts.restarts())
        .add("dead-letters=" + counts.refused().values().stream().mapToLong(Long::longValue).sum());
    for (Map.Entry<Reason, Long> refused : new TreeMap<>(counts.refused()).entrySet()) {
      line.add(refused.getKey().code() + "=" + refused.getValue());
    }
    return line.toString();
  }
}
