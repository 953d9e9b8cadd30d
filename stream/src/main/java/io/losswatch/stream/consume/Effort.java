package io.losswatch.stream.consume;

import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the stages of a hop have done and how long they took, committed or not, over all of its
 * starts. Thread-safe, and cheap: it is told once a portion.
 */
public final class Effort {
  private final Map<Stage, LongAdder> nanos =
      Stream.of(Stage.values())
          .collect(Collectors.toUnmodifiableMap(stage -> stage, stage -> new LongAdder()));
  private final LongAdder bytes = new LongAdder();
  private final LongAdder predictions = new LongAdder();
  private final LongAdder commits = new LongAdder();
  private final LongAdder aborts = new LongAdder();

  /** Where time goes. */
  public enum Stage {
    /** Bytes into batches. */
    DECODE,
    /** Batches into sums of losses. */
    EVALUATE,
    /** Sums into panes, panes into windows. */
    FOLD,
    /** Transactions, waiting for the brokers included. */
    COMMIT
  }

  /** Runs something and adds how long it took. */
  public <T> T time(Stage stage, Supplier<T> work) {
    long begin = System.nanoTime();
    try {
      return work.get();
    } finally {
      adder(stage).add(System.nanoTime() - begin);
    }
  }

  /** A portion was decoded. */
  public void read(long payloadBytes) {
    bytes.add(payloadBytes);
  }

  /** A portion was evaluated. */
  public void evaluated(long predictedNumbers) {
    predictions.add(predictedNumbers);
  }

  /** A transaction was committed. */
  public void committed() {
    commits.increment();
  }

  /** A transaction was aborted. */
  public void aborted() {
    aborts.increment();
  }

  /** Nanoseconds of a stage, summed over threads. */
  public long nanos(Stage stage) {
    return adder(stage).sum();
  }

  /** Bytes of payload read. */
  public long bytes() {
    return bytes.sum();
  }

  /** Predicted numbers evaluated, such as logits; once however many monitors want them. */
  public long predictions() {
    return predictions.sum();
  }

  /** Transactions committed. */
  public long commits() {
    return commits.sum();
  }

  /** Transactions aborted; what they held was sent again or belongs to another owner. */
  public long aborts() {
    return aborts.sum();
  }

  @SuppressWarnings("NullAway") // it has every stage
  private LongAdder adder(Stage stage) {
    return nanos.get(stage);
  }
}
