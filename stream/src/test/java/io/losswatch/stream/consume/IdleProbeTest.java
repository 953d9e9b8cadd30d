package io.losswatch.stream.consume;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;

class IdleProbeTest {
  private static final TopicPartition P0 = new TopicPartition("predictions", 0);
  private static final TopicPartition P1 = new TopicPartition("predictions", 1);
  private static final long INTERVAL = 250;

  private final LogEnds logEnds = new LogEnds();
  private final IdleProbe probe = new IdleProbe(logEnds.admin(), Duration.ofMillis(4 * INTERVAL));

  @Test
  void ask_forNothing_asksNobody() {
    probe.ask(List.of(), at(0));
    assertThat(logEnds.questions()).isEmpty();
  }

  @Test
  void ask_forSome_asksAtOnceForAll() {
    probe.ask(List.of(P0, P1), at(0));
    assertThat(logEnds.questions()).containsExactly(Set.of(P0, P1));
    assertThat(probe.take(P0)).isNull();
  }

  @Test
  void take_answered_givesItOnceWithTheTimeOfTheQuestion() {
    probe.ask(List.of(P0), at(1234));
    logEnds.answer(P0, 99);

    assertThat(probe.take(P0)).isEqualTo(new IdleProbe.Answer(99, at(1234)));
    assertThat(probe.take(P0)).isNull();
  }

  @Test
  void ask_whileAQuestionIsOpen_waits() {
    probe.ask(List.of(P0, P1), at(0));
    logEnds.answer(P0, 1);
    probe.ask(List.of(P0), at(10 * INTERVAL));
    assertThat(logEnds.questions()).hasSize(1);

    logEnds.answer(P1, 1);
    probe.ask(List.of(P0), at(10 * INTERVAL));
    assertThat(logEnds.questions()).hasSize(2);
  }

  @Test
  void ask_soonerThanTheInterval_waits() {
    probe.ask(List.of(P0), at(0));
    logEnds.answer(P0, 1);
    probe.ask(List.of(P0), at(INTERVAL - 1));
    assertThat(logEnds.questions()).hasSize(1);
    probe.ask(List.of(P0), at(INTERVAL));
    assertThat(logEnds.questions()).hasSize(2);
  }

  @Test
  void failure_ofOnePartition_leavesTheOthersAnswer() {
    probe.ask(List.of(P0, P1), at(0));
    logEnds.fail(P0, new UnknownTopicOrPartitionException());
    logEnds.answer(P1, 7);

    assertThat(probe.take(P0)).isNull();
    assertThat(probe.take(P1)).isEqualTo(new IdleProbe.Answer(7, at(0)));
    probe.ask(List.of(P0), at(INTERVAL));
    assertThat(logEnds.questions()).hasSize(2);
  }

  @Test
  void forget_ofAnAnswer_dropsIt() {
    probe.ask(List.of(P0), at(0));
    logEnds.answer(P0, 7);
    probe.forget(P0);
    assertThat(probe.take(P0)).isNull();
  }

  private static Moment at(long elapsedMillis) {
    return new Moment(1_700_000_000_000L, elapsedMillis);
  }
}
