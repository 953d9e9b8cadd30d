package io.losswatch.stream.consume;

import java.util.List;

/**
 * What one poll brought of one partition, or that it brought nothing.
 *
 * @param records in the order of their offsets, may be empty
 * @param range the offsets that it covers
 * @param wallClockMillis when it was polled
 * @param idle true if at that time the partition had been silent for {@code idle-after} and its
 *     log's end was reached
 * @param sizeBytes payload, held against the bound of bytes in flight until the lane releases it
 */
public record Portion(
    List<SourceRecord> records,
    OffsetRange range,
    long wallClockMillis,
    boolean idle,
    long sizeBytes) {
  /**
   * Offsets {@code [from, to)}. Offsets are not dense: compaction and transaction markers leave
   * holes.
   *
   * @param from first
   * @param to one behind the last; the next range starts here
   */
  public record OffsetRange(long from, long to) {
    public OffsetRange {
      if (from < 0 || to < from) {
        throw new IllegalArgumentException(
            "a range of offsets is [from, to), but this is [" + from + ", " + to + ")");
      }
    }
  }
}
