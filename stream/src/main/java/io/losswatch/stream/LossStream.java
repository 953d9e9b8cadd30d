package io.losswatch.stream;

import io.losswatch.stream.publish.Settled;
import io.losswatch.stream.publish.TopicCreation;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.Admin;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The stream over Kafka: both hops, until it is stopped. Thread-safe.
 *
 * <pre>{@code
 * LossStream stream = LossStream.of(settings);
 * Disposable running = stream.run().subscribe();
 * ...
 * stream.stop();
 * }</pre>
 */
public final class LossStream {
  private final StreamSettings settings;
  private final Clock clock;
  private final StreamCounter counter = new StreamCounter();
  private final Map<StreamCounter.HopName, Hop.Clients> running = new ConcurrentHashMap<>();
  private final Sinks.Empty<Void> stopped = Sinks.empty();
  private volatile boolean stopping;

  private LossStream(StreamSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /** A stream that does nothing until {@link #run} is subscribed to. */
  public static LossStream of(StreamSettings settings) {
    return of(settings, Clock.systemUTC());
  }

  /**
   * The same with a clock of the caller's.
   *
   * @param wallClock bounds watermarks and event times, and stamps what is published
   */
  public static LossStream of(StreamSettings settings, Clock wallClock) {
    return new LossStream(settings, wallClock);
  }

  /**
   * Makes the topics that are missing and checks those that are there. Blocks.
   *
   * @return the names of all topics of the stream
   * @throws IllegalStateException with the rule and the counts, if they do not fit
   * @throws org.apache.kafka.common.KafkaException if the brokers refuse or cannot be reached
   */
  public static List<String> createTopics(StreamSettings settings) {
    StreamClients clients =
        new StreamClients(settings.kafka(), settings.identity().applicationId() + "-topics");
    try (Admin admin = Admin.create(clients.admin())) {
      return List.copyOf(TopicCreation.ensure(admin, settings).keySet());
    }
  }

  /**
   * Runs both hops. Completes after {@link #stop}; ends with an error when something is wrong that
   * does not heal, such as a missing topic or a refused permission. What heals is tried again with
   * back-off, from the committed state. Cancelling stops at once; what is not committed is done
   * again by the next owner.
   */
  public Mono<Void> run() {
    return Mono.using(
        () -> new StreamThreads(settings.identity().applicationId()),
        // when one hop gives up the other finishes what it has, before the threads go
        threads ->
            Flux.mergeDelayError(
                    1,
                    hop(StreamCounter.HopName.EVALUATE, evaluateHop(threads)),
                    hop(StreamCounter.HopName.ROLL, rollHop(threads)))
                .then()
                .onErrorMap(Exceptions::isMultiple, LossStream::first),
        StreamThreads::dispose);
  }

  /**
   * Stops gracefully: what is read is finished and committed, then {@link #run} completes. Returns
   * at once.
   */
  public void stop() {
    stopping = true;
    stopped.tryEmitEmpty();
    running.values().forEach(clients -> clients.consuming().drain());
  }

  /** What has been done so far, and how it stands. Any thread, any time. */
  public StreamCounts counts() {
    return counter.counts();
  }

  /** What has become of labels that come later, and of ids seen, so far. */
  public LateLabelCounts lateLabelCounts() {
    return counter.lateLabelCounts();
  }

  /** What is wrong with the brokers or the settings meets both hops at once. */
  private static Throwable first(Throwable failures) {
    List<Throwable> all = Exceptions.unwrapMultiple(failures);
    return all.get(0);
  }

  private Flux<Settled> hop(StreamCounter.HopName name, Hop hop) {
    return hop.run()
        .doOnNext(settled -> counter.count(name, settled))
        // before anybody hears of the end, and so before it starts anew
        .doOnTerminate(() -> counter.ended(name))
        .doOnCancel(() -> counter.ended(name))
        .retryWhen(Restarting.of(counter, stopped.asMono()))
        .doOnError(failure -> stop());
  }

  private Hop evaluateHop(StreamThreads threads) {
    return new Hop(
        () -> new EvaluateHop(settings, clock, threads).open(),
        threads.blocking(),
        clients -> started(StreamCounter.HopName.EVALUATE, clients));
  }

  private Hop rollHop(StreamThreads threads) {
    return new Hop(
        () -> new RollHop(settings, clock, threads).open(),
        threads.blocking(),
        clients -> started(StreamCounter.HopName.ROLL, clients));
  }

  private void started(StreamCounter.HopName hop, Hop.Clients clients) {
    running.put(hop, clients);
    counter.started(hop, clients.consuming()::pauses);
    if (stopping) {
      clients.consuming().drain();
    }
  }
}
