package io.losswatch.stream.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.SourceTopic;
import io.losswatch.schemas.codec.RecordCodec;
import io.losswatch.stream.consume.SourceWatermarks.Slowest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is read of the partials topic, and when the others begin to wait. */
class WatermarkFollowingTest {
  private static final TopicPartition PARTIALS = new TopicPartition("partials", 0);
  private static final RecordCodec<PartialBatch> CODEC = RecordCodec.of(PartialBatch.class);
  private static final SourcePartition A = new SourcePartition("predictions", 0);
  private static final SourcePartition B = new SourcePartition("predictions", 1);
  private static final long NOW = 1_700_000_000_000L;

  private final SteppedClock clock = new SteppedClock(NOW);
  private final SourceWatermarks watermarks = new SourceWatermarks(Map.of("predictions", 1));
  private final List<Log> opened = new ArrayList<>();
  private int backOffs;
  private final WatermarkFollowing following =
      new WatermarkFollowing(this::open, "partials", watermarks, clock, () -> backOffs++);
  private Log log = new Log();

  /** A mock that knows since when there are records. */
  private static final class Log extends MockConsumer<byte[], byte[]> {
    private final Map<TopicPartition, OffsetAndTimestamp> first = new HashMap<>();
    private long askedMillis;

    Log() {
      super("none");
      updateBeginningOffsets(Map.of(PARTIALS, 0L));
      updateEndOffsets(Map.of(PARTIALS, 10L));
    }

    @Override
    public synchronized Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
        Map<TopicPartition, Long> times) {
      askedMillis = times.getOrDefault(PARTIALS, 0L);
      return first;
    }

    /** Written at its turn, since the mock takes records only for what is assigned. */
    void write(long offset, byte @Nullable [] value) {
      schedulePollTask(() -> addRecord(new ConsumerRecord<>("partials", 0, offset, null, value)));
    }
  }

  @Test
  void reading_beginsALittleBeforeNow() {
    log.first.put(PARTIALS, new OffsetAndTimestamp(7, NOW - 100_000));
    long end = following.begin(log);

    assertThat(log.askedMillis).isBetween(NOW - 300_000, NOW - 120_000);
    assertThat(log.position(PARTIALS)).isEqualTo(7);
    assertThat(end).isEqualTo(10);
  }

  @Test
  void reading_nothingWrittenLately_beginsAtTheEnd() {
    following.begin(log);

    assertThat(log.position(PARTIALS)).isEqualTo(10);
  }

  @Test
  void watermarks_countWhenAllThatWasThereIsRead() {
    log.first.put(PARTIALS, new OffsetAndTimestamp(7, NOW));
    long end = following.begin(log);
    log.write(7, batch(A, 5000));
    following.turn(log, end);
    assertThat(watermarks.slowest(Map.of())).isNull();

    log.write(9, batch(B, 3000));
    following.turn(log, end);
    assertThat(watermarks.slowest(Map.of())).isEqualTo(new Slowest(B, 3000));

    log.write(10, batch(B, 9000));
    following.turn(log, end);
    assertThat(watermarks.slowest(Map.of())).isEqualTo(new Slowest(A, 5000));
  }

  @Test
  void roster_ofABatch_isExpected() {
    long end = following.begin(log);
    log.write(10, batch(A, 5000));
    following.turn(log, end);
    log.write(11, batch(A, 9000));
    following.turn(log, end);

    assertThat(watermarks.slowest(Map.of()))
        .as("B is in the batch's roster")
        .isEqualTo(new Slowest(B, 5000));
  }

  @Test
  void record_thatIsNoPartialBatch_isPassedOver() {
    long end = following.begin(log);
    log.write(10, "torn".getBytes(StandardCharsets.UTF_8));
    log.write(11, null);
    log.write(12, batch(A, 5000));
    for (int turn = 0; turn < 3; turn++) {
      following.turn(log, end);
    }

    assertThat(watermarks.slowest(Map.of())).isNotNull();
  }

  @Test
  void run_pollFails_nobodyWaitsUntilAnotherConsumerHasCaughtUp() {
    List<@Nullable Long> seen = new ArrayList<>();
    log.write(10, batch(A, 5000));
    log.schedulePollTask(() -> {
      seen.add(slowestMillis());
      throw new KafkaException("gone");
    });
    Log second = new Log();
    second.schedulePollTask(() -> {
      seen.add(slowestMillis());
      second.addRecord(new ConsumerRecord<>("partials", 0, 10, null, batch(B, 4000)));
    });
    second.schedulePollTask(() -> {
      seen.add(slowestMillis());
      following.close();
    });
    Log first = log;
    log = second;
    opened.add(first);
    following.run();

    assertThat(seen).containsExactly(5000L, null, 4000L);
    assertThat(backOffs).isEqualTo(1);
    assertThat(first.closed()).isTrue();
    assertThat(second.closed()).isTrue();
    assertThat(following.close()).isCompleted();
    assertThat(watermarks.slowest(Map.of())).isNull();
  }

  private @Nullable Long slowestMillis() {
    Slowest slowest = watermarks.slowest(Map.of());
    return slowest == null ? null : slowest.watermarkMillis();
  }

  private Log open() {
    return opened.isEmpty() ? log : opened.remove(0);
  }

  private static byte[] batch(SourcePartition source, long watermark) {
    return CODEC.encode(
        new PartialBatch(
            source.topic(),
            source.partition(),
            0L,
            0L,
            0,
            1,
            Instant.ofEpochMilli(watermark),
            List.of(new SourceTopic("predictions", 2)),
            List.of(),
            List.of()));
  }
}
