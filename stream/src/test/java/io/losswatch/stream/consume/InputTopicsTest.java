package io.losswatch.stream.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Inputs that grow, vanish, or come again as another topic. */
class InputTopicsTest {
  private static final Uuid FIRST = new Uuid(1, 1);
  private static final Uuid SECOND = new Uuid(2, 2);

  private final DescribedTopics brokers = new DescribedTopics();
  private final InputTopics topics =
      new InputTopics(
          brokers.admin(), List.of("predictions"), Duration.ofMillis(DescribedTopics.INTERVAL));

  @BeforeEach
  void putTopic() {
    brokers.put("predictions", FIRST, 6);
  }

  @Test
  void watch_seesATopicGrow() {
    topics.watch(at(0));
    assertThat(topics.partitions()).isEqualTo(Map.of("predictions", 6));

    brokers.put("predictions", FIRST, 8);
    topics.watch(at(DescribedTopics.INTERVAL));
    assertThat(topics.partitions()).isEqualTo(Map.of("predictions", 8));
  }

  @Test
  void watch_soonerThanTheInterval_asksNobody() {
    topics.watch(at(0));
    topics.watch(at(DescribedTopics.INTERVAL - 1));

    assertThat(brokers.questions()).hasSize(1);
  }

  @Test
  void partitions_whenABrokerHasNotHeardYet_neverShrink() {
    topics.watch(at(0));
    brokers.put("predictions", FIRST, 5);
    topics.watch(at(DescribedTopics.INTERVAL));

    assertThat(topics.partitions()).isEqualTo(Map.of("predictions", 6));
  }

  @Test
  void partitions_ofAnAssignmentThatNoBrokerTold_holdIt() {
    topics.note(new SourcePartition("predictions", 6));
    assertThat(topics.describe("predictions").partitions()).isEqualTo(7);
    assertThat(topics.partitions()).isEqualTo(Map.of("predictions", 7));
  }

  @Test
  void watch_ofATopicThatVanishes_goesOnAsking() {
    topics.watch(at(0));
    brokers.remove("predictions");
    topics.watch(at(DescribedTopics.INTERVAL));
    topics.watch(at(2 * DescribedTopics.INTERVAL));

    assertThat(brokers.questions()).hasSize(3);
    assertThat(topics.partitions()).isEqualTo(Map.of("predictions", 6));
  }

  @Test
  void watch_ofATopicThatWasMadeAnew_throws() {
    topics.watch(at(0));
    brokers.put("predictions", SECOND, 6);
    topics.watch(at(DescribedTopics.INTERVAL));

    assertThatThrownBy(() -> topics.watch(at(DescribedTopics.INTERVAL + 1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("predictions was deleted and made anew")
        .hasMessageContaining(FIRST.toString())
        .hasMessageContaining(SECOND.toString());
  }

  @Test
  void refresh_ofATopicThatWasMadeAnew_throws() {
    topics.describe("predictions");
    topics.refresh(List.of("predictions"));
    brokers.put("predictions", SECOND, 6);

    assertThatThrownBy(() -> topics.refresh(List.of("predictions")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void describe_ofAMissingTopic_throws() {
    assertThatThrownBy(() -> InputTopics.describe(brokers.admin(), "labels", Duration.ZERO))
        .isInstanceOf(UnknownTopicOrPartitionException.class);
  }

  @Test
  void describe_ofATopicThatABrokerDoesNotKnowYet_asksAgain() {
    brokers.put("labels", FIRST, 4);
    brokers.hideFor(2);

    assertThat(topics.describe("labels").partitions()).isEqualTo(4);
    assertThat(brokers.questions()).containsExactly("labels", "labels", "labels");
  }

  @Test
  void state_ofAnInputThatHasGrown_growsWithIt() {
    brokers.put("state", FIRST, 6);
    StateGrowth growth = new StateGrowth(brokers.admin());
    growth.ensure(new SourcePartition("predictions", 5), new StateTopic("state", true));
    assertThat(brokers.partitions("state")).isEqualTo(6);

    growth.ensure(new SourcePartition("predictions", 7), new StateTopic("state", true));
    growth.ensure(new SourcePartition("predictions", 6), new StateTopic("state", true));
    assertThat(brokers.partitions("state")).isEqualTo(8);
  }

  @Test
  void state_ofAFixedNumber_doesNotGrow() {
    brokers.put("state", FIRST, 6);

    assertThatThrownBy(() ->
            new StateGrowth(brokers.admin())
                .ensure(new SourcePartition("partials", 6), new StateTopic("state", false)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("take a new one");
    assertThat(brokers.partitions("state")).isEqualTo(6);
  }

  @Test
  void lane_thatRemembersAnotherTopicOfTheName_isRefused() {
    Lane lane = new Lane(new SourcePartition("predictions", 3), 1);
    lane.identify("new");
    lane.rememberTopic("old");

    assertThatThrownBy(lane::checkIdentity)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("predictions was deleted and made anew");
  }

  @Test
  void lane_thatRemembersNoTopic_tellsItOnce() {
    Lane lane = new Lane(new SourcePartition("predictions", 3), 1);
    lane.identify("new");
    lane.checkIdentity();

    assertThat(lane.takeUnknownTopicId()).isEqualTo("new");
    assertThat(lane.takeUnknownTopicId()).isNull();
  }

  @Test
  void lane_thatRemembersItsTopic_tellsNothing() {
    Lane lane = new Lane(new SourcePartition("predictions", 3), 1);
    lane.identify("same");
    lane.rememberTopic("same");
    lane.checkIdentity();

    assertThat(lane.takeUnknownTopicId()).isNull();
  }

  private static Moment at(long elapsedMillis) {
    return new Moment(0, elapsedMillis);
  }
}
