package io.losswatch.stream;

import io.losswatch.schemas.RollingLoss;
import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.publish.LossRecord;
import io.losswatch.stream.publish.Settled;
import io.losswatch.stream.publish.TopicCreation;
import java.time.Clock;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import reactor.core.Exceptions;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

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
  /** Losses that a slow listener may be behind. */
  private static final int MAX_UNHEARD = 16_384;

  private final StreamSettings settings;
  private final Clock clock;
  private final StreamCounter counter = new StreamCounter();
  private final HopWatch evaluate = new HopWatch();
  private final HopWatch roll = new HopWatch();
  private final Sinks.Many<Published> losses = Sinks.many().multicast().directBestEffort();
  private final Sinks.Empty<Void> stopped = Sinks.empty();
  private volatile boolean stopping;

  /**
   * A rolling loss and who published it.
   *
   * @param loss what is committed
   * @param partition of the partials that its series is on
   * @param epoch of this instance's ownership of it: see {@link StreamCounts.Standing#owns}
   */
  public record Published(RollingLoss loss, SourcePartition partition, long epoch) {}

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
                    hop(StreamCounter.HopName.EVALUATE, evaluate, evaluateHop(threads)),
                    hop(StreamCounter.HopName.ROLL, roll, rollHop(threads)).doOnNext(this::tell))
                .then()
                .doFinally(signal -> losses.tryEmitComplete())
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
    drain(evaluate);
    drain(roll);
  }

  private static void drain(HopWatch hop) {
    Hop.Clients clients = hop.clients();
    if (clients != null) {
      clients.consuming().drain();
    }
  }

  /**
   * The rolling losses that this instance publishes, from now on, each once its transaction is
   * committed. Completes with {@link #run}. Best effort: a subscriber that is too slow loses the
   * oldest, and never holds the stream up; what has to be complete is read from the output topic.
   */
  public Flux<RollingLoss> losses() {
    return published().map(Published::loss);
  }

  /**
   * The same, each with the partition that it was published for, for those who show them: when that
   * has moved, another instance publishes what follows.
   */
  public Flux<Published> published() {
    return losses
        .asFlux()
        .onBackpressureBuffer(MAX_UNHEARD, BufferOverflowStrategy.DROP_OLDEST)
        // a subscriber that blocks holds up itself, not the transactions
        .publishOn(Schedulers.boundedElastic());
  }

  /** How it is now. Any thread, any time. */
  public StreamHealth health() {
    return new StreamHealth(evaluate.health(), roll.health());
  }

  /** What hop 1 has done so far. Any thread, any time. */
  public StreamUsage evaluateUsage() {
    return evaluate.usage();
  }

  /** What hop 2 has done so far. Any thread, any time. */
  public StreamUsage rollUsage() {
    return roll.usage();
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

  private void tell(Settled settled) {
    if (!settled.committed() || losses.currentSubscriberCount() == 0) {
      return;
    }
    Lane lane = settled.unit().lane();
    for (ProducerRecord<byte[], byte[]> record : settled.unit().records()) {
      if (record instanceof LossRecord published) {
        losses.tryEmitNext(new Published(published.loss(), lane.source(), lane.epoch()));
      }
    }
  }

  private Flux<Settled> hop(StreamCounter.HopName name, HopWatch watch, Hop hop) {
    return hop.run()
        .doOnNext(settled -> counter.count(name, settled))
        // before anybody hears of the end, and so before it starts anew
        .doOnTerminate(() -> ended(name, watch))
        .doOnCancel(() -> ended(name, watch))
        .doOnError(watch::failed)
        .retryWhen(Restarting.of(counter, stopped.asMono()))
        .doOnError(failure -> stop())
        .doFinally(signal -> watch.ended());
  }

  private void ended(StreamCounter.HopName name, HopWatch watch) {
    counter.ended(name);
    watch.closed();
  }

  private Hop evaluateHop(StreamThreads threads) {
    return new Hop(
        () -> new EvaluateHop(settings, clock, threads, evaluate).open(),
        threads.blocking(),
        clients -> started(StreamCounter.HopName.EVALUATE, evaluate, clients));
  }

  private Hop rollHop(StreamThreads threads) {
    return new Hop(
        () -> new RollHop(settings, clock, threads, roll.effort()).open(),
        threads.blocking(),
        clients -> started(StreamCounter.HopName.ROLL, roll, clients));
  }

  private void started(StreamCounter.HopName hop, HopWatch watch, Hop.Clients clients) {
    watch.opened(clients);
    counter.started(hop, clients.consuming()::pauses);
    if (stopping) {
      clients.consuming().drain();
    }
  }
}
