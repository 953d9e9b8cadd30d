package io.losswatch.stream.fold;

import io.losswatch.schemas.LaneState;
import io.losswatch.schemas.codec.RecordCodec;
import io.losswatch.stream.consume.LaneMemory;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a lane of hop 1 remembers: how far it has counted, and its watermark. Owned by the lane's
 * thread.
 */
public final class PaneMemory implements LaneMemory {
  /** Watermark of a source that has not spoken yet. */
  public static final long SILENT = Long.MIN_VALUE;

  static final String POSITION = "position";
  private static final RecordCodec<LaneState> CODEC = RecordCodec.of(LaneState.class);

  private long nextOffset = -1;
  private long watermark = SILENT;

  /** Nothing is remembered yet. */
  public PaneMemory() {}

  @Override
  public void restore(String key, byte @Nullable [] value) {
    if (key.equals(POSITION) && value != null) {
      LaneState state = CODEC.decode(value, 0, value.length);
      nextOffset = state.getNextOffset();
      watermark = state.getWatermark();
    }
  }

  @Override
  public OptionalLong nextOffset() {
    return nextOffset < 0 ? OptionalLong.empty() : OptionalLong.of(nextOffset);
  }

  long watermark() {
    return watermark;
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
