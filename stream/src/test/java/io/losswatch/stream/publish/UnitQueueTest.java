package io.losswatch.stream.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.OwnedLanes;
import io.losswatch.stream.fold.Tally;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/** The commit runs where a unit arrives, so that the test says what arrives during it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UnitQueueTest {
  private static final int CAPACITY = 4;
  private static final UnitQueue.Waiting WAITING = new UnitQueue.Waiting(CAPACITY, Duration.ZERO);

  private final Lane lane = new OwnedLanes().grant("predictions", 0);
  private final TestPublisher<TransactionUnit> lanes = TestPublisher.create();
  private final List<List<TransactionUnit>> commits = new ArrayList<>();
  private Runnable duringCommit = () -> {};

  @Test
  void unit_alone_isCommittedAtOnce() {
    TransactionUnit unit = unit(1);
    StepVerifier.create(queue())
        .then(() -> lanes.next(unit))
        .expectNext(new Settled(unit, true))
        .then(lanes::complete)
        .verifyComplete();
    assertThat(commits).containsExactly(List.of(unit));
  }

  @Test
  void units_thatWaitDuringACommit_shareTheNext() {
    duringFirstCommit(() -> lanes.next(unit(2), unit(3), unit(4)));
    StepVerifier.create(queue().map(settled -> settled.unit().nextOffset()))
        .then(() -> lanes.next(unit(1)))
        .expectNext(1L, 2L, 3L, 4L)
        .then(lanes::complete)
        .verifyComplete();

    assertThat(commits).containsExactly(List.of(unit(1)), List.of(unit(2), unit(3), unit(4)));
  }

  @Test
  void units_ofOtherLanes_areWaitedForAMoment() {
    StepVerifier.withVirtualTime(this::gathering)
        .expectSubscription()
        .then(() -> lanes.next(unit(1)))
        .expectNoEvent(Duration.ofMillis(24))
        .then(() -> lanes.next(unit(2)))
        .thenAwait(Duration.ofMillis(1))
        .expectNext(1L, 2L)
        .then(() -> lanes.next(unit(3)))
        .expectNoEvent(Duration.ofMillis(24))
        .thenAwait(Duration.ofMillis(1))
        .expectNext(3L)
        .then(lanes::complete)
        .verifyComplete();
    assertThat(commits).containsExactly(List.of(unit(1), unit(2)), List.of(unit(3)));
  }

  @Test
  void unit_thatIsTheLastOfItsLane_waitsForNobody() {
    TransactionUnit last = new TransactionUnit(lane, 2, List.of(), new Tally(), true);
    StepVerifier.withVirtualTime(this::gathering)
        .then(() -> lanes.next(unit(1), last))
        .thenAwait(Duration.ZERO)
        .expectNext(1L, 2L)
        .then(lanes::complete)
        .thenAwait(Duration.ZERO)
        .verifyComplete();
  }

  @Test
  void units_asManyAsMayWait_waitForNobody() {
    StepVerifier.withVirtualTime(this::gathering)
        .then(() -> lanes.next(unit(1), unit(2), unit(3), unit(4)))
        .thenAwait(Duration.ZERO)
        .expectNext(1L, 2L, 3L, 4L)
        .then(lanes::complete)
        .thenAwait(Duration.ZERO)
        .verifyComplete();
  }

  private Flux<Long> gathering() {
    UnitQueue.Waiting bounds = new UnitQueue.Waiting(CAPACITY, Duration.ofMillis(25));
    return UnitQueue.commit(lanes.flux(), this::commit, Schedulers.newSingle("commit"), bounds)
        .map(settled -> settled.unit().nextOffset());
  }

  /** A transaction of any size would outlive the time after which the brokers end it. */
  @Test
  void units_ofManyRecordsThatWait_areSpreadOverTransactions() {
    duringFirstCommit(() -> lanes.next(large(2), large(3), large(4)));
    StepVerifier.create(queue().map(settled -> settled.unit().nextOffset()))
        .then(() -> lanes.next(unit(1)))
        .expectNext(1L, 2L, 3L, 4L)
        .then(lanes::complete)
        .verifyComplete();

    assertThat(commits).extracting(List::size).containsExactly(1, 2, 1);
  }

  @Test
  void completion_duringACommit_comesAfterTheLastUnit() {
    duringFirstCommit(() -> {
      lanes.next(unit(2));
      lanes.complete();
    });
    StepVerifier.create(queue().map(settled -> settled.unit().nextOffset()))
        .then(() -> lanes.next(unit(1)))
        .expectNext(1L, 2L)
        .verifyComplete();
  }

  @Test
  void completion_withoutUnits_completes() {
    StepVerifier.create(queue()).then(lanes::complete).verifyComplete();
    assertThat(commits).isEmpty();
  }

  @Test
  void demand_isCapacityAtFirstAndThenWhatWasTaken() {
    List<Long> requests = new ArrayList<>();
    duringFirstCommit(() -> lanes.next(unit(2), unit(3)));
    StepVerifier.create(queue(lanes.flux().doOnRequest(requests::add)))
        .then(() -> lanes.next(unit(1)))
        .expectNextCount(3)
        .then(lanes::complete)
        .verifyComplete();

    assertThat(requests).containsExactly((long) CAPACITY, 1L, 2L);
  }

  @Test
  void demand_overManyUnits_neverExceedsCapacity() {
    AtomicLong requested = new AtomicLong();
    AtomicLong committed = new AtomicLong();
    List<Long> outstanding = new ArrayList<>();
    Flux<TransactionUnit> upstream =
        Flux.fromStream(IntStream.range(0, 1000).mapToObj(UnitQueueTest.this::unit))
            .doOnRequest(more -> outstanding.add(requested.addAndGet(more) - committed.get()));
    duringCommit = () -> committed.addAndGet(commits.get(commits.size() - 1).size());
    Scheduler thread = Schedulers.newSingle("commit", true);
    try {
      StepVerifier.create(
              UnitQueue.commit(upstream, this::commit, thread, WAITING)
                  .map(settled -> settled.unit().nextOffset()))
          .expectNextSequence(IntStream.range(0, 1000).mapToObj(Long::valueOf).toList())
          .verifyComplete();
    } finally {
      thread.dispose();
    }
    assertThat(outstanding).allMatch(units -> units <= CAPACITY);
    assertThat(commits).allMatch(units -> units.size() <= CAPACITY);
  }

  @Test
  void upstream_thatFails_failsAfterWhatWasCommitted() {
    IllegalStateException broken = new IllegalStateException("broken");
    StepVerifier.create(queue())
        .then(() -> lanes.next(unit(1)))
        .expectNext(new Settled(unit(1), true))
        .then(() -> lanes.error(broken))
        .verifyErrorMatches(failure -> failure == broken);
  }

  @Test
  void upstream_thatFailsDuringACommit_failsAfterIt() {
    duringFirstCommit(() -> lanes.error(new IllegalStateException("broken")));
    StepVerifier.create(queue())
        .then(() -> lanes.next(unit(1)))
        .expectNext(new Settled(unit(1), true))
        .verifyErrorMessage("broken");
  }

  @Test
  void commit_thatFails_cancelsUpstreamAndFails() {
    duringCommit =
        () -> {
          throw new KafkaException("fenced");
        };
    StepVerifier.create(queue()).then(() -> lanes.next(unit(1))).verifyErrorMessage("fenced");
    lanes.assertCancelled();
  }

  @Test
  void commit_thatEndsInAnError_doesNotHang() {
    duringCommit =
        () -> {
          throw new AssertionError("a bug");
        };
    StepVerifier.create(queue())
        .then(() -> lanes.next(unit(1)))
        .verifyErrorMatches(failure -> failure instanceof AssertionError);
    lanes.assertCancelled();
  }

  @Test
  void cancel_stops() {
    StepVerifier.create(queue())
        .then(() -> lanes.next(unit(1)))
        .expectNextCount(1)
        .thenCancel()
        .verify();
    lanes.assertCancelled();
    assertThat(commits).hasSize(1);
  }

  @Test
  void cancel_duringACommit_commitsNothingMore() {
    duringFirstCommit(() -> lanes.next(unit(2)));
    StepVerifier.create(queue().take(1))
        .then(() -> lanes.next(unit(1)))
        .expectNext(new Settled(unit(1), true))
        .verifyComplete();
    lanes.assertCancelled();
    assertThat(commits).containsExactly(List.of(unit(1)));
  }

  @Test
  void subscribers_eachHaveTheirOwnQueue() {
    Flux<Settled> twice = queue(Flux.just(unit(1)));
    StepVerifier.create(twice).expectNextCount(1).verifyComplete();
    StepVerifier.create(twice).expectNextCount(1).verifyComplete();
  }

  private Flux<Settled> queue() {
    return queue(lanes.flux());
  }

  private Flux<Settled> queue(Flux<TransactionUnit> upstream) {
    return UnitQueue.commit(upstream, this::commit, Schedulers.immediate(), WAITING);
  }

  private List<Settled> commit(List<TransactionUnit> units) {
    commits.add(units);
    duringCommit.run();
    Function<TransactionUnit, Settled> settle = unit -> new Settled(unit, true);
    return units.stream().map(settle).toList();
  }

  private void duringFirstCommit(Runnable happening) {
    duringCommit =
        () -> {
          if (commits.size() == 1) {
            happening.run();
          }
        };
  }

  private final Tally tally = new Tally();

  private TransactionUnit large(long nextOffset) {
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>("output", new byte[0]);
    return new TransactionUnit(lane, nextOffset, Collections.nCopies(30_000, record), tally, false);
  }

  private TransactionUnit unit(long nextOffset) {
    return new TransactionUnit(lane, nextOffset, List.of(), tally, false);
  }
}
