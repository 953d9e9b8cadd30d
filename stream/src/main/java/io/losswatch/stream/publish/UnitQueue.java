package io.losswatch.stream.publish;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
 * publishOn} does one by one. A unit waits a moment for those of other lanes, but for the last of a
 * lane; while a transaction commits the lanes go on, and what they cut meanwhile shares the next
 * one.
 */
final class UnitQueue extends BaseSubscriber<TransactionUnit> {
  /** A transaction of more would come near the time after which the brokers end it. */
  private static final int MAX_RECORDS = 50_000;

  private final FluxSink<Settled> sink;
  private final Function<List<TransactionUnit>, List<Settled>> commit;
  private final Scheduler.Worker worker;
  private final Waiting bounds;
  private final Queue<TransactionUnit> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger wishes = new AtomicInteger();
  private final AtomicInteger unsettled = new AtomicInteger();
  private final AtomicBoolean gathering = new AtomicBoolean();
  private volatile boolean completed;
  private volatile @Nullable Throwable failure;

  private UnitQueue(
      FluxSink<Settled> sink,
      Function<List<TransactionUnit>, List<Settled>> commit,
      Scheduler.Worker worker,
      Waiting bounds) {
    this.sink = sink;
    this.commit = commit;
    this.worker = worker;
    this.bounds = bounds;
  }

  /**
   * How units wait.
   *
   * @param capacity units that may wait
   * @param gathering how long one waits for others
   */
  record Waiting(int capacity, Duration gathering) {}

  /**
   * The operator.
   *
   * @param units of all lanes
   * @param commit blocks; runs on {@code thread}
   * @param thread single
   * @param bounds how they wait
   */
  static Flux<Settled> commit(
      Flux<TransactionUnit> units,
      Function<List<TransactionUnit>, List<Settled>> commit,
      Scheduler thread,
      Waiting bounds) {
    return Flux.create(
        sink -> {
          UnitQueue queue = new UnitQueue(sink, commit, thread.createWorker(), bounds);
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
    subscription.request(bounds.capacity());
  }

  @Override
  protected void hookOnNext(TransactionUnit unit) {
    waiting.add(unit);
    int open = unsettled.incrementAndGet();
    // a lane's end is waited for; nobody can come beside as many as there may be
    if (bounds.gathering().isZero() || unit.last() || open >= bounds.capacity()) {
      wish();
    } else if (gathering.compareAndSet(false, true) && !worker.isDisposed()) {
      worker.schedule(this::gathered, bounds.gathering().toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void gathered() {
    gathering.set(false);
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
      unsettled.addAndGet(-batch.size());
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
