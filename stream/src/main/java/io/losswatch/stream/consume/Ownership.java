package io.losswatch.stream.consume;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Who may commit. The poll thread writes it, the commit thread reads it, and a partition never
 * changes hands inside a transaction: the commit thread holds the lock from its check of the epochs
 * until the transaction's end, and revocation takes the lock before it answers Kafka.
 *
 * <p>The check is needed because the broker does not make it: a commit with a current member epoch
 * is accepted for any partition. If revocation cannot get the lock in time it asks for an abort and
 * goes on: the broker then holds back the new owner until the dangling transaction is resolved,
 * since its offsets are pending and the new owner reads stable ones only.
 */
public final class Ownership {
  private final ReentrantLock transaction = new ReentrantLock(true);
  private final Map<SourcePartition, Long> epochs = new HashMap<>();
  private volatile Snapshot snapshot = new Snapshot(Map.of(), null);
  private volatile boolean abortRequested;

  /**
   * Epochs and group membership as they were together at one moment.
   *
   * @param epochs of the owned lanes
   * @param group with which offsets are committed; null before the first poll
   */
  public record Snapshot(Map<SourcePartition, Long> epochs, @Nullable ConsumerGroupMetadata group) {
    /** True if this lane is still owned. */
    public boolean owns(SourcePartition source, long epoch) {
      Long current = epochs.get(source);
      return current != null && current == epoch;
    }
  }

  /** The lock that the commit thread holds from its check to the transaction's end. */
  public ReentrantLock transaction() {
    return transaction;
  }

  /** What holds now. */
  public Snapshot snapshot() {
    return snapshot;
  }

  /** True if a revocation waits in vain: an open transaction shall abort rather than commit. */
  public boolean isAbortRequested() {
    return abortRequested;
  }

  /** Poll thread only: a lane is owned from now on. */
  void grant(SourcePartition source, long epoch) {
    epochs.put(source, epoch);
    publish(snapshot.group());
  }

  /** Poll thread only: the membership after a poll. */
  void publish(@Nullable ConsumerGroupMetadata group) {
    snapshot = new Snapshot(Map.copyOf(epochs), group);
  }

  /** True if the membership differs from the published one. */
  boolean isStale(ConsumerGroupMetadata group) {
    return !group.equals(snapshot.group());
  }

  /**
   * Poll thread only: these lanes are owned no more. Waits for an open transaction, at most until
   * the deadline.
   *
   * @return false if the deadline passed first
   */
  boolean fence(Iterable<SourcePartition> sources, Duration deadline) {
    boolean locked = lockWithin(deadline);
    try {
      sources.forEach(epochs::remove);
      publish(snapshot.group());
      // after the epochs: whoever sees the wish sees them too
      abortRequested = !locked;
    } finally {
      if (locked) {
        transaction.unlock();
      }
    }
    return locked;
  }

  /** Commit thread only, with the lock: the wish has been followed. */
  public void aborted() {
    abortRequested = false;
  }

  private boolean lockWithin(Duration deadline) {
    try {
      return transaction.tryLock(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
