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
  private long lastRecordMillis;
  private long lastPortionMillis;
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
  void startAt(long offset, long nowMillis) {
    position = offset;
    lastRecordMillis = nowMillis;
    lastPortionMillis = nowMillis;
  }

  void deliver(List<ConsumerRecord<byte[], ByteBuffer>> polled, long newPosition, long nowMillis) {
    List<SourceRecord> records = new ArrayList<>(polled.size());
    long sizeBytes = 0;
    for (ConsumerRecord<byte[], ByteBuffer> record : polled) {
      SourceRecord converted = convert(record);
      sizeBytes += converted.sizeBytes();
      records.add(converted);
    }
    lastRecordMillis = nowMillis;
    offer(records, newPosition, nowMillis, false, sizeBytes);
  }

  /** Tells a lane that has nothing to do how time goes on. */
  void tick(long newPosition, long nowMillis, boolean idle) {
    offer(List.of(), newPosition, nowMillis, idle, 0);
  }

  boolean wantsTick(long nowMillis, long intervalMillis) {
    return isStarted()
        && lane.isDrained()
        // the clock may be set back
        && Math.abs(nowMillis - lastPortionMillis) >= intervalMillis;
  }

  boolean isSilent(long nowMillis, long idleAfterMillis) {
    return isStarted() && !paused && nowMillis - lastRecordMillis >= idleAfterMillis;
  }

  /**
   * True if the answer shows that all that was there when it was asked for has been delivered, and
   * that silence had lasted.
   */
  boolean isIdle(IdleProbe.@Nullable Answer answer, long newPosition, long idleAfterMillis) {
    return answer != null
        && !paused
        && answer.endOffset() <= newPosition
        && answer.askedMillis() - lastRecordMillis >= idleAfterMillis;
  }

  private void offer(
      List<SourceRecord> records, long newPosition, long nowMillis, boolean idle, long sizeBytes) {
    Portion.OffsetRange range = new Portion.OffsetRange(position, newPosition);
    position = newPosition;
    lastPortionMillis = nowMillis;
    lane.offer(new Portion(records, range, nowMillis, idle, sizeBytes));
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
