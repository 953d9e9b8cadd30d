package io.losswatch.stream.consume;

import java.nio.ByteBuffer;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * The poll thread's side of a lane: how far it is read, when it last got something, whether it is
 * paused.
 */
final class Feed {
  private final Lane lane;
  private final TopicPartition partition;
  private long position = -1;
  private @Nullable Moment lastRecord;
  private @Nullable Moment lastPortion;
  private boolean paused = true;
  private boolean full;
  private boolean ahead;

  Feed(Lane lane, TopicPartition partition) {
    this.lane = lane;
    this.partition = partition;
  }

  Lane lane() {
    return lane;
  }

  TopicPartition partition() {
    return partition;
  }

  boolean isStarted() {
    return position >= 0;
  }

  boolean isPaused() {
    return paused;
  }

  void pause(boolean now) {
    paused = now;
  }

  /** True if it is held back since too much is in flight. */
  boolean isFull() {
    return full;
  }

  /** True if it is held back since it runs ahead of the slowest source. */
  boolean isAhead() {
    return ahead;
  }

  void hold(boolean isFull, boolean isAhead) {
    full = isFull;
    ahead = isAhead;
  }

  /** Reading begins, or goes on behind a hole that retention tore. */
  void startAt(long offset, Moment now) {
    position = offset;
    lastRecord = now;
    lastPortion = now;
  }

  void deliver(List<ConsumerRecord<byte[], ByteBuffer>> polled, long newPosition, Moment now) {
    List<SourceRecord> records = new ArrayList<>(polled.size());
    long sizeBytes = 0;
    for (ConsumerRecord<byte[], ByteBuffer> record : polled) {
      SourceRecord converted = convert(record);
      sizeBytes += converted.sizeBytes();
      records.add(converted);
    }
    lastRecord = now;
    lastPortion = now;
    offer(records, newPosition, now.wallMillis(), false, sizeBytes);
  }

  /**
   * Tells a lane that has nothing to do how time goes on.
   *
   * @param silence what the brokers have said, if it shows that the partition is idle
   */
  void tick(long newPosition, IdleProbe.@Nullable Answer silence, Moment now) {
    lastPortion = now;
    Moment told = silence == null ? now : silence.asked();
    offer(List.of(), newPosition, told.wallMillis(), silence != null, 0);
  }

  boolean wantsTick(Moment now, CommitGrid commits) {
    Moment last = lastPortion;
    return isStarted()
        && lane.isDrained()
        && last != null
        && (commits.isDue(last.wallMillis(), now.wallMillis())
            || lasts(last, now, commits.intervalMillis()));
  }

  boolean isSilent(Moment now, long idleAfterMillis) {
    return isStarted() && !paused && lasts(lastRecord, now, idleAfterMillis);
  }

  private static boolean lasts(@Nullable Moment since, Moment now, long millis) {
    return since != null && now.millisSince(since) >= millis;
  }

  /**
   * True if the answer shows that all that was there when it was asked for has been delivered, and
   * that silence had lasted.
   */
  boolean isIdle(IdleProbe.Answer answer, long newPosition, long idleAfterMillis) {
    return !paused
        && answer.endOffset() <= newPosition
        && lasts(lastRecord, answer.asked(), idleAfterMillis);
  }

  private void offer(
      List<SourceRecord> records, long newPosition, long wallMillis, boolean idle, long sizeBytes) {
    Portion.OffsetRange range = new Portion.OffsetRange(position, newPosition);
    position = newPosition;
    lane.offer(new Portion(records, range, wallMillis, idle, sizeBytes));
  }

  private SourceRecord convert(ConsumerRecord<byte[], ByteBuffer> record) {
    return new SourceRecord(
        lane.source(), record.offset(), record.timestamp(), record.key(), content(record));
  }

  private static SourceRecord.Content content(ConsumerRecord<byte[], ByteBuffer> record) {
    List<Map.Entry<String, byte @Nullable []>> headers = List.of();
    for (Header header : record.headers()) {
      headers = headers.isEmpty() ? new ArrayList<>() : headers;
      headers.add(new SimpleImmutableEntry<>(header.key(), header.value()));
    }
    ByteBuffer value = record.value();
    if (value == null) {
      return new SourceRecord.Content(null, headers);
    }
    return new SourceRecord.Content(
        new SourceRecord.Payload(
            value.array(), value.arrayOffset() + value.position(), value.remaining()),
        headers);
  }
}
