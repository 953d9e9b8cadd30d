package io.losswatch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.stream.StreamHealth.State;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamHealthTest {
  private static final StreamHealth.Hop RUNNING = hop(State.RUNNING, 6, 6, 0, "");

  private static StreamHealth.Hop hop(
      State state, int lanes, int restored, long pollAgeSeconds, String trouble) {
    return new StreamHealth.Hop(
        state,
        new StreamHealth.Partitions(lanes, restored, 7L * (lanes - restored)),
        Duration.ofSeconds(pollAgeSeconds),
        trouble,
        List.of());
  }

  @Test
  void bothRunning_isLiveAndReadyWithoutReasons() {
    StreamHealth health = new StreamHealth(RUNNING, RUNNING);

    assertThat(health.isLive()).isTrue();
    assertThat(health.isReady()).isTrue();
    assertThat(health.reasons()).isEmpty();
  }

  @Test
  void hop_withoutPartitions_isReady() {
    assertThat(new StreamHealth(hop(State.RUNNING, 0, 0, 0, ""), RUNNING).isReady()).isTrue();
  }

  @Test
  void hop_thatIsSlowOrHasToWait_isReadyAndWorriesAboutIt() {
    StreamHealth.Hop slow = hop(State.RUNNING, 6, 6, 11, "");
    StreamHealth.Hop waiting =
        new StreamHealth.Hop(
            State.RUNNING,
            slow.partitions(),
            Duration.ZERO,
            "",
            List.of("a partition waits for this"));
    StreamHealth health = new StreamHealth(waiting, slow);

    assertThat(health.isReady()).isTrue();
    assertThat(health.worries())
        .containsExactly("evaluate: a partition waits for this", "roll has not polled for 11 s");
    assertThat(new StreamHealth(RUNNING, RUNNING).worries()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "STARTING,   0, 0, 0,   '',               true,  evaluate opens its clients",
    "JOINING,    0, 0, 0,   '',               true,  evaluate joins its group",
    "RESTORING,  6, 2, 0,   '',               true,  'evaluate restores 4 of 6 partitions, 28 records to go'",
    "RESTARTING, 0, 0, 0,   TimeoutException, true,  evaluate starts anew after TimeoutException",
    "RUNNING,    6, 6, 121, '',               false, evaluate has not polled for 121 s",
    "RESTORING,  6, 2, 121, '',               false, 'evaluate restores 4 of 6 partitions, 28 records to go'",
    "ENDED,      0, 0, 0,   '',               false, evaluate has ended"
  })
  void oneHopNotWell_isNotReadyAndSaysWhy(
      State state, int lanes, int restored, long age, String trouble, boolean live, String why) {
    StreamHealth health = new StreamHealth(hop(state, lanes, restored, age, trouble), RUNNING);

    assertThat(health.isLive()).isEqualTo(live);
    assertThat(health.isReady()).isFalse();
    assertThat(health.reasons()).containsExactly(why);
    assertThat(new StreamHealth(RUNNING, health.evaluate()).reasons())
        .containsExactly(why.replace("evaluate", "roll"));
  }
}
