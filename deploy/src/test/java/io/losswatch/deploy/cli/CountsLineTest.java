package io.losswatch.deploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.core.batch.Reason;
import io.losswatch.stream.StreamCounts;
import io.losswatch.stream.consume.SourcePartition;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CountsLineTest {
  private static final StreamCounts.Input INPUT = new StreamCounts.Input(10, 20, 3, 4, 5);
  private static final StreamCounts.Interruptions INTERRUPTIONS =
      new StreamCounts.Interruptions(15, 16, 17);

  @Test
  void line_ofCounts_hasDeadLettersByReason() {
    StreamCounts.Output output =
        new StreamCounts.Output(
            new StreamCounts.Windows(6, 7, 8, 9), new StreamCounts.Other(11, 12), 13, 14);
    StreamCounts counts =
        new StreamCounts(
            INPUT,
            Map.of(Reason.BAD_LABEL, 2L, Reason.MALFORMED_FRAME, 1L),
            output,
            standing(),
            INTERRUPTIONS);

    assertThat(CountsLine.of(counts))
        .isEqualTo(
            "records=10 samples=20 unlabeled=3 late=4 skipped=5 windows=6 revisions=7 finals=8"
                + " closings=9 other=11/12 misplaced=13 repeated=14 sources=2 idle=1 series=33"
                + " panes=303 watermark=2026-11-23T07:00:00Z full=15 ahead=16 restarts=17"
                + " dead-letters=3 malformed-frame=1 bad-label=2");
  }

  private static StreamCounts.Standing standing() {
    Optional<Instant> watermark = Optional.of(Instant.parse("2026-11-23T07:00:00Z"));
    StreamCounts.Waiting nothing = new StreamCounts.Waiting(0, 0, 0);
    Optional<Instant> later = watermark.map(time -> time.plusSeconds(1));
    return new StreamCounts.Standing(
        Map.of(
            new SourcePartition("predictions", 0),
                new StreamCounts.Source(watermark, true, nothing),
            new SourcePartition("predictions", 1), new StreamCounts.Source(later, false, nothing)),
        Map.of(
            new SourcePartition("partials", 0), new StreamCounts.Roll(later, 11, 101, 1),
            new SourcePartition("partials", 1), new StreamCounts.Roll(watermark, 22, 202, 2)));
  }
}
