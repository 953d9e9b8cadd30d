package io.losswatch.stream.consume;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * One owned partition, from its assignment to its revocation. The poll thread feeds it; the
 * pipeline reads it once, on one thread at a time, and tells what it has released and when the last
 * of its results is settled.
 */
public final class Lane {
  /** Watermark of a source that has not spoken yet. */
  static final long SILENT = Long.MIN_VALUE;

  private final SourcePartition source;
  private final long epoch;
  private final Sinks.Many<Portion> portions =
      Sinks.unsafe().many().unicast().onBackpressureBuffer();
  private final AtomicLong bytesInFlight = new AtomicLong();
  private final AtomicInteger portionsInFlight = new AtomicInteger();
  private volatile long startOffset = -1;
  private final CompletableFuture<Void> settled = new CompletableFuture<>();
  private volatile boolean revoked;
  private volatile long watermarkMillis = SILENT;

  Lane(SourcePartition source, long epoch) {
    this.source = source;
    this.epoch = epoch;
  }

  /** A lane that no consumer feeds: of a stream inside another program. */
  public static Lane unowned(SourcePartition source) {
    return new Lane(source, 0);
  }

  /** The partition. */
  public SourcePartition source() {
    return source;
  }

  /**
   * Distinct for each time that a partition is owned: results of an older epoch are never
   * committed.
   */
  public long epoch() {
    return epoch;
  }

  /**
   * The portions from an offset on, once; completes when the partition is revoked. Every portion
   * must be {@link #release}d.
   *
   * @param fromOffset where the committed state ends
   */
  public Flux<Portion> portions(long fromOffset) {
    return Flux.defer(() -> {
      startOffset = fromOffset;
      return portions.asFlux();
    });
  }

  /** True once the partition is revoked: a lane that is still being restored gives up. */
  public boolean isRevoked() {
    return revoked;
  }

  /** The pipeline needs this portion's payload no longer. */
  public void release(Portion portion) {
    bytesInFlight.addAndGet(-portion.sizeBytes());
    portionsInFlight.decrementAndGet();
  }

  /**
   * The pipeline has folded so far: a source that runs ahead of the others is paused by this.
   *
   * @param toMillis watermark of the source; {@code Long.MIN_VALUE}: it has not spoken yet
   */
  public void advance(long toMillis) {
    watermarkMillis = toMillis;
  }

  /** The last result of this lane is committed or dropped: nothing of it will be sent any more. */
  public void settle() {
    settled.complete(null);
  }

  /** Poll thread only. */
  void offer(Portion portion) {
    bytesInFlight.addAndGet(portion.sizeBytes());
    portionsInFlight.incrementAndGet();
    // fails only when the pipeline is gone, and then nobody wants it
    portions.tryEmitNext(portion);
  }

  /** Poll thread only: nothing more comes. */
  void revoke() {
    revoked = true;
    portions.tryEmitComplete();
  }

  /** The offset from which the pipeline wants to read; −1 until it has restored its state. */
  long startOffset() {
    return startOffset;
  }

  /** How far the pipeline has folded; {@link #SILENT} until it knows. */
  long watermarkMillis() {
    return watermarkMillis;
  }

  long bytesInFlight() {
    return bytesInFlight.get();
  }

  boolean isDrained() {
    return portionsInFlight.get() == 0;
  }

  CompletableFuture<Void> settled() {
    return settled;
  }
}
