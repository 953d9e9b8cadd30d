package io.losswatch.stream.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class EffortTest {
  private final Effort effort = new Effort();

  @Test
  void time_isAddedToItsStageAlsoWhenTheWorkFails() {
    assertThat(effort.<String>time(Effort.Stage.DECODE, () -> "done")).isEqualTo("done");
    long once = effort.nanos(Effort.Stage.DECODE);
    assertThatThrownBy(() ->
            effort.time(
                Effort.Stage.DECODE,
                () -> {
                  throw new IllegalStateException("no");
                }))
        .hasMessage("no");

    assertThat(once).isPositive();
    assertThat(effort.nanos(Effort.Stage.DECODE)).isGreaterThan(once);
    assertThat(effort.nanos(Effort.Stage.FOLD)).isZero();
  }

  @Test
  void volumesAndTransactions_addUp() {
    effort.read(3);
    effort.read(4);
    effort.evaluated(5);
    effort.committed();
    effort.aborted();
    effort.aborted();

    assertThat(effort.bytes()).isEqualTo(7);
    assertThat(effort.predictions()).isEqualTo(5);
    assertThat(effort.commits()).isEqualTo(1);
    assertThat(effort.aborts()).isEqualTo(2);
  }
}
