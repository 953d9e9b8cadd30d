package io.losswatch.stream.consume;

import static io.losswatch.stream.consume.HandTurnedLoop.COMMIT_MILLIS;
import static io.losswatch.stream.consume.HandTurnedLoop.P0;
import static io.losswatch.stream.consume.HandTurnedLoop.P1;
import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.stream.consume.Portion.OffsetRange;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

/** Reading: what lanes get, and when they get nothing. */
class PollLoopTest {
  private final HandTurnedLoop bench = HandTurnedLoop.hasty();
  private final GroupMember consumer = bench.consumer;
  private final PollLoop loop = bench.loop;

  @Test
  void assignment_ofPartitions_opensPausedLanes() {
    bench.rebalance(P0, P1);

    assertThat(bench.lanes)
        .extracting(Lane::source)
        .containsExactlyInAnyOrder(
            new SourcePartition("predictions", 0), new SourcePartition("predictions", 1));
    assertThat(bench.lanes).allMatch(bench::owns);
    assertThat(bench.lanes.get(0).epoch()).isNotEqualTo(bench.lanes.get(1).epoch());
    assertThat(consumer.paused()).containsExactlyInAnyOrder(P0, P1);
  }

  @Test
  void lane_notRestored_getsNothing() {
    bench.rebalance(P0);
    consumer.add(P0, 0, 1);
    bench.turnAfter(10 * COMMIT_MILLIS);

    assertThat(bench.lane().isDrained()).isTrue();
    assertThat(consumer.paused()).containsExactly(P0);
  }

  @Test
  void lane_restored_isReadFromItsOffset() {
    bench.rebalance(P0);
    Lane lane = bench.lane();
    consumer.add(P0, 41, 1);
    consumer.add(P0, 42, 3);
    consumer.add(P0, 43, 4);
    bench.start(lane, 42);
    loop.turn();

    assertThat(consumer.paused()).isEmpty();
    Portion portion = bench.lastPortion(lane);
    assertThat(portion.records()).extracting(SourceRecord::offset).containsExactly(42L, 43L);
    assertThat(portion.range()).isEqualTo(new OffsetRange(42, 44));
    assertThat(portion.sizeBytes()).isEqualTo(2 * 200 + 7);
    assertThat(portion.wallClockMillis()).isEqualTo(bench.clock.millis());
    assertThat(portion.idle()).isFalse();
  }

  @Test
  void lane_startedAtZero_isRead() {
    Lane lane = bench.started(P0, 0);
    consumer.add(P0, 0, 1);
    loop.turn();

    assertThat(bench.lastPortion(lane).range()).isEqualTo(new OffsetRange(0, 1));
  }

  @Test
  void records_polled_keepKeyHeadersAndView() {
    Lane lane = bench.started(P0, 5);
    byte[] shared = "....value..".getBytes(StandardCharsets.UTF_8);
    RecordHeaders headers = new RecordHeaders();
    headers.add("h", new byte[] {1}).add("h", null);
    consumer.addRecord(record(5, ByteBuffer.wrap(shared, 4, 5), headers));
    consumer.addRecord(record(6, null, new RecordHeaders()));
    loop.turn();

    SourceRecord first = bench.lastPortion(lane).records().get(0);
    assertThat(first.position()).isEqualTo("predictions-0@5");
    assertThat(first.timestampMillis()).isEqualTo(77);
    assertThat(first.key()).containsExactly(9, 9);
    assertThat(first.content().value().array()).isSameAs(shared);
    assertThat(first.content().value().copy()).asString().isEqualTo("value");
    assertThat(first.content().headers()).extracting(Map.Entry::getKey).containsExactly("h", "h");
    assertThat(first.content().headers().get(1).getValue()).isNull();
    assertThat(bench.lastPortion(lane).records().get(1).content().value()).isNull();
    assertThat(bench.lastPortion(lane).sizeBytes())
        .isEqualTo(2 * 200 + 2 + 5 + 2 + 2 * (200 + 1) + 1);
  }

  @Test
  void ranges_overHolesInTheOffsets_tile() {
    Lane lane = bench.started(P0, 3);
    consumer.add(P0, 5, 1);
    consumer.add(P0, 9, 1);
    loop.turn();
    release(lane);
    // the marker of a transaction moves the position without a record
    consumer.seek(P0, 14);
    bench.turnAfter(COMMIT_MILLIS);
    release(lane);
    consumer.add(P0, 20, 1);
    loop.turn();

    assertThat(bench.portions(lane))
        .extracting(Portion::range)
        .containsExactly(new OffsetRange(3, 10), new OffsetRange(10, 14), new OffsetRange(14, 21));
  }

  @Test
  void lane_aboveTheHighMark_isPausedUntilHalfOfItIsReleased() {
    Lane lane = bench.started(P0, 0);
    for (int offset = 0; offset < 3; offset++) {
      consumer.add(P0, offset, 300);
      loop.turn();
    }
    assertThat(consumer.paused()).as("1000 of 1000 bytes do not pause").isEmpty();
    loop.turn();
    assertThat(consumer.paused()).as("1500 do").containsExactly(P0);

    lane.release(bench.portions(lane).get(0));
    loop.turn();
    assertThat(consumer.paused()).as("1000 are more than half").containsExactly(P0);
    lane.release(bench.portions(lane).get(1));
    loop.turn();
    assertThat(consumer.paused()).as("500 are half").isEmpty();
  }

  @Test
  void highMark_isSharedByAllLanes() {
    bench.rebalance(P0, P1);
    bench.lanes.forEach(lane -> bench.start(lane, 0));
    loop.turn();
    consumer.add(P0, 0, 301);
    consumer.add(P1, 0, 299);
    loop.turn();
    loop.turn();

    assertThat(consumer.paused()).containsExactly(P0);
  }

  @Test
  void polling_whenAllIsPaused_goesOn() {
    Lane lane = bench.started(P0, 0);
    consumer.add(P0, 0, 2000);
    loop.turn();
    int before = consumer.polls();
    consumer.add(P0, 1, 1);
    loop.turn();
    loop.turn();

    assertThat(consumer.paused()).containsExactly(P0);
    assertThat(consumer.polls()).isEqualTo(before + 2);
    assertThat(bench.portions(lane)).hasSize(1);

    release(lane);
    loop.turn();
    assertThat(bench.lastPortion(lane).range()).isEqualTo(new OffsetRange(1, 2));
    assertThat(consumer.wakeups()).as("nobody wakes a consumer for demand").isZero();
  }

  @Test
  void tick_comesAtTheCommitInterval() {
    Lane lane = bench.started(P0, 7);
    bench.turnAfter(COMMIT_MILLIS - 1);
    assertThat(bench.portions(lane)).isEmpty();
    bench.turnAfter(1);

    Portion tick = bench.lastPortion(lane);
    assertThat(tick.records()).isEmpty();
    assertThat(tick.range()).isEqualTo(new OffsetRange(7, 7));
    assertThat(tick.wallClockMillis()).isEqualTo(bench.clock.millis());
    assertThat(tick.sizeBytes()).isZero();
    release(lane);
    loop.turn();
    assertThat(bench.portions(lane)).hasSize(1);
  }

  @Test
  void tick_ofALaneWithWorkInFlight_waits() {
    Lane lane = bench.started(P0, 0);
    consumer.add(P0, 0, 1);
    loop.turn();
    bench.turnAfter(10 * COMMIT_MILLIS);
    assertThat(bench.portions(lane)).hasSize(1);

    release(lane);
    loop.turn();
    assertThat(bench.lastPortion(lane).records()).isEmpty();
  }

  @Test
  void offsets_deletedBeforeTheyWereRead_areInNoRange() {
    bench.described.put("predictions", new Uuid(1, 1), 2);
    Lane lane = bench.started(P0, 3);
    consumer.updateBeginningOffsets(Map.of(P0, 10L));
    consumer.setPollException(new OffsetOutOfRangeException(Map.of(P0, 3L)));
    loop.turn();
    consumer.add(P0, 10, 1);
    loop.turn();

    assertThat(bench.portions(lane))
        .extracting(Portion::range)
        .containsExactly(new OffsetRange(10, 11));
    assertThat(bench.owns(lane)).isTrue();
  }

  @Test
  void offsets_ofATopicThatWasMadeAnew_endTheHop() {
    bench.described.put("predictions", new Uuid(1, 1), 2);
    bench.started(P0, 3);
    bench.described.put("predictions", new Uuid(2, 2), 2);
    consumer.setPollException(new OffsetOutOfRangeException(Map.of(P0, 3L)));
    loop.run();

    assertThat(bench.failure())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("was deleted and made anew");
    assertThat(consumer.closed()).isTrue();
  }

  @Test
  void topic_thatWasMadeAnewBehindItsOldEnd_endsTheHop() {
    bench.described.put("predictions", new Uuid(1, 1), 2);
    bench.started(P0, 3);
    bench.described.put("predictions", new Uuid(2, 2), 2);
    bench.turnAfter(DescribedTopics.INTERVAL);
    loop.run();

    assertThat(bench.failure()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void membership_afterAPoll_isPublished() {
    bench.rebalance(P0);
    assertThat(bench.ownership.snapshot().group().generationId()).isEqualTo(1);

    consumer.joinGeneration(2);
    loop.turn();

    assertThat(bench.ownership.snapshot().group().generationId()).isEqualTo(2);
    assertThat(bench.owns(bench.lane())).isTrue();
  }

  @Test
  void membership_unchanged_isNotPublishedAgain() {
    bench.rebalance(P0);
    Ownership.Snapshot before = bench.ownership.snapshot();
    loop.turn();

    assertThat(bench.ownership.snapshot()).isSameAs(before);
  }

  @Test
  void run_pollFails_lanesFailAndTheConsumerIsClosed() {
    KafkaException broken = new KafkaException("broken");
    consumer.setPollException(broken);
    loop.run();

    assertThat(bench.failure()).isSameAs(broken);
    assertThat(consumer.closed()).isTrue();
    assertThat(loop.close()).isCompleted();
  }

  @Test
  void run_closed_completesLanesAfterTheConsumerIsClosed() {
    consumer.schedulePollTask(loop::close);
    loop.run();

    assertThat(bench.failure()).isNull();
    assertThat(bench.isCompleted()).isTrue();
    assertThat(consumer.closed()).isTrue();
    assertThat(loop.close()).isCompleted();
  }

  @Test
  void run_closingFails_stillEnds() {
    consumer.failToClose(new KafkaException("still there"));
    consumer.schedulePollTask(loop::close);
    loop.run();

    assertThat(loop.close()).isCompleted();
    assertThat(bench.isCompleted()).isTrue();
  }

  private void release(Lane lane) {
    List<Portion> got = bench.portions(lane);
    while (!lane.isDrained()) {
      lane.release(got.get(got.size() - 1));
    }
  }

  private static ConsumerRecord<byte[], ByteBuffer> record(
      long offset, ByteBuffer value, RecordHeaders headers) {
    return new ConsumerRecord<>(
        P0.topic(),
        P0.partition(),
        offset,
        77,
        TimestampType.CREATE_TIME,
        2,
        -1,
        new byte[] {9, 9},
        value,
        headers,
        Optional.empty());
  }
}
