package io.losswatch.stream.fold;

import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.SourceState;
import io.losswatch.stream.consume.SourcePartition;

/**
 * How far a source has been counted in one partials partition. Immutable.
 *
 * @param source the source
 * @param fromOffset of the range that came last
 * @param toOffset of the range that came last
 * @param nextChunk of that range; equal to its number of chunks when it is complete
 * @param watermark of the source; {@link PaneMemory#SILENT}: it has not spoken
 */
record SourceProgress(
    SourcePartition source, long fromOffset, long toOffset, int nextChunk, long watermark) {
  static SourceProgress none(SourcePartition source) {
    return new SourceProgress(source, 0, 0, 0, PaneMemory.SILENT);
  }

  /** What a batch is to what has been counted. */
  enum Place {
    /** It follows. */
    NEXT,
    /** It was counted before. */
    REPEATED,
    /** Part of its range was counted before, and nobody can tell which samples. */
    OVERLAPPING
  }

  Place place(PartialBatch batch) {
    if (batch.getChunk() > 0) {
      boolean continues =
          batch.getFromOffset() == fromOffset
              && batch.getToOffset() == toOffset
              && batch.getChunk() == nextChunk;
      return continues ? Place.NEXT : Place.REPEATED;
    }
    if (batch.getFromOffset() >= toOffset) {
      return Place.NEXT;
    }
    return batch.getToOffset() > toOffset ? Place.OVERLAPPING : Place.REPEATED;
  }

  /** After this batch. Its watermark counts when its last chunk is there. */
  SourceProgress after(PartialBatch batch) {
    return new SourceProgress(
        source,
        batch.getFromOffset(),
        batch.getToOffset(),
        batch.getChunk() + 1,
        Math.max(watermark, heard(batch)));
  }

  /**
   * After a batch that does not count. Its watermark does: time goes on for the other sources'
   * sake.
   */
  SourceProgress withWatermark(PartialBatch batch) {
    return new SourceProgress(
        source, fromOffset, toOffset, nextChunk, Math.max(watermark, heard(batch)));
  }

  private static long heard(PartialBatch batch) {
    boolean complete = batch.getChunk() + 1 == batch.getChunks();
    return complete ? batch.getWatermark().toEpochMilli() : PaneMemory.SILENT;
  }

  SourceState toState() {
    return new SourceState(
        source.topic(), source.partition(), fromOffset, toOffset, nextChunk, watermark);
  }

  static SourceProgress of(SourceState state) {
    return new SourceProgress(
        new SourcePartition(state.getTopic(), state.getPartition()),
        state.getFromOffset(),
        state.getToOffset(),
        state.getNextChunk(),
        state.getWatermark());
  }
}
