package io.losswatch.stream.consume;

/** A lane of predictions with its companion of labels, for the tests of later stages. */
public final class PairFeed {
  private final Lane labels;
  private final Lane lane;

  public PairFeed(SourcePartition predictions, SourcePartition labels) {
    this.labels = new Lane(labels, 2);
    this.lane = new Lane(predictions, 1, this.labels);
  }

  public Lane lane() {
    return lane;
  }

  /** The companion as the poll thread has it. */
  public LaneFeed labels() {
    return new LaneFeed(labels);
  }

  /** True if the poll thread reads nothing more of it. */
  public static boolean isHeld(Lane lane) {
    return lane.isHeld();
  }
}
