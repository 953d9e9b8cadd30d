package io.losswatch.stream.publish;

import io.losswatch.stream.consume.Effort;
import io.losswatch.stream.consume.Ownership;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The running last stage of a hop: transactional producer and its thread. */
public final class Publishing {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  /** A killed instance's open transaction holds back every reader for this long. */
  private static final int TRANSACTION_TIMEOUT_MILLIS = 10_000;

  /** Units that wait while a transaction commits: they may hold dead letters, so they are few. */
  private static final int MAX_WAITING_UNITS = 32;

  private final Producer<byte[], byte[]> producer;
  private final Transactor transactor;
  private final Scheduler thread;
  private final Terms terms;

  /**
   * How it commits.
   *
   * @param gathering how long a unit waits for others to share its transaction
   * @param effort is told of transactions
   */
  public record Terms(Duration gathering, Effort effort) {}

  Publishing(
      Producer<byte[], byte[]> producer, Transactor transactor, Scheduler thread, Terms terms) {
    this.producer = producer;
    this.transactor = transactor;
    this.thread = thread;
    this.terms = terms;
  }

  /** Opens the producer and fences older ones of the same id. Blocks. */
  public static Publishing open(PublishSettings settings, Ownership ownership, Terms terms) {
    Producer<byte[], byte[]> producer =
        new KafkaProducer<>(
            producerProperties(settings), new ByteArraySerializer(), new ByteArraySerializer());
    try {
      producer.initTransactions();
    } catch (TransactionalIdAuthorizationException e) {
      producer.close(Duration.ZERO);
      // Kafka's own message does not say which
      throw new TransactionalIdAuthorizationException(
          "not authorized for the transactional id " + settings.transactionalId());
    } catch (RuntimeException e) {
      producer.close(Duration.ZERO);
      throw e;
    }
    return of(producer, settings, ownership, terms);
  }

  static Publishing of(
      Producer<byte[], byte[]> producer,
      PublishSettings settings,
      Ownership ownership,
      Terms terms) {
    return new Publishing(
        producer,
        new Transactor(
            producer,
            ownership,
            settings.deadLetterTopic(),
            new Transactor.Timing(transactionTimeout(settings), terms.effort())),
        Schedulers.newSingle("losswatch-commit-" + settings.transactionalId(), true),
        terms);
  }

  private static Duration transactionTimeout(PublishSettings settings) {
    return Duration.ofMillis(
        Long.parseLong(String.valueOf(producerProperties(settings).get("transaction.timeout.ms"))));
  }

  static Map<String, Object> producerProperties(PublishSettings settings) {
    Map<String, Object> properties = new HashMap<>(settings.producer());
    properties.putIfAbsent("transaction.timeout.ms", TRANSACTION_TIMEOUT_MILLIS);
    properties.putIfAbsent("buffer.memory", Math.max(32L << 20, 2L * settings.maxRequestBytes()));
    properties.put("transactional.id", settings.transactionalId());
    properties.put("enable.idempotence", "true");
    properties.put("acks", "all");
    properties.put("max.request.size", settings.maxRequestBytes());
    return properties;
  }

  /** The operator: units in, the same settled out. */
  public Flux<Settled> commit(Flux<TransactionUnit> units) {
    return UnitQueue.commit(
            units,
            waiting -> terms.effort().time(Effort.Stage.COMMIT, () -> transactor.commit(waiting)),
            thread,
            new UnitQueue.Waiting(MAX_WAITING_UNITS, terms.gathering()))
        .doOnNext(settled -> {
          if (settled.unit().last()) {
            settled.unit().lane().settle();
          }
        });
  }

  /** Closes the producer; an open transaction aborts. */
  public Mono<Void> close() {
    return Mono.<Void>fromRunnable(() -> producer.close(CLOSE_TIMEOUT))
        .subscribeOn(thread)
        .doFinally(signal -> thread.dispose());
  }
}
