package io.losswatch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.NoSuchFileException;
import java.security.UnrecoverableKeyException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class RestartingTest {
  private final StreamCounter counter = new StreamCounter();
  private final AtomicInteger subscriptions = new AtomicInteger();

  /** Fails with each of these in turn, then completes. */
  private Flux<String> failing(List<? extends RuntimeException> failures) {
    return Flux.defer(() -> {
      int index = subscriptions.getAndIncrement();
      return index < failures.size() ? Flux.error(failures.get(index)) : Flux.empty();
    });
  }

  @Test
  void failure_thatHeals_isTriedAgainWithBackOffAndCounted() {
    StepVerifier.withVirtualTime(() ->
            failing(List.of(new TimeoutException("a"), new TimeoutException("b")))
                .retryWhen(Restarting.of(counter, Mono.never())))
        .expectSubscription()
        .expectNoEvent(Duration.ofMillis(50))
        .thenAwait(Duration.ofSeconds(5))
        .expectComplete()
        .verify(Duration.ofSeconds(10));
    assertThat(counter.counts().restarts()).isEqualTo(2);
  }

  static List<RuntimeException> fatal() {
    return List.of(
        new TopicAuthorizationException("no"),
        new RecordTooLargeException("too large"),
        new KafkaException(
            "Failed to construct", new KafkaException(new UnrecoverableKeyException("password"))),
        new KafkaException("Failed to construct", new NoSuchFileException("keystore")),
        new KafkaException("Failed to construct", new IllegalArgumentException("JAAS")),
        new IllegalStateException("topic predictions does not exist"));
  }

  @ParameterizedTest
  @MethodSource("fatal")
  void failure_thatDoesNotHeal_ends(RuntimeException failure) {
    StepVerifier.create(failing(List.of(failure)).retryWhen(Restarting.of(counter, Mono.never())))
        .expectErrorSatisfies(error -> assertThat(error).isSameAs(failure))
        .verify(Duration.ofSeconds(10));
    assertThat(subscriptions).hasValue(1);
  }

  @Test
  void fencing_once_isTriedAgain_twiceEnds() {
    StepVerifier.withVirtualTime(() ->
            failing(
                    List.of(
                        new ProducerFencedException("first"),
                        new ProducerFencedException("second")))
                .retryWhen(Restarting.of(counter, Mono.never())))
        .thenAwait(Duration.ofSeconds(5))
        .expectErrorMessage("second")
        .verify(Duration.ofSeconds(10));
    assertThat(subscriptions).hasValue(2);
  }

  @Test
  void stop_duringBackOff_completesWithoutAnotherTry() {
    Sinks.Empty<Void> stopped = Sinks.empty();
    StepVerifier.withVirtualTime(() ->
            failing(List.of(new TimeoutException("a")))
                .retryWhen(Restarting.of(counter, stopped.asMono())))
        .expectSubscription()
        .expectNoEvent(Duration.ofMillis(50))
        .then(stopped::tryEmitEmpty)
        .expectComplete()
        .verify(Duration.ofSeconds(10));
    assertThat(subscriptions).hasValue(1);
  }

  @Test
  void stop_whileItRuns_letsItFinish() {
    Sinks.Empty<Void> stopped = Sinks.empty();
    Sinks.Many<String> running = Sinks.many().unicast().onBackpressureBuffer();
    StepVerifier.create(running.asFlux().retryWhen(Restarting.of(counter, stopped.asMono())))
        .then(() -> {
          running.tryEmitNext("before");
          stopped.tryEmitEmpty();
          running.tryEmitNext("what it has");
          running.tryEmitComplete();
        })
        .expectNext("before", "what it has")
        .expectComplete()
        .verify(Duration.ofSeconds(10));
  }

  @Test
  void failure_afterStop_completesIfItMayHeal_elseEnds() {
    Mono<Void> stopped = Mono.empty();
    StepVerifier.create(
            failing(List.of(new TimeoutException("a"))).retryWhen(Restarting.of(counter, stopped)))
        .expectComplete()
        .verify(Duration.ofSeconds(10));
    assertThat(subscriptions).hasValue(1);
    subscriptions.set(0);
    StepVerifier.create(
            failing(List.of(new RecordTooLargeException("b")))
                .retryWhen(Restarting.of(counter, stopped)))
        .expectErrorMessage("b")
        .verify(Duration.ofSeconds(10));
  }
}
