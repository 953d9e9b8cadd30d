package io.losswatch.stream;

import io.losswatch.stream.consume.Consuming;
import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.Uninterrupted;
import io.losswatch.stream.fold.Tally;
import io.losswatch.stream.publish.Publishing;
import io.losswatch.stream.publish.Settled;
import io.losswatch.stream.publish.TransactionUnit;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * One hop from the assignment of its partitions to its transactions: lanes side by side, one
 * committer behind them. Each subscription opens its clients anew and closes them wholly before it
 * ends.
 */
final class Hop {
  /** Partitions that one instance may own of all topics of a hop. */
  private static final int MAX_LANES = 16_384;

  private final Callable<Clients> opening;
  private final Scheduler blocking;
  private final Consumer<Clients> running;

  /**
   * The clients of a hop, and what its lanes do.
   *
   * @param consuming first stage
   * @param publishing last stage
   * @param pipeline the stages between
   */
  record Clients(Consuming consuming, Publishing publishing, Pipeline pipeline) {
    Mono<Void> close() {
      return consuming.close().onErrorComplete().then(publishing.close()).onErrorComplete();
    }
  }

  /**
   * The stages of one lane, from restoring its memory to the units that it cuts; the last unit says
   * so.
   */
  @FunctionalInterface
  interface Pipeline {
    Flux<TransactionUnit> units(Lane lane, Consuming consuming);
  }

  /**
   * A hop.
   *
   * @param opening opens the clients; blocks
   * @param blocking where it may block
   * @param running is told the clients of each subscription, so that they can be drained
   */
  Hop(Callable<Clients> opening, Scheduler blocking, Consumer<Clients> running) {
    this.opening = opening;
    this.blocking = blocking;
    this.running = running;
  }

  Flux<Settled> run() {
    return Flux.usingWhen(
        opened().doOnNext(running),
        clients ->
            clients
                .publishing()
                .commit(
                    clients
                        .consuming()
                        .lanes()
                        .flatMap(lane -> units(lane, clients), MAX_LANES, 1)),
        Clients::close);
  }

  /** Clients that nobody sees any more are closed. */
  private Mono<Clients> opened() {
    return Uninterrupted.call(opening, blocking, clients -> clients.close().subscribe());
  }

  private static Flux<TransactionUnit> units(Lane lane, Clients clients) {
    return clients
        .pipeline()
        .units(lane, clients.consuming())
        .switchIfEmpty(
            // revoked before it was restored
            Mono.fromSupplier(() -> new TransactionUnit(lane, 0, List.of(), new Tally(), true)));
  }
}
