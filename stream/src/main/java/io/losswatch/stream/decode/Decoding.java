package io.losswatch.stream.decode;

import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.schemas.registry.SchemaAwaitedException;
import io.losswatch.schemas.registry.SchemaId;
import io.losswatch.stream.consume.Effort;
import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.Portion;
import io.losswatch.stream.consume.SourceRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The stage: portions in, decoded portions out. Values are views into the fetched arrays.
 *
 * @param <T> what a record holds
 */
public final class Decoding<T> implements Function<Flux<Portion>, Flux<DecodedPortion<T>>> {
  private final Supplier<RecordReader<T>> readers;
  private final long maxRecordBytes;
  private final @Nullable SchemaFetching fetching;
  private final Effort effort;

  /**
   * A stage that reads with a reader of its own for each subscription.
   *
   * @param readers makes readers
   * @param maxRecordBytes a larger value is refused as too large
   */
  public Decoding(Supplier<RecordReader<T>> readers, long maxRecordBytes) {
    this(readers, maxRecordBytes, null, new Effort());
  }

  private Decoding(
      Supplier<RecordReader<T>> readers,
      long maxRecordBytes,
      @Nullable SchemaFetching fetching,
      Effort effort) {
    this.readers = readers;
    this.maxRecordBytes = maxRecordBytes;
    this.fetching = fetching;
    this.effort = effort;
  }

  /** The same stage, which fetches schemas from a registry. */
  public Decoding<T> with(SchemaFetching schemas) {
    return new Decoding<>(readers, maxRecordBytes, schemas, effort);
  }

  /** The same stage, which tells how much it reads and how long that takes. */
  public Decoding<T> with(Effort told) {
    return new Decoding<>(readers, maxRecordBytes, fetching, told);
  }

  /** Reads the bytes of one value; used by one thread at a time. */
  @FunctionalInterface
  public interface RecordReader<T> {
    /**
     * What the bytes say.
     *
     * @param schemaId the header {@link SchemaId#HEADER}; null if the record has none
     * @throws RefusedException if they say nothing that can be read
     * @throws SchemaAwaitedException if a schema has to be fetched first
     */
    T read(byte[] array, int offset, int length, byte @Nullable [] schemaId);

    /** A reader of records that name their schema within. */
    static <T> RecordReader<T> of(ValueReader<T> reader) {
      return (array, offset, length, schemaId) -> reader.read(array, offset, length);
    }
  }

  /** Reads the bytes of one value, whatever its headers are. */
  @FunctionalInterface
  public interface ValueReader<T> {
    /**
     * What the bytes say.
     *
     * @throws RefusedException if they say nothing that can be read
     */
    T read(byte[] array, int offset, int length);
  }

  @Override
  public Flux<DecodedPortion<T>> apply(Flux<Portion> portions) {
    return decode(portions, () -> false);
  }

  /**
   * The stage for a lane. As long as a registry cannot be asked for a schema the lane waits; it
   * ends before the portion that needs the schema if the partition is revoked meanwhile.
   */
  public Flux<DecodedPortion<T>> decode(Lane lane, Flux<Portion> portions) {
    return decode(portions, lane::isRevoked);
  }

  Flux<DecodedPortion<T>> decode(Flux<Portion> portions, BooleanSupplier isRevoked) {
    return Flux.defer(() -> {
      RecordReader<T> reader = readers.get();
      if (fetching == null) {
        return portions.map(
            portion -> decode(portion, new ArrayList<>(portion.records().size()), reader));
      }
      return portions
          .concatMap(portion -> awaiting(portion, reader, fetching, isRevoked), 0)
          .onErrorComplete(SchemaFetching.GivenUpException.class);
    });
  }

  /** Goes on at the record that had to wait. */
  private Mono<DecodedPortion<T>> awaiting(
      Portion portion, RecordReader<T> reader, SchemaFetching schemas, BooleanSupplier isRevoked) {
    List<Decoded<T>> decoded = new ArrayList<>(portion.records().size());
    return Mono.fromSupplier(() -> decode(portion, decoded, reader))
        .retryWhen(schemas.retry(isRevoked));
  }

  private DecodedPortion<T> decode(
      Portion portion, List<Decoded<T>> decoded, RecordReader<T> reader) {
    List<SourceRecord> records = portion.records();
    DecodedPortion<T> whole =
        effort.time(
            Effort.Stage.DECODE,
            () -> {
              while (decoded.size() < records.size()) {
                decoded.add(decode(records.get(decoded.size()), reader));
              }
              return new DecodedPortion<>(portion, decoded);
            });
    effort.read(portion.sizeBytes());
    return whole;
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
          record,
          reader.read(
              value.array(),
              value.offset(),
              value.length(),
              record.content().lastHeader(SchemaId.HEADER)),
          null);
    } catch (RefusedException e) {
      return new Decoded<>(record, null, e);
    }
  }
}
