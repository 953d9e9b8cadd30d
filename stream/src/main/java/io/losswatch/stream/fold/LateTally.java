package io.losswatch.stream.fold;

/**
 * What became of labels that come later and of ids seen, between two cuts of a lane. Mutable; owned
 * by the lane's thread until the cut, read only afterwards.
 */
public final class LateTally {
  private long waiting;
  private long joined;
  private long evicted;
  private long expired;
  private long duplicateLabels;
  private long duplicateBatches;

  /** Samples that began to wait for their label. */
  public long waiting() {
    return waiting;
  }

  /** Samples that a label found. */
  public long joined() {
    return joined;
  }

  /** Samples without label, and labels without sample, that had to go for want of room. */
  public long evicted() {
    return evicted;
  }

  /** Samples whose label, and labels whose sample, did not come within the horizon. */
  public long expired() {
    return expired;
  }

  /** Labels of samples that had one. */
  public long duplicateLabels() {
    return duplicateLabels;
  }

  /** Batches that did not count for a monitor since their id was seen before. */
  public long duplicateBatches() {
    return duplicateBatches;
  }

  void add(LateTally other) {
    waiting += other.waiting;
    joined += other.joined;
    evicted += other.evicted;
    expired += other.expired;
    duplicateLabels += other.duplicateLabels;
    duplicateBatches += other.duplicateBatches;
  }

  void await(long samples) {
    waiting += samples;
  }

  void join(long samples) {
    joined += samples;
  }

  void evict(long count) {
    evicted += count;
  }

  void expire(long count) {
    expired += count;
  }

  void repeatLabels(long count) {
    duplicateLabels += count;
  }

  void repeatBatch() {
    duplicateBatches++;
  }
}
