package io.losswatch.stream.consume;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class PulseTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Feed started = feed(0);
  private final Feed restoring = feed(1);

  PulseTest() {
    started.startAt(10, new Moment(0, 0));
    restoring.lane().restoring(1234);
  }

  private static Feed feed(int partition) {
    return new Feed(
        new Lane(new SourcePartition("in", partition), 1), new TopicPartition("in", partition));
  }

  @Test
  void lanes_countWhenTheyAreReadAndLagIsOfThese() {
    Pulse pulse =
        Pulse.first(0).next(1, true, List.of(started, restoring), partition -> OptionalLong.of(7));

    assertThat(pulse)
        .isEqualTo(new Pulse(1, true, 2, 1, 1234, Map.of(new SourcePartition("in", 0), 7L)));
  }

  @Test
  void lag_isAskedForOnceASecond() {
    Pulse pulse = Pulse.first(0).next(0, true, List.of(started), partition -> OptionalLong.of(7));
    Pulse sooner = pulse.next(SECOND - 1, true, List.of(started), partition -> OptionalLong.of(8));
    Pulse later = sooner.next(SECOND, true, List.of(started), partition -> OptionalLong.of(9));

    assertThat(sooner.lag()).isEqualTo(pulse.lag()).hasSize(1);
    assertThat(later.lag()).containsValue(9L);
  }

  @Test
  void lag_thatTheConsumerDoesNotKnow_isNotThere() {
    Pulse pulse = Pulse.first(0).next(1, true, List.of(started), partition -> OptionalLong.empty());

    assertThat(pulse.lag()).isEmpty();
  }
}
