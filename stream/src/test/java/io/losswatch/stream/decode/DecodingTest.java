package io.losswatch.stream.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.stream.consume.Portion;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.consume.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class DecodingTest {
  private static final SourcePartition SOURCE = new SourcePartition("predictions", 3);
  private static final int MAX_BYTES = 8;
  private static final String REFUSED = "refused";

  private final AtomicInteger reads = new AtomicInteger();
  private final AtomicInteger readers = new AtomicInteger();
  private final Decoding<String> decoding =
      new Decoding<>(
          () -> {
            readers.incrementAndGet();
            return Decoding.RecordReader.of(this::read);
          },
          MAX_BYTES);

  @Test
  void decoding_readableValue_isReadFromItsPlaceInTheSharedArray() {
    SourceRecord record = record(0, new SourceRecord.Payload(utf8("abcdefghijkl"), 3, 4));

    Decoded<String> decoded = decode(record).get(0);

    assertThat(decoded.value()).isEqualTo("defg");
    assertThat(decoded.refusal()).isNull();
    assertThat(decoded.source()).isSameAs(record);
  }

  @Test
  void decoding_refusedValue_keepsReasonAndRecord() {
    SourceRecord record = record(0, REFUSED);

    Decoded<String> decoded = decode(record).get(0);

    assertThat(decoded.value()).isNull();
    assertThat(refusal(decoded).reason()).isEqualTo(Reason.MALFORMED_RECORD);
    assertThat(refusal(decoded)).hasMessage("says so");
    assertThat(decoded.source()).isSameAs(record);
  }

  @Test
  void decoding_valueAtTheLimit_isRead() {
    assertThat(decode(record(0, "12345678")).get(0).value()).isEqualTo("12345678");
  }

  @Test
  void decoding_valueAboveTheLimit_isTooLargeAndNeverRead() {
    Decoded<String> decoded = decode(record(0, "123456789")).get(0);

    assertThat(refusal(decoded).reason()).isEqualTo(Reason.TOO_LARGE);
    assertThat(refusal(decoded)).hasMessage("a record has at most 8 bytes, but this has 9");
    assertThat(reads).hasValue(0);
  }

  @Test
  void decoding_smallViewOfALargeArray_isNotTooLarge() {
    SourceRecord record = record(0, new SourceRecord.Payload(new byte[1000], 990, MAX_BYTES));

    assertThat(decode(record).get(0).refusal()).isNull();
  }

  @Test
  void decoding_noValue_isAMalformedFrame() {
    Decoded<String> decoded = decode(record(0, (SourceRecord.Payload) null)).get(0);

    assertThat(refusal(decoded).reason()).isEqualTo(Reason.MALFORMED_FRAME);
    assertThat(reads).hasValue(0);
  }

  @Test
  void decoding_portionWithRefusals_keepsEveryRecordInItsOrder() {
    List<Decoded<String>> decoded =
        decode(
            record(4, "a"),
            record(5, REFUSED),
            record(7, "b"),
            record(9, "much too large"),
            record(11, "c"));

    assertThat(decoded)
        .extracting(each -> each.source().offset())
        .containsExactly(4L, 5L, 7L, 9L, 11L);
    assertThat(decoded).extracting(Decoded::value).containsExactly("a", null, "b", null, "c");
  }

  @Test
  void decoding_portionWithoutRecords_goesOnAsItIs() {
    Portion tick = new Portion(List.of(), new Portion.OffsetRange(7, 9), 1234, true, 0);

    StepVerifier.create(decoding.apply(Flux.just(tick)))
        .assertNext(decoded -> {
          assertThat(decoded.portion()).isSameAs(tick);
          assertThat(decoded.records()).isEmpty();
        })
        .verifyComplete();
  }

  @Test
  void decoding_demandOfOne_pullsOnePortion() {
    TestPublisher<Portion> source = TestPublisher.create();
    List<Long> requested = new ArrayList<>();

    StepVerifier.create(decoding.apply(source.flux().doOnRequest(requested::add)), 0)
        .thenRequest(1)
        .then(() -> source.next(portion(record(0, "a"))))
        .expectNextCount(1)
        .then(() -> assertThat(requested).containsExactly(1L))
        .thenRequest(1)
        .then(() -> source.next(portion(record(1, "b"))))
        .expectNextCount(1)
        .thenCancel()
        .verify();

    assertThat(requested).containsExactly(1L, 1L);
    source.assertCancelled();
  }

  @Test
  void decoding_errorBefore_passesThrough() {
    IllegalStateException broken = new IllegalStateException("broken");

    StepVerifier.create(
            decoding.apply(
                Flux.concat(Flux.just(portion(record(0, "a"))), Flux.<Portion>error(broken))))
        .expectNextCount(1)
        .verifyErrorMatches(error -> error == broken);
  }

  @Test
  void decoding_twoSubscriptions_haveAReaderEach() {
    Flux<DecodedPortion<String>> decoded = decoding.apply(Flux.just(portion(record(0, "a"))));
    assertThat(readers).hasValue(0);

    StepVerifier.create(decoded).expectNextCount(1).verifyComplete();
    StepVerifier.create(decoded).expectNextCount(1).verifyComplete();

    assertThat(readers).hasValue(2);
  }

  private List<Decoded<String>> decode(SourceRecord... records) {
    List<Decoded<String>> decoded = new ArrayList<>();
    StepVerifier.create(decoding.apply(Flux.just(portion(records))))
        .consumeNextWith(portion -> decoded.addAll(portion.records()))
        .verifyComplete();
    return decoded;
  }

  private String read(byte[] array, int offset, int length) {
    reads.incrementAndGet();
    String text = new String(array, offset, length, StandardCharsets.UTF_8);
    if (text.equals(REFUSED)) {
      throw new RefusedException(Reason.MALFORMED_RECORD, "says so");
    }
    return text;
  }

  private static RefusedException refusal(Decoded<String> decoded) {
    RefusedException refusal = decoded.refusal();
    if (refusal == null) {
      throw new AssertionError("not refused: " + decoded.value());
    }
    return refusal;
  }

  private static Portion portion(SourceRecord... records) {
    return new Portion(List.of(records), new Portion.OffsetRange(0, 100), 0, false, 0);
  }

  private static SourceRecord record(long offset, String value) {
    byte[] bytes = utf8(value);
    return record(offset, new SourceRecord.Payload(bytes, 0, bytes.length));
  }

  private static SourceRecord record(long offset, SourceRecord.@Nullable Payload value) {
    return new SourceRecord(SOURCE, offset, 0, null, new SourceRecord.Content(value, List.of()));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
