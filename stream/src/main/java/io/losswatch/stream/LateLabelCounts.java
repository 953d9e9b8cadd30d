package io.losswatch.stream;

/**
 * What has become of labels that come later, and of ids seen, since a stream was started. Only what
 * is committed counts. What waits now, of what began to wait since then, is {@code waiting} less
 * {@code joined}, and less those of the evicted and expired that are no labels.
 *
 * @param waiting samples that began to wait for their label
 * @param joined samples that a label found
 * @param evicted samples without label, and labels without sample, that had to go for want of room
 * @param expired samples whose label, and labels whose sample, did not come within the horizon
 * @param duplicates what came more than once
 */
public record LateLabelCounts(
    long waiting, long joined, long evicted, long expired, Duplicates duplicates) {
  /**
   * What came more than once.
   *
   * @param labels of samples that had one
   * @param batches that did not count for a monitor, since their id was seen before
   */
  public record Duplicates(long labels, long batches) {}
}
