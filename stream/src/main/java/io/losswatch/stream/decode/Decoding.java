package io.losswatch.stream.decode;

import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.stream.consume.Portion;
import io.losswatch.stream.consume.SourceRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;

/**
 * The stage: portions in, decoded portions out. Values are views into the fetched arrays.
 *
 * @param <T> what a record holds
 */
public final class Decoding<T> implements Function<Flux<Portion>, Flux<DecodedPortion<T>>> {
  private final Supplier<RecordReader<T>> readers;
  private final long maxRecordBytes;

  /**
   * A stage that reads with a reader of its own for each subscription.
   *
   * @param readers makes readers
   * @param maxRecordBytes a larger value is refused as too large
   */
  public Decoding(Supplier<RecordReader<T>> readers, long maxRecordBytes) {
    this.readers = readers;
    this.maxRecordBytes = maxRecordBytes;
  }

  /** Reads the bytes of one value; used by one thread at a time. */
  @FunctionalInterface
  public interface RecordReader<T> {
    /**
     * What the bytes say.
     *
     * @throws RefusedException if they say nothing that can be read
     */
    T read(byte[] array, int offset, int length);
  }

  @Override
  public Flux<DecodedPortion<T>> apply(Flux<Portion> portions) {
    return Flux.defer(() -> {
      RecordReader<T> reader = readers.get();
      return portions.map(portion -> decode(portion, reader));
    });
  }

  private DecodedPortion<T> decode(Portion portion, RecordReader<T> reader) {
    List<Decoded<T>> decoded = new ArrayList<>(portion.records().size());
    for (SourceRecord record : portion.records()) {
      decoded.add(decode(record, reader));
    }
    return new DecodedPortion<>(portion, decoded);
  }

  private Decoded<T> decode(SourceRecord record, RecordReader<T> reader) {
    SourceRecord.Payload value = record.content().value();
    try {
      if (value == null) {
        throw new RefusedException(Reason.MALFORMED_FRAME, "the record has no value");
      }
      if (value.length() > maxRecordBytes) {
        throw new RefusedException(
            Reason.TOO_LARGE,
            "a record has at most %d bytes, but this has %d"
                .formatted(maxRecordBytes, value.length()));
      }
      return new Decoded<>(
          record, reader.read(value.array(), value.offset(), value.length()), null);
    } catch (RefusedException e) {
      return new Decoded<>(record, null, e);
    }
  }
}
