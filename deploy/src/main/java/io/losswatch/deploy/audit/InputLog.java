package io.losswatch.deploy.audit;

import io.losswatch.stream.consume.SourcePartition;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The input topics, read once, forwards, as far as the audit needs them. */
interface InputLog {
  /** The first offset that is still there. */
  long beginning(SourcePartition source);

  /**
   * The committed records from where the last call for this source ended, at first from its
   * beginning.
   *
   * @param offset all records below it are read after this call; some behind it may be too
   */
  List<ConsumerRecord<byte[], byte[]>> readUpTo(SourcePartition source, long offset);
}
