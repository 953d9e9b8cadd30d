package io.losswatch.stream.publish;

import io.losswatch.core.batch.Reason;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.consume.SourceRecord;
import io.losswatch.stream.fold.DeadLetter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Both publishing stages under test: their settings, dead letters, and views of what they send. */
final class PublishedRecords {
  static final int MAX_REQUEST_BYTES = 1 << 20;
  static final PublishSettings SETTINGS =
      new PublishSettings(
          Map.of(),
          "app-1",
          Map.of("predictions", "app-predictions-state", "partials", "app-partials-state"),
          "dead",
          MAX_REQUEST_BYTES);

  private PublishedRecords() {}

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A refused record with two headers of its own. */
  static DeadLetter letter(String topic, long offset, int valueBytes) {
    SourceRecord.Payload value =
        valueBytes < 0 ? null : new SourceRecord.Payload(new byte[valueBytes], 0, valueBytes);
    SourceRecord source =
        new SourceRecord(
            new SourcePartition(topic, 3),
            offset,
            77,
            bytes("their-key"),
            new SourceRecord.Content(
                value, List.of(Map.entry("trace", bytes("1")), Map.entry("trace", bytes("2")))));
    return new DeadLetter(source, Reason.BAD_SHAPE, "targets has 31 samples");
  }

  static List<ProducerRecord<byte[], byte[]>> to(String topic, TransactionUnit unit) {
    return unit.records().stream().filter(record -> record.topic().equals(topic)).toList();
  }

  static List<String> headers(ProducerRecord<byte[], byte[]> record) {
    List<String> headers = new ArrayList<>();
    for (Header header : record.headers()) {
      headers.add(header.key() + "=" + text(header.value()));
    }
    return headers;
  }

  static String text(byte @Nullable [] value) {
    return value == null ? "null" : new String(value, StandardCharsets.UTF_8);
  }
}
