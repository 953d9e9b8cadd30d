package io.losswatch.deploy.audit;

import io.losswatch.stream.consume.SourcePartition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * The dead letters by the record that they are of, about 200 bytes each. Mutable; one thread.
 *
 * <p>Letters are taken out as their records are met: what remains is of no record.
 */
final class DeadLetters {
  private final Map<String, List<Letter>> letters = new HashMap<>();
  private boolean trimmed;

  /**
   * A refused record.
   *
   * @param reason code
   * @param position of the letter itself
   */
  record Letter(String reason, String position) {}

  void add(ConsumerRecord<byte[], byte[]> record) {
    letters
        .computeIfAbsent(header(record, "losswatch-source"), none -> new ArrayList<>(1))
        .add(
            new Letter(
                header(record, "losswatch-reason").intern(),
                record.topic() + "-" + record.partition() + "@" + record.offset()));
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    // the last one is ours: a producer may have sent one of the same name
    Header header = record.headers().lastHeader(name);
    return header == null || header.value() == null
        ? ""
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  /** Retention has deleted some: one that is not there may have been. */
  void trimmed() {
    trimmed = true;
  }

  boolean isTrimmed() {
    return trimmed;
  }

  /** The letters of a record, once. */
  List<Letter> take(SourcePartition source, long offset) {
    List<Letter> taken = letters.remove(source + "@" + offset);
    return taken == null ? List.of() : taken;
  }

  /** Letters of records that nobody has met, by the position that they name. */
  Map<String, List<Letter>> remaining() {
    return letters;
  }
}
