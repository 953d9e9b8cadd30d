package io.losswatch.stream.publish;

import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.LaneStart;
import io.losswatch.stream.consume.Ownership;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.fold.Tally;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * What commits together, or not at all: outputs, changes of the lane's memory, and the offset up to
 * which they go.
 *
 * @param lane whose it is; nothing is committed once the lane, or its companion, is no longer owned
 * @param next where reading goes on
 * @param records outputs, then changes of memory, in the order in which they are sent
 * @param tally what was counted
 * @param last true if nothing of this lane follows
 */
public record TransactionUnit(
    Lane lane,
    LaneStart next,
    List<ProducerRecord<byte[], byte[]>> records,
    Tally tally,
    boolean last) {
  public TransactionUnit {
    records = List.copyOf(records);
  }

  /** A unit of a lane without companion. */
  public TransactionUnit(
      Lane lane,
      long nextOffset,
      List<ProducerRecord<byte[], byte[]>> records,
      Tally tally,
      boolean last) {
    this(lane, new LaneStart(nextOffset, 0), records, tally, last);
  }

  /** Where reading of the lane's own partition goes on. */
  public long nextOffset() {
    return next.offset();
  }

  /** True if it changes nothing: only its lane's end is to be told. */
  boolean isEmpty() {
    return records.isEmpty();
  }

  /** True if all that it commits is owned. */
  boolean isOwned(Ownership.Snapshot snapshot) {
    Lane companion = lane.companion();
    return snapshot.owns(lane.source(), lane.epoch())
        && (companion == null || snapshot.owns(companion.source(), companion.epoch()));
  }

  /** Adds the offsets that it commits. */
  void putOffsets(Map<TopicPartition, OffsetAndMetadata> offsets) {
    put(offsets, lane.source(), next.offset());
    Lane companion = lane.companion();
    if (companion != null) {
      put(offsets, companion.source(), next.companionOffset());
    }
  }

  private static void put(
      Map<TopicPartition, OffsetAndMetadata> offsets, SourcePartition source, long offset) {
    offsets.put(
        new TopicPartition(source.topic(), source.partition()), new OffsetAndMetadata(offset));
  }

  TransactionUnit withRecords(List<ProducerRecord<byte[], byte[]>> others) {
    return new TransactionUnit(lane, next, others, tally, last);
  }
}
