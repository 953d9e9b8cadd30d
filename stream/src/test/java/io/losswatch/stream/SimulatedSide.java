package io.losswatch.stream;

import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.LaneFeed;
import io.losswatch.stream.consume.Portion;
import io.losswatch.stream.consume.SourceRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** One partition of a lane, and how far it is read. Mutable; owned by its lane. */
final class SimulatedSide {
  private final SimulatedBroker broker;
  private final Lane lane;
  private final LaneFeed feed;
  private OptionalLong committed = OptionalLong.empty();
  private int position = -1;

  SimulatedSide(SimulatedBroker broker, Lane lane) {
    this.broker = broker;
    this.lane = lane;
    this.feed = new LaneFeed(lane);
  }

  private SimulatedLog log() {
    return broker.log(lane.source());
  }

  /** True if no transaction on its offset is pending. */
  boolean isStable() {
    return broker.isStable(lane.source());
  }

  /** The committed offset as it is now. */
  void look() {
    committed = broker.committed(lane.source());
  }

  /**
   * Where reading begins.
   *
   * @param remembered where the state ends, which is where the committed offset is
   */
  int begin(OptionalLong remembered) {
    if (committed.isPresent() && !committed.equals(remembered)) {
      throw new AssertionError(
          "%s: state ends at %s, but %s is committed"
              .formatted(lane.source(), remembered, committed));
    }
    position = (int) feed.startOffset(committed, remembered);
    return position;
  }

  /** True if all that can be read has been read. */
  boolean isRead() {
    return position == log().end();
  }

  /** True if that is committed too. */
  boolean isAtRest() {
    return isRead() && isStable() && broker.reached(lane.source()) == position;
  }

  boolean isReleased() {
    return feed.isReleased();
  }

  /** Reads at most so many offsets; idle if it is told so and there is nothing to read. */
  void poll(int most, long wallClock, boolean idle) {
    SimulatedLog log = log();
    int end = feed.isHeld() ? position : Math.min(log.stableEnd(), position + most);
    List<SourceRecord> records = new ArrayList<>();
    long sizeBytes = 0;
    for (int offset = position; offset < end; offset++) {
      SimulatedLog.Entry entry = log.read(offset);
      if (entry != null && entry.value() != null) {
        byte[] value = entry.value();
        sizeBytes += value.length;
        SourceRecord.Payload payload = new SourceRecord.Payload(value, 0, value.length);
        records.add(
            new SourceRecord(
                lane.source(),
                offset,
                entry.timestamp(),
                null,
                new SourceRecord.Content(payload, List.of())));
      }
    }
    boolean silent = idle && !feed.isHeld() && end == position && isRead();
    Portion.OffsetRange range = new Portion.OffsetRange(position, end);
    position = end;
    feed.offer(new Portion(records, range, wallClock, silent, sizeBytes));
  }

  void revoke() {
    feed.revoke();
  }

  void checkReleased() {
    if (!feed.isReleased()) {
      throw new AssertionError(lane.source() + " holds " + feed.bytesInFlight() + " bytes");
    }
  }

  /** How far it is, for a message. */
  @Override
  public String toString() {
    return "%s: read to %d of %d, committed to %d%s"
        .formatted(
            lane.source(),
            position,
            log().end(),
            broker.reached(lane.source()),
            feed.isHeld() ? ", held" : "");
  }
}
