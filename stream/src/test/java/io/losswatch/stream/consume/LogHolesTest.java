package io.losswatch.stream.consume;

import static io.losswatch.stream.consume.HandTurnedLoop.P0;
import static io.losswatch.stream.consume.HandTurnedLoop.P1;
import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.stream.consume.Portion.OffsetRange;
import java.util.Map;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The log does not hold what is to be read next. */
class LogHolesTest {
  private final HandTurnedLoop bench = HandTurnedLoop.hasty();
  private final GroupMember consumer = bench.consumer;

  @BeforeEach
  void describeTopic() {
    bench.described.put("predictions", Uuid.randomUuid(), 2);
  }

  @Test
  void log_truncatedByAnUncleanElection_isReadFromWhereItDiverges() {
    Lane lane = bench.started(P0, 30);
    consumer.updateBeginningOffsets(Map.of(P0, 0L));
    consumer.setPollException(
        new LogTruncationException(Map.of(P0, 30L), Map.of(P0, new OffsetAndMetadata(20))));
    bench.loop.turn();
    consumer.add(P0, 20, 1);
    bench.loop.turn();

    assertThat(bench.portions(lane))
        .extracting(Portion::range)
        .containsExactly(new OffsetRange(20, 21));
    assertThat(bench.failure()).isNull();
  }

  @Test
  void log_truncatedAtAnUnknownPlace_isReadFromItsBeginning() {
    Lane lane = bench.started(P0, 30);
    consumer.updateBeginningOffsets(Map.of(P0, 5L));
    consumer.setPollException(new LogTruncationException(Map.of(P0, 30L), Map.of()));
    bench.loop.turn();
    consumer.add(P0, 5, 1);
    bench.loop.turn();

    assertThat(bench.portions(lane))
        .extracting(Portion::range)
        .containsExactly(new OffsetRange(5, 6));
  }

  @Test
  void topic_madeAnewAndShorter_isReadFromItsBeginning() {
    Lane lane = bench.started(P0, 30);
    consumer.updateBeginningOffsets(Map.of(P0, 0L));
    consumer.updateEndOffsets(Map.of(P0, 1L));
    consumer.setPollException(new OffsetOutOfRangeException(Map.of(P0, 30L)));
    bench.loop.turn();
    consumer.add(P0, 0, 1);
    bench.loop.turn();

    assertThat(bench.portions(lane))
        .extracting(Portion::range)
        .containsExactly(new OffsetRange(0, 1));
  }

  @Test
  void hole_inOnePartition_leavesTheOtherWhereItIs() {
    bench.rebalance(P0, P1);
    Lane torn = bench.lanes.get(0);
    Lane whole = bench.lanes.get(1);
    bench.start(torn, 3);
    bench.start(whole, 7);
    bench.loop.turn();
    consumer.updateBeginningOffsets(Map.of(P0, 10L, P1, 0L));
    consumer.setPollException(new OffsetOutOfRangeException(Map.of(P0, 3L)));
    bench.loop.turn();
    consumer.add(P0, 10, 1);
    consumer.add(P1, 7, 1);
    bench.loop.turn();

    assertThat(bench.portions(torn))
        .extracting(Portion::range)
        .containsExactly(new OffsetRange(10, 11));
    assertThat(bench.portions(whole))
        .extracting(Portion::range)
        .containsExactly(new OffsetRange(7, 8));
  }
}
