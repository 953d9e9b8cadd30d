package io.losswatch.stream.decode;

import io.losswatch.schemas.registry.RegistryException;
import io.losswatch.schemas.registry.RegistrySchemas;
import io.losswatch.schemas.registry.SchemaAwaitedException;
import io.losswatch.schemas.registry.SchemaId;
import io.losswatch.stream.consume.Obstacles;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * Fetches schemas beside the flow: a lane that needs one waits without a thread, the others go on.
 */
public final class SchemaFetching {
  private static final Logger log = LoggerFactory.getLogger(SchemaFetching.class);
  private static final long FIRST_BACK_OFF_MILLIS = 100;

  /** With a request's own time-out, well below the time that a revocation waits. */
  private static final long MAX_BACK_OFF_MILLIS = 3000;

  /** Said at the first failure and then at every so many, which is about once in 30 seconds. */
  private static final int SAID_EVERY = 10;

  private final RegistrySchemas schemas;
  private final Scheduler blocking;
  private final Scheduler lanes;
  private final Obstacles obstacles;

  /**
   * Fetching by these threads.
   *
   * @param schemas of the registry
   * @param blocking where requests wait for answers
   * @param lanes where the flow goes on
   * @param obstacles told of what is waited for
   */
  public SchemaFetching(
      RegistrySchemas schemas, Scheduler blocking, Scheduler lanes, Obstacles obstacles) {
    this.schemas = schemas;
    this.blocking = blocking;
    this.lanes = lanes;
    this.obstacles = obstacles;
  }

  /** The partition was revoked before the schema came. */
  static final class GivenUpException extends RuntimeException {
    private static final long serialVersionUID = 1;

    GivenUpException() {
      super("the partition was revoked", null, false, false);
    }
  }

  /** Tries again what awaits a schema once it is there. */
  Retry retry(BooleanSupplier isRevoked) {
    return Retry.from(
        failures -> failures.concatMap(signal -> fetched(signal.failure(), isRevoked), 1));
  }

  private Mono<Boolean> fetched(Throwable failure, BooleanSupplier isRevoked) {
    return failure instanceof SchemaAwaitedException awaited
        ? fetch(awaited.id(), 0, isRevoked)
        : Mono.error(failure);
  }

  private Mono<Boolean> fetch(SchemaId id, int failed, BooleanSupplier isRevoked) {
    return Mono.fromCallable(
            () -> {
              schemas.fetch(id);
              return true;
            })
        .subscribeOn(blocking)
        .publishOn(lanes)
        .onErrorResume(
            RegistryException.class,
            failure -> {
              if (isRevoked.getAsBoolean()) {
                return Mono.error(new GivenUpException());
              }
              if (failed % SAID_EVERY == 0) {
                log.warn("a partition waits for {}: {}", id, failure.getMessage());
              }
              Mono<Boolean> later =
                  Mono.delay(backOff(failed), lanes)
                      .flatMap(tick -> fetch(id, failed + 1, isRevoked));
              return failed == 0 ? waiting(id, later) : later;
            });
  }

  private Mono<Boolean> waiting(SchemaId id, Mono<Boolean> later) {
    String what = id + " of the registry";
    return later
        .doOnSubscribe(begun -> obstacles.begin(what))
        .doFinally(signal -> obstacles.end(what));
  }

  /** Doubles up to the bound, less up to a half, so that lanes do not ask all at once. */
  private static Duration backOff(int failed) {
    long millis = Math.min(MAX_BACK_OFF_MILLIS, FIRST_BACK_OFF_MILLIS << Math.min(failed, 10));
    return Duration.ofMillis(millis - ThreadLocalRandom.current().nextLong(millis / 2));
  }
}
