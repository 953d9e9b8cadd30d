package io.losswatch.deploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.core.batch.Reason;
import io.losswatch.stream.StreamCounts;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CountsLineTest {
  @Test
  void line_ofCounts_hasDeadLettersByReason() {
    StreamCounts counts =
        new StreamCounts(
            new StreamCounts.Input(10, 20, 3, 4, 5),
            Map.of(Reason.BAD_LABEL, 2L, Reason.MALFORMED_FRAME, 1L),
            6,
            7,
            0);

    assertThat(CountsLine.of(counts))
        .isEqualTo(
            "records=10 samples=20 unlabeled=3 late=4 skipped=5 windows=6 repeated=7"
                + " restarts=0 dead-letters=3 malformed-frame=1 bad-label=2");
  }
}
