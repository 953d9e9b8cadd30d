package io.losswatch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.stream.consume.Consuming;
import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.MockedConsuming;
import io.losswatch.stream.consume.Ownership;
import io.losswatch.stream.fold.Tally;
import io.losswatch.stream.publish.SteppedPublishing;
import io.losswatch.stream.publish.TransactionUnit;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** A hop on Kafka's mocks: how it opens and closes its clients, and its lanes. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HopTest {
  private static final int MANY = 600;

  private final CountDownLatch closed = new CountDownLatch(1);

  @Test
  void cancel_whileTheClientsAreBeingOpened_closesThemWhenTheyAreThere() throws Exception {
    CountDownLatch opening = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Hop hop =
        new Hop(
            () -> {
              opening.countDown();
              go.await();
              return clients();
            },
            Schedulers.boundedElastic(),
            clients -> {
              throw new AssertionError("nobody is there to use them");
            });
    Disposable running = hop.run().subscribe();
    opening.await();

    running.dispose();
    go.countDown();

    assertThat(closed.await(30, TimeUnit.SECONDS)).as("the producer is closed").isTrue();
  }

  @Test
  void cancel_whileTheClientsAreBeingOpened_isSilentIfTheyCannotBeOpened() throws Exception {
    CountDownLatch opening = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    List<Throwable> dropped = new CopyOnWriteArrayList<>();
    Scheduler thread = Schedulers.newSingle("opens");
    Hooks.onErrorDropped(dropped::add);
    try {
      Hop hop =
          new Hop(
              () -> {
                opening.countDown();
                go.await();
                throw new KafkaException("interrupted");
              },
              thread,
              clients -> {});
      Disposable running = hop.run().subscribe();
      opening.await();

      running.dispose();
      go.countDown();
      thread.schedule(over::countDown);

      assertThat(over.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(dropped).isEmpty();
    } finally {
      Hooks.resetOnErrorDropped();
      thread.dispose();
    }
  }

  @Test
  void opening_thatFails_failsTheHopWithItsReason() {
    Hop hop =
        new Hop(
            () -> {
              throw new TimeoutException("no broker");
            },
            Schedulers.boundedElastic(),
            clients -> {});
    StepVerifier.create(hop.run()).verifyError(TimeoutException.class);
  }

  @Test
  void opening_thatFailsWithACheckedException_failsTheHopToo() {
    Hop hop =
        new Hop(
            () -> {
              throw new java.io.IOException("disk");
            },
            Schedulers.boundedElastic(),
            clients -> {});
    StepVerifier.create(hop.run()).verifyError(KafkaException.class);
  }

  @Test
  void subscription_eachOfThem_opensItsOwnClients() throws Exception {
    AtomicInteger opened = new AtomicInteger();
    Hop hop =
        new Hop(
            () -> {
              opened.incrementAndGet();
              return clients();
            },
            Schedulers.boundedElastic(),
            clients -> clients.consuming().drain());

    StepVerifier.create(hop.run()).thenConsumeWhile(settled -> true).verifyComplete();
    StepVerifier.create(hop.run()).thenConsumeWhile(settled -> true).verifyComplete();

    assertThat(opened).hasValue(2);
    assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
  }

  /** More than the concurrency and the prefetch that Reactor's operators have by default. */
  @Test
  void lanes_ofManyPartitions_allGoOnSideBySide() {
    AtomicReference<Consuming> consuming = new AtomicReference<>();
    Hop hop =
        new Hop(
            () -> clients(MANY, (lane, from) -> firstAndLast(lane)),
            Schedulers.boundedElastic(),
            clients -> consuming.set(clients.consuming()));

    StepVerifier.create(hop.run().map(settled -> settled.unit().last()))
        .expectNextSequence(Collections.nCopies(MANY, false))
        .then(() -> consuming.get().drain())
        .expectNextSequence(Collections.nCopies(MANY, true))
        .verifyComplete();
  }

  /** A unit at once, and one when the lane ends. */
  private static Flux<TransactionUnit> firstAndLast(Lane lane) {
    return Flux.just(unit(lane, false))
        .concatWith(lane.portions(0).thenMany(Flux.defer(() -> Flux.just(unit(lane, true)))));
  }

  private static TransactionUnit unit(Lane lane, boolean last) {
    return new TransactionUnit(lane, 0, List.of(), new Tally(), last);
  }

  private Hop.Clients clients() {
    return clients(1, (lane, consuming) -> firstAndLast(lane));
  }

  private Hop.Clients clients(int partitions, Hop.Pipeline pipeline) {
    Ownership ownership = new Ownership();
    MockProducer<byte[], byte[]> producer =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
          @Override
          public void close(Duration timeout) {
            super.close(timeout);
            closed.countDown();
          }
        };
    return new Hop.Clients(
        MockedConsuming.open(partitions, ownership),
        SteppedPublishing.open(producer, ownership),
        pipeline);
  }
}
