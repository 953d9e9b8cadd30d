package io.losswatch.stream;

import static io.losswatch.stream.StreamCounter.HopName.EVALUATE;
import static io.losswatch.stream.StreamCounter.HopName.ROLL;
import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.stream.consume.Consuming;
import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.OwnedLanes;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.fold.PaneMemory;
import io.losswatch.stream.fold.Tallies;
import io.losswatch.stream.fold.Tally;
import io.losswatch.stream.publish.Settled;
import io.losswatch.stream.publish.TransactionUnit;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is counted, and which lanes are told of. */
class StreamCounterTest {
  private static final long T0 = 1_700_000_000_000L;
  private static final SourcePartition SOURCE = new SourcePartition("predictions", 0);

  private final OwnedLanes lanes = new OwnedLanes();
  private final StreamCounter counter = new StreamCounter();
  private Consuming.Pauses pauses = new Consuming.Pauses(0, 0);

  @Test
  void counts_ofCommittedUnits_addUp() {
    Lane lane = lanes.grant("predictions", 0);
    Lane roll = lanes.grant("partials", 3);
    commit(EVALUATE, lane, Tallies.reading(T0, false));
    commit(EVALUATE, lane, Tallies.reading(T0 + 1, true));
    commit(ROLL, roll, Tallies.rolling(T0, 5, 50));
    commit(ROLL, roll, Tallies.rolling(T0 + 2, 6, 60));
    StreamCounts counts = counter.counts();

    assertThat(counts.input().records()).isEqualTo(2);
    assertThat(counts.output().other()).isEqualTo(new StreamCounts.Other(4, 2));
    assertThat(counts.standing())
        .isEqualTo(
            new StreamCounts.Standing(
                Map.of(
                    SOURCE,
                    new StreamCounts.Source(at(T0 + 1), true, StreamCounts.Waiting.NOTHING)),
                Map.of(
                    new SourcePartition("partials", 3),
                    new StreamCounts.Roll(at(T0 + 2), 6, 60, roll.epoch()))));
    assertThat(counts.standing().idleSources()).isEqualTo(1);
    assertThat(counts.standing().openPanes()).isEqualTo(60);
    assertThat(counts.standing().watermark()).isEqualTo(at(T0 + 2));
  }

  @Test
  void unit_thatIsNotCommitted_countsNothingAndLeavesTheStanding() {
    Lane lane = lanes.grant("predictions", 0);
    commit(EVALUATE, lane, Tallies.reading(T0, false));
    counter.count(EVALUATE, new Settled(unit(lane, Tallies.reading(T0 + 9, true), false), false));

    assertThat(counter.counts().input().records()).isEqualTo(1);
    assertThat(sources())
        .isEqualTo(
            Map.of(SOURCE, new StreamCounts.Source(at(T0), false, StreamCounts.Waiting.NOTHING)));
  }

  @Test
  void source_thatHasNotSpoken_hasNoWatermark() {
    commit(EVALUATE, lanes.grant("predictions", 0), Tallies.reading(PaneMemory.SILENT, false));

    assertThat(sources())
        .isEqualTo(
            Map.of(
                SOURCE,
                new StreamCounts.Source(Optional.empty(), false, StreamCounts.Waiting.NOTHING)));
  }

  @Test
  void lane_thatEnded_isToldOfNoMore() {
    Lane lane = lanes.grant("predictions", 0);
    commit(EVALUATE, lane, Tallies.reading(T0, false));
    counter.count(EVALUATE, new Settled(unit(lane, Tallies.reading(T0, false), true), false));

    assertThat(sources()).isEmpty();
  }

  @Test
  void lane_ownedAnew_isNotEndedByItsOlderSelf() {
    Lane older = lanes.grant("predictions", 0);
    commit(EVALUATE, lanes.grant("predictions", 0), Tallies.reading(T0, false));
    counter.count(EVALUATE, new Settled(unit(older, Tallies.reading(0, false), true), false));

    assertThat(sources()).containsKey(SOURCE);
  }

  @Test
  void hop_thatEnds_leavesItsCountsAndPausesButNoLanes() {
    counter.started(EVALUATE, () -> pauses);
    commit(EVALUATE, lanes.grant("predictions", 0), Tallies.reading(T0, false));
    commit(ROLL, lanes.grant("partials", 0), Tallies.rolling(T0, 1, 1));
    pauses = new Consuming.Pauses(1, 2);
    counter.ended(EVALUATE);
    counter.ended(EVALUATE);
    counter.started(EVALUATE, () -> new Consuming.Pauses(10, 20));
    StreamCounts counts = counter.counts();

    assertThat(sources()).isEmpty();
    assertThat(counts.standing().rolls()).hasSize(1);
    assertThat(counts.input().records()).isEqualTo(1);
    assertThat(counts.interruptions()).isEqualTo(new StreamCounts.Interruptions(11, 22, 0));
  }

  private Map<SourcePartition, StreamCounts.Source> sources() {
    return counter.counts().standing().sources();
  }

  private void commit(StreamCounter.HopName hop, Lane lane, Tally tally) {
    counter.count(hop, new Settled(unit(lane, tally, false), true));
  }

  private static TransactionUnit unit(Lane lane, Tally tally, boolean last) {
    return new TransactionUnit(lane, 1, List.of(), tally, last);
  }

  private static Optional<Instant> at(long millis) {
    return Optional.of(Instant.ofEpochMilli(millis));
  }
}
