package io.losswatch.stream.publish;

import io.losswatch.stream.consume.Effort;
import io.losswatch.stream.consume.Ownership;
import java.time.Duration;
import java.util.function.IntConsumer;
import org.apache.kafka.clients.producer.Producer;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The last stage of a hop, with a producer, a thread and waits that a test turns by hand. */
public final class SteppedPublishing {
  private static final Publishing.Terms TERMS = new Publishing.Terms(Duration.ZERO, new Effort());
  private static final Transactor.Timing TIMING =
      new Transactor.Timing(Duration.ofMinutes(1), new Effort());

  private SteppedPublishing() {}

  /**
   * What the test turns.
   *
   * @param thread of the commits
   * @param backOff instead of waiting before a transaction is sent again
   */
  public record Turns(Scheduler thread, IntConsumer backOff) {}

  /** The stage with a producer that is there already. */
  public static Publishing open(Producer<byte[], byte[]> producer, Ownership ownership) {
    Transactor transactor = new Transactor(producer, ownership, "dead-letter", TIMING);
    return new Publishing(producer, transactor, Schedulers.newSingle("commit", true), TERMS);
  }

  /** The operator. */
  public static Flux<Settled> commit(
      Flux<TransactionUnit> units,
      Producer<byte[], byte[]> producer,
      Ownership ownership,
      String deadLetterTopic,
      Turns turns) {
    Transactor transactor =
        new Transactor(producer, ownership, deadLetterTopic, TIMING, turns.backOff());
    return new Publishing(producer, transactor, turns.thread(), TERMS).commit(units);
  }
}
