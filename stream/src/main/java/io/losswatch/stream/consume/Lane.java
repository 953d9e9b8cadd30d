package io.losswatch.stream.consume;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * One owned partition, from its assignment to its revocation. The poll thread feeds it; the
 * pipeline reads it once, on one thread at a time, and tells what it has released and when the last
 * of its results is settled.
 */
public final class Lane {
  /** Key of the state record that says of which topic the rest is. */
  public static final String TOPIC = "topic";

  /** Watermark of a source that has not spoken yet. */
  static final long SILENT = Long.MIN_VALUE;

  private final SourcePartition source;
  private final long epoch;
  private final @Nullable Lane companion;
  private final Sinks.Many<Portion> portions =
      Sinks.unsafe().many().unicast().onBackpressureBuffer();
  private final AtomicLong bytesInFlight = new AtomicLong();
  private final AtomicInteger portionsInFlight = new AtomicInteger();
  private volatile long startOffset = -1;
  private @Nullable String topicId;
  private @Nullable String rememberedTopicId;
  private final CompletableFuture<Void> settled = new CompletableFuture<>();
  private volatile long recordsToRestore;
  private volatile boolean revoked;
  private volatile boolean held;
  private volatile long watermarkMillis = SILENT;

  Lane(SourcePartition source, long epoch) {
    this(source, epoch, null);
  }

  /**
   * A lane of two partitions.
   *
   * @param companion of the labels that belong to these predictions
   */
  Lane(SourcePartition source, long epoch, @Nullable Lane companion) {
    this.source = source;
    this.epoch = epoch;
    this.companion = companion;
  }

  /** A lane that no consumer feeds: of a stream inside another program. */
  public static Lane unowned(SourcePartition source) {
    return new Lane(source, 0);
  }

  /** The same with labels that come later. */
  public static Lane unowned(SourcePartition source, SourcePartition labels) {
    return new Lane(source, 0, unowned(labels));
  }

  /** The partition. */
  public SourcePartition source() {
    return source;
  }

  /**
   * The lane of the labels that come later, which is owned, committed and settled together with
   * this one; null without them.
   */
  public @Nullable Lane companion() {
    return companion;
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

  /** While it is restored: this is the topic that it reads. */
  void identify(String id) {
    topicId = id;
  }

  /** While it is restored: so many records of its state are still to be read, holes included. */
  void restoring(long recordsLeft) {
    recordsToRestore = recordsLeft;
  }

  /** Records of its state that are still to be read, holes included. */
  long recordsToRestore() {
    return recordsToRestore;
  }

  /** While it is restored: what it remembers is of this topic. */
  void rememberTopic(String id) {
    rememberedTopicId = id;
  }

  /** When it is restored: offsets of another topic of the same name mean nothing here. */
  void checkIdentity() {
    if (topicId != null && rememberedTopicId != null && !topicId.equals(rememberedTopicId)) {
      throw InputTopics.madeAnew(source.topic(), rememberedTopicId, topicId);
    }
  }

  /**
   * The identity of the topic, once, if the lane's state does not hold it yet: it is part of the
   * first change of the state, under the key {@link #TOPIC}. The lane's thread only.
   */
  public @Nullable String takeUnknownTopicId() {
    String unknown = rememberedTopicId == null ? topicId : null;
    rememberedTopicId = topicId;
    return unknown;
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
    if (companion != null) {
      companion.settle();
    }
  }

  /**
   * Nothing more of this lane is read as long as it is held: the other side of the pair is behind.
   */
  public void hold(boolean now) {
    held = now;
  }

  /** Poll thread: shall nothing be read? */
  boolean isHeld() {
    return held;
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
