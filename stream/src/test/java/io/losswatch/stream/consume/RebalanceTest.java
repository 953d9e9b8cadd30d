package io.losswatch.stream.consume;

import static io.losswatch.stream.consume.HandTurnedLoop.COMMIT_MILLIS;
import static io.losswatch.stream.consume.HandTurnedLoop.P0;
import static io.losswatch.stream.consume.HandTurnedLoop.P1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Partitions come and go: what becomes of their lanes. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RebalanceTest {
  private final List<String> order = new ArrayList<>();

  @Test
  void assignment_ofMore_pausesTheNewOnly() {
    HandTurnedLoop bench = HandTurnedLoop.hasty();
    Lane first = bench.started(P0, 0);
    bench.rebalance(P0, P1);

    assertThat(bench.lanes).hasSize(2);
    assertThat(bench.consumer.paused()).containsExactly(P1);
    assertThat(bench.owns(first)).isTrue();
  }

  @Test
  void assignment_ofAPartitionAgain_opensAnotherLanePaused() {
    HandTurnedLoop bench = HandTurnedLoop.hasty();
    Lane first = bench.started(P0, 0);
    bench.rebalance();
    bench.rebalance(P0);
    Lane second = bench.lane();
    bench.consumer.add(P0, 0, 1);
    bench.loop.turn();

    assertThat(second).isNotSameAs(first);
    assertThat(second.epoch()).isGreaterThan(first.epoch());
    assertThat(bench.owns(first)).isFalse();
    assertThat(bench.owns(second)).isTrue();
    assertThat(bench.consumer.paused()).containsExactly(P0);
    assertThat(bench.portions(first)).as("what is fetched now is not the old lane's").isEmpty();
  }

  @Test
  void revocation_completesTheLaneThenFencesIt() {
    HandTurnedLoop bench = new HandTurnedLoop(Duration.ofSeconds(50));
    bench.rebalance(P0);
    Lane lane = bench.lane();
    lane.portions(0)
        .doOnComplete(() -> {
          order.add("completed, owned: " + bench.owns(lane));
          lane.settle();
        })
        .subscribe();
    bench.loop.turn();
    bench.rebalance();

    assertThat(order).containsExactly("completed, owned: true");
    assertThat(lane.isRevoked()).isTrue();
    assertThat(bench.owns(lane)).isFalse();
    assertThat(bench.ownership.isAbortRequested()).isFalse();
  }

  @Test
  void revocation_ofALaneInFlight_waitsUntilItIsSettled() {
    HandTurnedLoop bench = new HandTurnedLoop(Duration.ofSeconds(50));
    Lane lane = bench.started(P0, 0);
    Thread poller = Thread.currentThread();
    CompletableFuture<Void> settling =
        CompletableFuture.runAsync(() -> {
          while (!lane.isRevoked() || poller.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
          }
          order.add("settled, owned: " + bench.owns(lane));
          lane.settle();
        });
    bench.rebalance();
    settling.join();

    assertThat(order).containsExactly("settled, owned: true");
    assertThat(bench.owns(lane)).isFalse();
  }

  @Test
  void revocation_ofALaneThatNeverSettles_fencesAtTheDeadline() {
    HandTurnedLoop bench = HandTurnedLoop.hasty();
    Lane lane = bench.started(P0, 0);
    bench.rebalance();

    assertThat(bench.owns(lane)).isFalse();
    assertThat(lane.settled()).isNotDone();
  }

  @Test
  void revocation_ofOne_leavesTheOther() {
    HandTurnedLoop bench = HandTurnedLoop.hasty();
    bench.rebalance(P0, P1);
    bench.lanes.forEach(lane -> bench.start(lane, 0));
    bench.loop.turn();
    bench.rebalance(P1);
    bench.consumer.add(P1, 0, 1);
    bench.loop.turn();

    Lane other =
        bench.lanes.stream().filter(lane -> lane.source().partition() == 1).findAny().orElseThrow();
    assertThat(bench.owns(other)).isTrue();
    assertThat(other.isRevoked()).isFalse();
    assertThat(bench.portions(other)).hasSize(1);
  }

  @Test
  void loss_fencesBeforeItCompletesAndNeverCommits() {
    HandTurnedLoop bench = new HandTurnedLoop(Duration.ofSeconds(50));
    bench.rebalance(P0);
    Lane lane = bench.lane();
    lane.portions(0)
        .doOnComplete(() -> order.add("completed, owned: " + bench.owns(lane)))
        .subscribe();
    bench.loop.turn();
    bench.consumer.schedulePollTask(() -> bench.consumer.losePartitions(List.of(P0)));
    bench.loop.turn();

    assertThat(order).containsExactly("completed, owned: false");
    assertThat(lane.settled()).as("nobody waited for it").isNotDone();
    assertThat(bench.consumer.commits()).isZero();
    assertThat(bench.consumer.committed(bench.consumer.assignment())).isEmpty();
  }

  @Test
  void fencing_whileATransactionIsOpen_asksForAnAbort() {
    HandTurnedLoop bench = HandTurnedLoop.hasty();
    Lane lane = bench.started(P0, 0);
    CompletableFuture<Void> release = new CompletableFuture<>();
    CompletableFuture<Void> held = new CompletableFuture<>();
    Thread committer =
        new Thread(() -> {
          bench.ownership.transaction().lock();
          held.complete(null);
          release.join();
          bench.ownership.transaction().unlock();
        });
    committer.start();
    held.join();
    bench.rebalance();

    assertThat(bench.owns(lane)).isFalse();
    assertThat(bench.ownership.isAbortRequested()).isTrue();
    release.complete(null);
  }

  @Test
  void assignment_thatDiffersFromTheLanes_isAnError() {
    HandTurnedLoop bench = HandTurnedLoop.hasty();
    bench.rebalance(P0, P1);
    bench.loop.onPartitionsRevoked(List.of(P1));
    bench.loop.turn();
    bench.loop.onPartitionsAssigned(List.of());

    assertThatThrownBy(bench.loop::turn)
        .isInstanceOf(KafkaException.class)
        .hasMessageContaining("[predictions-0] differ from the assignment")
        .hasMessageContaining("predictions-1");
  }

  @Test
  void drain_completesLanesThenTheFlux() {
    HandTurnedLoop bench = HandTurnedLoop.hasty();
    bench.rebalance(P0);
    Lane lane = bench.lane();
    lane.portions(0).doOnComplete(() -> order.add("lane")).subscribe();
    bench.loop.turn();
    bench.loop.drain();
    bench.loop.turn();

    assertThat(order).containsExactly("lane");
    assertThat(bench.isCompleted()).as("not settled").isFalse();
    assertThat(bench.consumer.paused()).as("nothing more is fetched").containsExactly(P0);
    assertThat(bench.owns(lane)).as("its last unit commits").isTrue();

    lane.settle();
    bench.loop.turn();
    assertThat(bench.isCompleted()).isTrue();
  }

  @Test
  void drain_withoutLanes_completesTheFlux() {
    HandTurnedLoop bench = HandTurnedLoop.hasty();
    bench.loop.drain();
    bench.loop.turn();

    assertThat(bench.isCompleted()).isTrue();
  }

  @Test
  void drain_thenAnAssignment_opensNoLane() {
    HandTurnedLoop bench = HandTurnedLoop.hasty();
    Lane lane = bench.started(P0, 0);
    bench.loop.drain();
    bench.loop.turn();
    bench.rebalance(P0, P1);
    bench.consumer.add(P1, 0, 1);
    bench.turnAfter(10 * COMMIT_MILLIS);

    assertThat(bench.lanes).containsExactly(lane);
    assertThat(bench.consumer.paused()).containsExactlyInAnyOrder(P0, P1);
    assertThat(bench.portions(lane)).as("no tick either").isEmpty();
  }
}
