package io.losswatch.stream.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Partitions of predictions and labels of the same number are one lane. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LanePairsTest {
  private static final TopicPartition P0 = HandTurnedLoop.P0;
  private static final TopicPartition P1 = HandTurnedLoop.P1;
  private static final TopicPartition L0 = new TopicPartition("labels", 0);
  private static final TopicPartition L1 = new TopicPartition("labels", 1);

  private final HandTurnedLoop bench =
      new HandTurnedLoop(
          Duration.ZERO, new ConsumeSettings.Inputs(List.of("predictions"), "labels"));

  @Test
  void assignment_ofBothOfANumber_opensOneLaneWithItsCompanion() {
    bench.rebalance(L1, P0, L0, P1);

    assertThat(bench.lanes)
        .extracting(lane -> lane.source() + " and " + companion(lane).source())
        .containsExactlyInAnyOrder("predictions-0 and labels-0", "predictions-1 and labels-1");
    assertThat(bench.lanes).allMatch(bench::owns).allMatch(lane -> bench.owns(companion(lane)));
  }

  @Test
  void bothSides_areReadFromTheirOwnOffsets() {
    bench.rebalance(P0, L0);
    Lane lane = bench.lane();
    bench.start(lane, 0);
    bench.start(companion(lane), 2);
    bench.loop.turn();
    bench.consumer.add(P0, 0, 10);
    bench.consumer.add(L0, 2, 20);
    bench.loop.turn();

    assertThat(bench.lastPortion(lane).range()).isEqualTo(new Portion.OffsetRange(0, 1));
    assertThat(bench.lastPortion(companion(lane)).range()).isEqualTo(new Portion.OffsetRange(2, 3));
  }

  @Test
  void revocation_endsAndFencesBoth() {
    bench.rebalance(P0, L0);
    Lane lane = bench.lane();
    bench.rebalance();

    assertThat(lane.isRevoked()).isTrue();
    assertThat(companion(lane).isRevoked()).isTrue();
    assertThat(bench.owns(lane)).isFalse();
    assertThat(bench.owns(companion(lane))).isFalse();
  }

  @Test
  void settling_aLaneSettlesItsCompanion() {
    bench.rebalance(P0, L0);
    bench.lane().settle();

    assertThat(companion(bench.lane()).settled()).isDone();
  }

  @Test
  void assignment_ofOneAlone_isAnErrorThatNamesIt() {
    assertThatThrownBy(() -> bench.rebalance(P0, L0, P1))
        .isInstanceOf(KafkaException.class)
        .hasMessageContaining("[predictions-1] came alone")
        .hasMessageContaining("equal partition counts");
  }

  @Test
  void heldSide_isPausedUntilItIsReleased() {
    bench.rebalance(P0, L0);
    Lane lane = bench.lane();
    bench.start(lane, 0);
    bench.start(companion(lane), 0);
    bench.loop.turn();
    lane.hold(true);
    bench.loop.turn();
    assertThat(bench.consumer.paused()).isEqualTo(Set.of(P0));

    lane.hold(false);
    bench.loop.turn();
    assertThat(bench.consumer.paused()).isEmpty();
  }

  @Test
  void labels_besideMoreThanOneTopic_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ConsumeSettings.Inputs(List.of("a", "b"), "labels"))
        .withMessageContaining("[a, b]");
  }

  @Test
  void partitions_withoutLabels_makeNoPairs() {
    LanePairs none = new LanePairs(new ConsumeSettings.Inputs(List.of("predictions"), null));
    none.check(List.of(P0));
    assertThat(none.complete(List.of(P0))).isEqualTo(Map.of());
  }

  private static Lane companion(Lane lane) {
    return Objects.requireNonNull(lane.companion());
  }
}
