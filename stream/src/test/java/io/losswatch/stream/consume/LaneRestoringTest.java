package io.losswatch.stream.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a lane reads on, and what it remembers there. */
class LaneRestoringTest {
  private static final TopicPartition INPUT = new TopicPartition("predictions", 3);
  private static final TopicPartition STATE = new TopicPartition("app-predictions-state", 3);

  private final Lane lane = new Lane(new SourcePartition("predictions", 3), 1);
  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final Remembered memory = new Remembered();

  /** Writes down what it is told. */
  private final class Remembered implements LaneMemory {
    private final List<String> changes = new ArrayList<>();
    private int revokeAfter = Integer.MAX_VALUE;

    @Override
    public void restore(String key, byte @Nullable [] value) {
      changes.add(key + "=" + (value == null ? "gone" : new String(value, StandardCharsets.UTF_8)));
      if (changes.size() == revokeAfter) {
        lane.revoke();
      }
    }

    @Override
    public OptionalLong nextOffset() {
      return OptionalLong.empty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # committed, remembered, start
          ,          ,           7
          40,        ,           40
          0,         ,           0
          ,          50,         50
          50,        50,         50
          40,        50,         50
          0,         50,         50
          60,        50,         60
          ,          0,          0
          """)
  void startOffset_followsTheState(
      @Nullable Long committed, @Nullable Long remembered, long expected) {
    assertThat(LaneRestoring.startOffset(INPUT, optional(committed), optional(remembered), () -> 7))
        .isEqualTo(expected);
  }

  @Test
  void startOffset_ofALaneWithAPast_doesNotAskWhereTheLogBegins() {
    long start =
        LaneRestoring.startOffset(
            INPUT,
            OptionalLong.of(3),
            OptionalLong.empty(),
            () -> {
              throw new AssertionError("the brokers were asked");
            });
    assertThat(start).isEqualTo(3);
  }

  @Test
  void replay_ofAnEmptyState_remembersNothing() {
    consumer.updateBeginningOffsets(Map.of(STATE, 0L));
    LaneRestoring.replay(consumer, STATE, 0, lane, memory);

    assertThat(memory.changes).isEmpty();
  }

  @Test
  void replay_toTheEnd_tellsChangesInTheirOrder() {
    consumer.updateBeginningOffsets(Map.of(STATE, 10L));
    write(10, "a", "1");
    write(12, "b", "1");
    write(13, "a", null);
    LaneRestoring.replay(consumer, STATE, 14, lane, memory);

    assertThat(memory.changes).containsExactly("a=1", "b=1", "a=gone");
  }

  @Test
  void replay_ofRecordsInSeveralPolls_readsOn() {
    consumer.updateBeginningOffsets(Map.of(STATE, 0L));
    consumer.setMaxPollRecords(1);
    write(0, "a", "1");
    write(1, "a", "2");
    LaneRestoring.replay(consumer, STATE, 2, lane, memory);

    assertThat(memory.changes).containsExactly("a=1", "a=2");
  }

  @Test
  void replay_overAnEndThatIsAMarker_ends() {
    consumer.updateBeginningOffsets(Map.of(STATE, 0L));
    write(0, "a", "1");
    // the second poll finds no record, only the marker of the transaction
    consumer.schedulePollTask(() -> {});
    consumer.schedulePollTask(() -> consumer.seek(STATE, 2));
    LaneRestoring.replay(consumer, STATE, 2, lane, memory);

    assertThat(memory.changes).containsExactly("a=1");
  }

  @Test
  void replay_ofARecordWithoutAKey_skipsIt() {
    consumer.updateBeginningOffsets(Map.of(STATE, 0L));
    write(0, null, "foreign");
    write(1, "a", "1");
    LaneRestoring.replay(consumer, STATE, 2, lane, memory);

    assertThat(memory.changes).containsExactly("a=1");
  }

  @Test
  void replay_ofTheTopicsIdentity_tellsTheLane() {
    consumer.updateBeginningOffsets(Map.of(STATE, 0L));
    write(0, "topic", "some-id");
    write(1, "a", "1");
    LaneRestoring.replay(consumer, STATE, 2, lane, memory);
    lane.identify("some-id");

    assertThat(memory.changes).containsExactly("a=1");
    assertThat(lane.takeUnknownTopicId()).isNull();
  }

  @Test
  void replay_revokedMeanwhile_givesUp() {
    consumer.updateBeginningOffsets(Map.of(STATE, 0L));
    consumer.setMaxPollRecords(1);
    write(0, "a", "1");
    write(1, "a", "2");
    memory.revokeAfter = 1;
    LaneRestoring.replay(consumer, STATE, 1000, lane, memory);

    assertThat(memory.changes).containsExactly("a=1");
  }

  @Test
  void offset_thatIsNeverSettled_isToldWithWhatToDo() {
    MockConsumer<byte[], byte[]> pending =
        new MockConsumer<>("earliest") {
          @Override
          public Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
            throw new TimeoutException("60 s are over");
          }
        };

    assertThatThrownBy(() -> LaneRestoring.committed(pending, Set.of(INPUT)))
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining("the committed offsets of [predictions-3] are not settled")
        .hasMessageContaining("60 s are over")
        .hasMessageContaining("kafka-transactions.sh find-hanging");
  }

  private void write(long offset, @Nullable String key, @Nullable String value) {
    if (consumer.assignment().isEmpty()) {
      // the mock takes records only for what is assigned
      consumer.assign(List.of(STATE));
    }
    consumer.addRecord(
        new ConsumerRecord<>(STATE.topic(), STATE.partition(), offset, bytes(key), bytes(value)));
  }

  private static byte @Nullable [] bytes(@Nullable String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  private static OptionalLong optional(@Nullable Long value) {
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }
}
