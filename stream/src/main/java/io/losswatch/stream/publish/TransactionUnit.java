package io.losswatch.stream.publish;

import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.fold.Tally;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What commits together, or not at all: outputs, changes of the lane's memory, and the offset up to
 * which they go.
 *
 * @param lane whose it is; nothing is committed once the lane is no longer owned
 * @param nextOffset where reading goes on
 * @param records outputs, then changes of memory, in the order in which they are sent
 * @param tally what was counted
 * @param last true if nothing of this lane follows
 */
public record TransactionUnit(
    Lane lane,
    long nextOffset,
    List<ProducerRecord<byte[], byte[]>> records,
    Tally tally,
    boolean last) {
  public TransactionUnit {
    records = List.copyOf(records);
  }

  /** True if it changes nothing: only its lane's end is to be told. */
  boolean isEmpty() {
    return records.isEmpty();
  }

  TransactionUnit withRecords(List<ProducerRecord<byte[], byte[]>> others) {
    return new TransactionUnit(lane, nextOffset, others, tally, last);
  }
}
