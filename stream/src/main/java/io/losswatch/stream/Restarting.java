package io.losswatch.stream;

import java.nio.file.FileSystemException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** When a hop that failed starts anew, and when it gives up. State: one per hop. */
final class Restarting {
  private static final Logger log = LoggerFactory.getLogger(Restarting.class);
  private static final Duration FIRST_BACK_OFF = Duration.ofMillis(200);
  private static final Duration MAX_BACK_OFF = Duration.ofSeconds(15);
  private static final double JITTER = 0.5;

  /** Fenced twice within this time: somebody else lives under our name, and one of us must go. */
  private static final Duration FENCING_MEMORY = Duration.ofMinutes(10);

  private final Deque<Long> fencings = new ArrayDeque<>();

  private Restarting() {}

  /**
   * Back-off with jitter for what may heal. Once the stream is stopped nothing is tried again: a
   * hop that fails then, or waits to be tried again, completes. One that runs is left alone, for it
   * finishes what it has.
   */
  static Retry of(StreamCounter counter, Mono<Void> stopped) {
    Restarting restarting = new Restarting();
    Retry retry = backingOff(counter);
    return Retry.from(signals ->
        signals
            .concatMap(signal -> restarting.isTriedAgain(retry, signal.copy(), stopped))
            .takeWhile(isTriedAgain -> isTriedAgain));
  }

  private Mono<Boolean> isTriedAgain(Retry retry, Retry.RetrySignal signal, Mono<Void> stopped) {
    return mayHeal(signal.failure())
        ? Flux.from(retry.generateCompanion(Flux.just(signal)))
            .takeUntilOther(stopped)
            .hasElements()
        : Mono.error(signal.failure());
  }

  private static Retry backingOff(StreamCounter counter) {
    return Retry.backoff(Long.MAX_VALUE, FIRST_BACK_OFF)
        .maxBackoff(MAX_BACK_OFF)
        .jitter(JITTER)
        .transientErrors(true)
        .doBeforeRetry(signal -> {
          counter.restarted();
          log.warn("starting anew from the committed state: {}", signal.failure().toString());
          log.debug("the failure", signal.failure());
        });
  }

  private synchronized boolean mayHeal(Throwable failure) {
    if (failure instanceof AuthenticationException
        || failure instanceof AuthorizationException
        || failure instanceof ConfigException
        || failure instanceof UnsupportedVersionException
        || failure instanceof RecordTooLargeException
        || failure instanceof IllegalArgumentException
        || failure instanceof IllegalStateException
        || failure instanceof Error
        || isMisconfigured(failure)) {
      return false;
    }
    return !(failure instanceof ProducerFencedException) || isFirstFencing();
  }

  /** A client that cannot be built of its properties wraps the reason: a keystore, a JAAS text. */
  private static boolean isMisconfigured(Throwable failure) {
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof GeneralSecurityException
          || cause instanceof FileSystemException
          || cause instanceof InvalidConfigurationException
          || cause instanceof IllegalArgumentException) {
        return true;
      }
    }
    return false;
  }

  private boolean isFirstFencing() {
    long now = System.nanoTime();
    while (!fencings.isEmpty() && now - fencings.peek() > FENCING_MEMORY.toNanos()) {
      fencings.remove();
    }
    fencings.add(now);
    return fencings.size() < 2;
  }
}
