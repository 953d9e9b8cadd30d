package io.losswatch.stream.consume;

/**
 * Where a restored lane goes on reading.
 *
 * @param offset of its own partition
 * @param companionOffset of its companion's; 0 without one
 */
public record LaneStart(long offset, long companionOffset) {}
