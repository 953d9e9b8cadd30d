package io.losswatch.stream.consume;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Blocking work that goes on to its end when its subscriber cancels, since Kafka's clients close
 * badly on interrupts.
 */
public final class Uninterrupted {
  private Uninterrupted() {}

  /**
   * The result of the work; each subscription does it anew. Nobody is told of a failure after a
   * cancellation: it is not lost, it has no meaning any more.
   *
   * @param blocking where it may block
   * @param unseen is given a result that nobody waits for any more
   */
  @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are handed on
  public static <T> Mono<T> call(Callable<T> work, Scheduler blocking, Consumer<? super T> unseen) {
    return Mono.defer(() -> {
      AtomicBoolean cancelled = new AtomicBoolean();
      CompletableFuture<T> seen = new CompletableFuture<>();
      CompletableFuture<T> future =
          CompletableFuture.supplyAsync(() -> call(work), blocking::schedule);
      future.whenComplete((result, failure) -> {
        if (failure == null) {
          seen.complete(result);
        } else if (!cancelled.get()) {
          seen.completeExceptionally(failure);
        }
      });
      return Mono.fromFuture(seen, true)
          .doOnCancel(() -> {
            cancelled.set(true);
            future.thenAccept(unseen);
          });
    });
  }

  private static <T> T call(Callable<T> work) {
    try {
      return work.call();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new KafkaException(e);
    }
  }
}
