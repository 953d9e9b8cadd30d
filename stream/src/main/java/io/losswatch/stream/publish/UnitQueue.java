package io.losswatch.stream.publish;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.scheduler.Scheduler;

/**
 * Takes all units that are waiting, hands them over together, and takes the next: what {@code
 * publishOn} does one by one. While a transaction commits the lanes go on, and what they cut
 * meanwhile shares the next transaction; there is no timer.
 */
final class UnitQueue extends BaseSubscriber<TransactionUnit> {
  /** A transaction of more would come near the time after which the brokers end it. */
  private static final int MAX_RECORDS = 50_000;

  private final FluxSink<Settled> sink;
  private final Function<List<TransactionUnit>, List<Settled>> commit;
  private final Scheduler.Worker worker;
  private final int capacity;
  private final Queue<TransactionUnit> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger wishes = new AtomicInteger();
  private volatile boolean completed;
  private volatile @Nullable Throwable failure;

  private UnitQueue(
      FluxSink<Settled> sink,
      Function<List<TransactionUnit>, List<Settled>> commit,
      Scheduler.Worker worker,
      int capacity) {
    this.sink = sink;
    this.commit = commit;
    this.worker = worker;
    this.capacity = capacity;
  }

  /**
   * The operator.
   *
   * @param units of all lanes
   * @param commit blocks; runs on {@code thread}
   * @param thread single
   * @param capacity units that may wait
   */
  static Flux<Settled> commit(
      Flux<TransactionUnit> units,
      Function<List<TransactionUnit>, List<Settled>> commit,
      Scheduler thread,
      int capacity) {
    return Flux.create(
        sink -> {
          UnitQueue queue = new UnitQueue(sink, commit, thread.createWorker(), capacity);
          sink.onDispose(queue::stop);
          units.subscribe(queue);
        },
        FluxSink.OverflowStrategy.BUFFER);
  }

  private void stop() {
    cancel();
    worker.dispose();
  }

  @Override
  protected void hookOnSubscribe(Subscription subscription) {
    subscription.request(capacity);
  }

  @Override
  protected void hookOnNext(TransactionUnit unit) {
    waiting.add(unit);
    wish();
  }

  @Override
  protected void hookOnComplete() {
    completed = true;
    wish();
  }

  @Override
  protected void hookOnError(Throwable cause) {
    failure = cause;
    completed = true;
    wish();
  }

  private void wish() {
    if (wishes.getAndIncrement() == 0 && !worker.isDisposed()) {
      worker.schedule(this::drain);
    }
  }

  private void drain() {
    int seen;
    do {
      if (sink.isCancelled()) {
        return;
      }
      seen = wishes.get();
      // read before the queue: what was added before completion is then in the queue
      boolean ending = completed;
      Throwable cause = failure;
      if (cause != null) {
        sink.error(cause);
        return;
      }
      while (!waiting.isEmpty()) {
        if (sink.isCancelled() || !commitWaiting()) {
          return;
        }
      }
      if (ending && waiting.isEmpty()) {
        sink.complete();
        return;
      }
    } while (wishes.addAndGet(-seen) != 0);
  }

  private boolean commitWaiting() {
    List<TransactionUnit> batch = new ArrayList<>();
    long records = 0;
    while (records < MAX_RECORDS && !waiting.isEmpty()) {
      TransactionUnit unit = waiting.remove();
      records += unit.records().size();
      batch.add(unit);
    }
    try {
      commit.apply(batch).forEach(sink::next);
      request(batch.size());
      return true;
    } catch (RuntimeException | Error e) {
      // an error too: the scheduler would only log it, and the hop would hang
      cancel();
      sink.error(e);
      return false;
    }
  }
}
