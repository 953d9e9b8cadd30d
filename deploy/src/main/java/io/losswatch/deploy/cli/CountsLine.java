package io.losswatch.deploy.cli;

import io.losswatch.core.batch.Reason;
import io.losswatch.stream.StreamCounts;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/** What a stream has done, as one line of a log. */
final class CountsLine {
  private CountsLine() {}

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
