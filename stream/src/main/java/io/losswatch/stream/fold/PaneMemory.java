package io.losswatch.stream.fold;

import io.losswatch.schemas.LaneState;
import io.losswatch.schemas.codec.RecordCodec;
import io.losswatch.schemas.codec.WriterSchemas;
import io.losswatch.stream.consume.LaneMemory;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a lane of hop 1 remembers: how far it has counted, its watermark, and what waits for labels.
 * Owned by the lane's thread.
 */
public final class PaneMemory implements LaneMemory {
  /** Watermark of a source that has not spoken yet. */
  public static final long SILENT = Long.MIN_VALUE;

  static final String POSITION = "position";
  private static final RecordCodec<LaneState> CODEC = RecordCodec.of(LaneState.class);

  private final LateMemory late;
  private long nextOffset = -1;
  private long watermark = SILENT;

  /** Nothing is remembered yet, and only what is built in will be. */
  public PaneMemory() {
    this(WriterSchemas.builtIn());
  }

  /**
   * Nothing is remembered yet.
   *
   * @param writers schemas that records may be written with
   */
  public PaneMemory(WriterSchemas writers) {
    late = new LateMemory(writers);
  }

  @Override
  public void restore(String key, byte @Nullable [] value) {
    if (!key.equals(POSITION)) {
      late.restore(key, value);
    } else if (value != null) {
      LaneState state = CODEC.decode(value, 0, value.length);
      nextOffset = state.getNextOffset();
      watermark = state.getWatermark();
    }
  }

  @Override
  public OptionalLong nextOffset() {
    return nextOffset < 0 ? OptionalLong.empty() : OptionalLong.of(nextOffset);
  }

  @Override
  public OptionalLong companionOffset() {
    long offset = late.restoredOffset();
    return offset < 0 ? OptionalLong.empty() : OptionalLong.of(offset);
  }

  long watermark() {
    return watermark;
  }

  /** What is remembered of single batches. */
  LateMemory late() {
    return late;
  }

  /** The watermark never runs back. */
  void raiseWatermark(long candidate) {
    watermark = Math.max(watermark, candidate);
  }

  /** The change that makes this position durable. */
  public static StateChange position(long nextOffset, long watermark) {
    return new StateChange(POSITION, CODEC.encode(new LaneState(nextOffset, watermark)));
  }
}
