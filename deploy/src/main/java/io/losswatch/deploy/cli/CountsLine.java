package io.losswatch.deploy.cli;

import io.losswatch.core.batch.Reason;
import io.losswatch.stream.LateLabelCounts;
import io.losswatch.stream.LossStream;
import io.losswatch.stream.StreamCounts;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * What a stream has done and how it stands, as one line of a log. {@code other} is samples/deltas;
 * {@code full} and {@code ahead} are pauses of partitions, by back-pressure and by max-skew.
 */
final class CountsLine {
  private CountsLine() {}

  static String of(LossStream stream) {
    LateLabelCounts late = stream.lateLabelCounts();
    LateLabelCounts none = new LateLabelCounts(0, 0, 0, 0, new LateLabelCounts.Duplicates(0, 0));
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
        .add("skipped=" + input.skipped());
    addOutput(counts.output(), line);
    addStanding(counts.standing(), line);
    StreamCounts.Interruptions interruptions = counts.interruptions();
    line.add("full=" + interruptions.backPressure())
        .add("ahead=" + interruptions.skew())
        .add("restarts=" + interruptions.restarts())
        .add("dead-letters=" + counts.refused().values().stream().mapToLong(Long::longValue).sum());
    for (Map.Entry<Reason, Long> refused : new TreeMap<>(counts.refused()).entrySet()) {
      line.add(refused.getKey().code() + "=" + refused.getValue());
    }
    return line.toString();
  }

  private static void addOutput(StreamCounts.Output output, StringJoiner line) {
    StreamCounts.Windows windows = output.windows();
    line.add("windows=" + windows.published())
        .add("revisions=" + windows.revisions())
        .add("finals=" + windows.finals())
        .add("closings=" + windows.closings())
        .add("other=" + output.other().samples() + "/" + output.other().deltas())
        .add("misplaced=" + output.misplaced())
        .add("repeated=" + output.repeated());
  }

  private static void addStanding(StreamCounts.Standing standing, StringJoiner line) {
    line.add("sources=" + standing.sources().size())
        .add("idle=" + standing.idleSources())
        .add("series=" + standing.openSeries())
        .add("panes=" + standing.openPanes())
        .add("watermark=" + standing.watermark().map(Object::toString).orElse("none"));
  }
}
