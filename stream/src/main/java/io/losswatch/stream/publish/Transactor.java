package io.losswatch.stream.publish;

import io.losswatch.stream.consume.Effort;
import io.losswatch.stream.consume.Ownership;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApplicationRecoverableException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits units. Owns the transactional producer; one thread uses it.
 *
 * <p>A transaction that aborts is sent again as it was, less the units whose lanes have gone. A
 * commit that timed out is retried, not aborted, since nobody knows what became of it. What the
 * producer cannot recover from ends the hop: it starts anew from the committed state.
 */
final class Transactor {
  private static final Logger log = LoggerFactory.getLogger(Transactor.class);
  private static final Duration COMMIT_DEADLINE = Duration.ofSeconds(60);
  private static final long FIRST_BACK_OFF_NANOS = 50_000_000L;
  private static final int MAX_DOUBLINGS = 6;

  private final Producer<byte[], byte[]> producer;
  private final Ownership ownership;
  private final String deadLetterTopic;
  private final Timing timing;
  private final IntConsumer backOff;
  private final Set<ProducerRecord<byte[], byte[]>> tooLarge =
      Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

  /** A record that the producer has given up in the transaction that is open. */
  private volatile @Nullable TimeoutException undelivered;

  /**
   * What is known of its transactions.
   *
   * @param transactionTimeout after which the brokers end one
   * @param effort is told how they end
   */
  record Timing(Duration transactionTimeout, Effort effort) {}

  Transactor(
      Producer<byte[], byte[]> producer,
      Ownership ownership,
      String deadLetterTopic,
      Timing timing) {
    this(producer, ownership, deadLetterTopic, timing, Transactor::backOff);
  }

  /**
   * A transactor that waits in another way.
   *
   * @param backOff waits after so many attempts that failed before the last; holds no lock
   */
  Transactor(
      Producer<byte[], byte[]> producer,
      Ownership ownership,
      String deadLetterTopic,
      Timing timing,
      IntConsumer backOff) {
    this.timing = timing;
    this.producer = producer;
    this.ownership = ownership;
    this.deadLetterTopic = deadLetterTopic;
    this.backOff = backOff;
  }

  /**
   * Commits what is still owned.
   *
   * @param units in order, of any lanes
   * @return the same, each settled
   */
  List<Settled> commit(List<TransactionUnit> units) {
    List<TransactionUnit> pending = units;
    for (int attempt = 0; ; attempt++) {
      ownership.transaction().lock();
      try {
        Ownership.Snapshot snapshot = ownership.snapshot();
        List<TransactionUnit> owned =
            pending.stream().filter(unit -> unit.isOwned(snapshot)).toList();
        if (attemptCommit(owned, snapshot.group())) {
          return settled(units, owned);
        }
        pending = shrink(owned);
      } finally {
        ownership.transaction().unlock();
      }
      backOff.accept(attempt);
    }
  }

  private static List<Settled> settled(List<TransactionUnit> units, List<TransactionUnit> owned) {
    Set<Object> lanes = owned.stream().map(TransactionUnit::lane).collect(Collectors.toSet());
    return units.stream().map(unit -> new Settled(unit, lanes.contains(unit.lane()))).toList();
  }

  private boolean attemptCommit(
      List<TransactionUnit> owned, @Nullable ConsumerGroupMetadata group) {
    List<TransactionUnit> changing = owned.stream().filter(unit -> !unit.isEmpty()).toList();
    if (changing.isEmpty()) {
      return true;
    }
    if (group == null) {
      return false;
    }
    undelivered = null;
    boolean open = false;
    long begun = System.nanoTime();
    try {
      producer.beginTransaction();
      open = true;
      changing.forEach(unit -> unit.records().forEach(this::send));
      // memory must be in the log before the offsets are accepted: a new owner looks where the log
      // ends, once it owns
      producer.flush();
      producer.sendOffsetsToTransaction(offsets(changing), group);
      if (ownership.isAbortRequested()) {
        abort("a partition is being revoked");
        return false;
      }
      open = false;
      commitTransaction();
      timing.effort().committed();
      return true;
    } catch (KafkaException e) {
      KafkaException fatal = fatal(e, open, System.nanoTime() - begun);
      if (fatal != null) {
        throw fatal;
      }
      abort(e.getCause() == null ? e.toString() : e.getCause().toString());
      return false;
    }
  }

  /**
   * What sending the same again does not heal, or null. A permission that a send lacks reaches us
   * as the cause of whatever the producer is asked for next. The coordinator says fenced, too, of a
   * producer whose transaction took so long that it was ended.
   */
  private @Nullable KafkaException fatal(KafkaException failure, boolean open, long nanos) {
    boolean isFenced =
        failure instanceof ProducerFencedException
            || failure instanceof InvalidProducerEpochException;
    if (isFenced && nanos >= timing.transactionTimeout().toNanos()) {
      return new TimeoutException(
          "a transaction took longer than " + timing.transactionTimeout().toMillis() + " ms",
          failure);
    }
    if (failure instanceof InvalidProducerEpochException) {
      // what a leader says of the same thing
      return new ProducerFencedException(failure.getMessage());
    }
    if (failure.getCause() instanceof AuthorizationException refused) {
      return refused;
    }
    TimeoutException lost = undelivered;
    if (lost != null) {
      // perhaps its topic is gone: the hop looks at its topics when it starts anew
      return new TimeoutException("a record was not delivered: " + lost.getMessage(), lost);
    }
    boolean isFatal =
        failure instanceof ApplicationRecoverableException
            || failure instanceof AuthorizationException
            || failure instanceof InterruptException
            || (!open && failure instanceof TimeoutException);
    return isFatal ? failure : null;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // commitTransaction fails if a send has failed
  private void send(ProducerRecord<byte[], byte[]> record) {
    TimeoutException lost = undelivered;
    if (lost != null) {
      // each further record of a topic that is gone would block for as long as the first
      throw lost;
    }
    producer.send(
        record,
        (metadata, failure) -> {
          if (failure instanceof RecordTooLargeException) {
            tooLarge.add(record);
          } else if (failure instanceof TimeoutException givenUp) {
            undelivered = givenUp;
          }
        });
  }

  private static Map<TopicPartition, OffsetAndMetadata> offsets(List<TransactionUnit> units) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    units.forEach(unit -> unit.putOffsets(offsets));
    return offsets;
  }

  private void commitTransaction() {
    long deadline = System.nanoTime() + COMMIT_DEADLINE.toNanos();
    while (true) {
      try {
        producer.commitTransaction();
        return;
      } catch (TimeoutException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        log.warn("a commit timed out; trying again, for its outcome is not known");
      }
    }
  }

  private void abort(String why) {
    log.warn("transaction aborted, it will be sent again: {}", why);
    producer.abortTransaction();
    timing.effort().aborted();
    ownership.aborted();
  }

  /**
   * A record that no broker takes would abort its transaction for ever: a dead letter goes without
   * its value instead.
   */
  private List<TransactionUnit> shrink(List<TransactionUnit> units) {
    if (tooLarge.isEmpty()) {
      return units;
    }
    // all of that size at once: each further attempt would find only one more of them
    int atLeast = tooLarge.stream().mapToInt(Transactor::size).min().orElse(Integer.MAX_VALUE);
    List<TransactionUnit> shrunk = new ArrayList<>(units.size());
    for (TransactionUnit unit : units) {
      shrunk.add(
          unit.withRecords(
              unit.records().stream().map(record -> shrink(record, atLeast)).toList()));
    }
    tooLarge.clear();
    return shrunk;
  }

  private ProducerRecord<byte[], byte[]> shrink(
      ProducerRecord<byte[], byte[]> record, int atLeast) {
    boolean isLetter = record.topic().equals(deadLetterTopic);
    if (tooLarge.contains(record) && !(isLetter && DeadLetters.isShrinkable(record))) {
      throw new RecordTooLargeException(
          "topic "
              + record.topic()
              + " refuses a record of losswatch as too large: raise its max.message.bytes");
    }
    return isLetter && size(record) >= atLeast && DeadLetters.isShrinkable(record)
        ? DeadLetters.shrink(record)
        : record;
  }

  private static int size(ProducerRecord<byte[], byte[]> record) {
    int key = record.key() == null ? 0 : record.key().length;
    return key + (record.value() == null ? 0 : record.value().length);
  }

  private static void backOff(int attempt) {
    long ceiling = FIRST_BACK_OFF_NANOS << Math.min(attempt, MAX_DOUBLINGS);
    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(ceiling / 2, ceiling));
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptException("interrupted while waiting to send a transaction again");
    }
  }
}
