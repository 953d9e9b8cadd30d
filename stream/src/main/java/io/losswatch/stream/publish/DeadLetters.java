package io.losswatch.stream.publish;

import io.losswatch.stream.consume.SourceRecord;
import io.losswatch.stream.fold.DeadLetter;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Writes refused records as they came, with the reason in headers. */
final class DeadLetters {
  private static final String PREFIX = "losswatch-";
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
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, null, source.key(), fitting(source), headers);
    // a key or headers alone can be too large as well
    boolean tooLarge = record.value() == null && source.sizeBytes() - length(value) > limit();
    return tooLarge ? shrink(record) : record;
  }

  /**
   * What is too large for the producer goes without its value: headers and length still tell what
   * it was.
   */
  private byte @Nullable [] fitting(SourceRecord source) {
    SourceRecord.Payload value = source.content().value();
    return value == null || source.sizeBytes() > limit() ? null : value.array();
  }

  private long limit() {
    return maxRequestBytes - SIZE_OF_HEADERS;
  }

  private static int length(SourceRecord.@Nullable Payload value) {
    return value == null ? 0 : value.length();
  }

  /** True if the letter can be made smaller. */
  static boolean isShrinkable(ProducerRecord<byte[], byte[]> letter) {
    return letter.value() != null || letter.key() != null || hasForeignHeaders(letter);
  }

  /** First without its value; then without all but the headers that say what it was. */
  static ProducerRecord<byte[], byte[]> shrink(ProducerRecord<byte[], byte[]> letter) {
    if (letter.value() != null) {
      return new ProducerRecord<>(
          letter.topic(), letter.partition(), letter.key(), null, letter.headers());
    }
    RecordHeaders own = new RecordHeaders();
    for (Header header : letter.headers()) {
      if (header.key().startsWith(PREFIX)) {
        own.add(header);
      }
    }
    return new ProducerRecord<>(
        letter.topic(), letter.partition(), null, nothing(), nothing(), own);
  }

  private static byte @Nullable [] nothing() {
    return null;
  }

  private static boolean hasForeignHeaders(ProducerRecord<byte[], byte[]> letter) {
    for (Header header : letter.headers()) {
      if (!header.key().startsWith(PREFIX)) {
        return true;
      }
    }
    return false;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
