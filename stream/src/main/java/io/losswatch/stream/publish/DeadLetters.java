package io.losswatch.stream.publish;

import io.losswatch.stream.consume.SourceRecord;
import io.losswatch.stream.fold.DeadLetter;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Writes refused records as they came, with the reason in headers. */
final class DeadLetters {
  private static final long SIZE_OF_HEADERS = 64 << 10;

  private final String topic;
  private final int maxRequestBytes;

  DeadLetters(String topic, int maxRequestBytes) {
    this.topic = topic;
    this.maxRequestBytes = maxRequestBytes;
  }

  ProducerRecord<byte[], byte[]> of(DeadLetter letter) {
    SourceRecord source = letter.source();
    RecordHeaders headers = new RecordHeaders();
    source.content().headers().forEach(header -> headers.add(header.getKey(), header.getValue()));
    headers.add("losswatch-reason", utf8(letter.reason().code()));
    headers.add("losswatch-message", utf8(letter.message()));
    headers.add("losswatch-source", utf8(source.position()));
    SourceRecord.Payload value = source.content().value();
    headers.add("losswatch-length", utf8(value == null ? "-1" : Integer.toString(value.length())));
    return new ProducerRecord<>(topic, null, source.key(), fitting(source), headers);
  }

  /**
   * What is too large for the producer goes without its value: headers and length still tell what
   * it was.
   */
  private byte @Nullable [] fitting(SourceRecord source) {
    SourceRecord.Payload value = source.content().value();
    return value == null || source.sizeBytes() > maxRequestBytes - SIZE_OF_HEADERS
        ? null
        : value.array();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
