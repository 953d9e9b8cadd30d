package io.losswatch.deploy.audit;

import io.losswatch.schemas.PartialBatch;

/**
 * The range that one partials partition told last of a source.
 *
 * @param from first offset
 * @param to one behind the last
 * @param nextChunk of the range
 * @param chunks that it is told in
 */
record Progress(long from, long to, int nextChunk, int chunks) {
  static final Progress NONE = new Progress(0, 0, 0, 0);

  /** True if nothing of the range is still to come. */
  boolean isComplete() {
    return nextChunk == chunks;
  }

  /** True if the batch is the range's next chunk, or begins a range behind it. */
  boolean isFollowedBy(PartialBatch batch) {
    return batch.getChunk() == 0
        ? batch.getFromOffset() >= to
        : batch.getFromOffset() == from
            && batch.getToOffset() == to
            && batch.getChunk() == nextChunk;
  }

  Progress after(PartialBatch batch) {
    return new Progress(
        batch.getFromOffset(), batch.getToOffset(), batch.getChunk() + 1, batch.getChunks());
  }

  /** Up to where the partition has told all that it has to tell. */
  long completeUntil() {
    return isComplete() ? to : from;
  }
}
