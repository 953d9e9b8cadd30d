package io.losswatch.stream;

/**
 * Bounds on what a peer can make large.
 *
 * @param maxRecordBytes a record's value above this is dead-lettered
 * @param maxSeries series a partials partition keeps at most, besides one {@code other} a monitor,
 *     which takes what belongs to any beyond
 * @param maxInFlightBytes payload that is read and not yet folded, at most
 */
public record Limits(long maxRecordBytes, int maxSeries, long maxInFlightBytes) {
  /** 64 MiB a record, 100,000 series, 256 MiB in flight. */
  public static Limits defaults() {
    return new Limits(64L << 20, 100_000, 256L << 20);
  }
}
