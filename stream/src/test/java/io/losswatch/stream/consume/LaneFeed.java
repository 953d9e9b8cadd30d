package io.losswatch.stream.consume;

/** A lane and what the poll thread would do to it, for the tests of later stages. */
public final class LaneFeed {
  private final Lane lane;

  public LaneFeed(String topic, int partition) {
    this.lane = new Lane(new SourcePartition(topic, partition), 1);
  }

  public Lane lane() {
    return lane;
  }

  public void offer(Portion portion) {
    lane.offer(portion);
  }

  public void revoke() {
    lane.revoke();
  }

  /** True if every portion that was offered has been released. */
  public boolean isReleased() {
    return lane.isDrained() && lane.bytesInFlight() == 0;
  }

  public long bytesInFlight() {
    return lane.bytesInFlight();
  }
}
