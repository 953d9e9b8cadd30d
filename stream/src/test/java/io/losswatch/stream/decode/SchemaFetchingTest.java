package io.losswatch.stream.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.schemas.registry.HttpRegistry;
import io.losswatch.schemas.registry.RegistrySchemas;
import io.losswatch.schemas.registry.SchemaId;
import io.losswatch.schemas.registry.SchemaRegistry;
import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.Obstacles;
import io.losswatch.stream.consume.Portion;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.consume.SourceRecord;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A registry that is down for a while, in virtual time. */
class SchemaFetchingTest {
  private static final SourcePartition SOURCE = new SourcePartition("predictions", 3);
  private static final byte UNKNOWN = 99;

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

  /** Nobody listens on port 1: it gives the exception that a registry gives which is down. */
  private final SchemaRegistry down = HttpRegistry.of(URI.create("http://127.0.0.1:1"), null);

  private final List<SchemaId> asked = new ArrayList<>();
  private final List<Integer> reads = new ArrayList<>();
  private boolean isDown = true;
  private final Obstacles obstacles = new Obstacles();
  private final RegistrySchemas schemas =
      RegistrySchemas.of(
          new SchemaRegistry() {
            @Override
            public Schema find(SchemaId id) {
              asked.add(id);
              if (isDown) {
                return down.find(id);
              }
              if (id.number() == UNKNOWN) {
                throw new RefusedException(Reason.UNKNOWN_SCHEMA, "unknown");
              }
              return Schema.create(Schema.Type.LONG);
            }

            @Override
            public int register(String subject, String schema) {
              throw new AssertionError("nobody registers");
            }

            @Override
            public void ping() {}
          });

  /** A value is the number of its schema; 0 needs none. */
  private final Decoding<Integer> decoding =
      new Decoding<Integer>(
              () ->
                  (array, offset, length, schemaId) -> {
                    int number = array[offset];
                    if (number > 0) {
                      schemas.known(SchemaId.of(number));
                    }
                    reads.add(number);
                    return number;
                  },
              8)
          .with(new SchemaFetching(schemas, time, time, obstacles));

  private final List<DecodedPortion<Integer>> decoded = new ArrayList<>();
  private boolean completed;

  private Disposable decode(Lane lane, Portion... portions) {
    return decoding
        .decode(lane, Flux.just(portions))
        .subscribe(decoded::add, failure -> {}, () -> completed = true);
  }

  private static Portion portion(int... schemaOfRecord) {
    List<SourceRecord> records =
        IntStream.of(schemaOfRecord).mapToObj(SchemaFetchingTest::record).toList();
    return new Portion(records, new Portion.OffsetRange(0, 100), 0, false, 0);
  }

  private static SourceRecord record(int schema) {
    byte[] value = {(byte) schema};
    return new SourceRecord(
        SOURCE,
        0,
        0,
        null,
        new SourceRecord.Content(new SourceRecord.Payload(value, 0, 1), List.of()));
  }

  @Test
  void registryThatIsDown_holdsThePortionBack_andEachRecordIsReadOnce() {
    decode(Lane.unowned(SOURCE), portion(0), portion(0, 7, 0), portion(0));
    time.advanceTimeBy(Duration.ofMinutes(1));
    assertThat(decoded).hasSize(1);
    assertThat(asked).hasSizeBetween(20, 60);
    assertThat(obstacles.now())
        .containsExactly("a partition waits for the schema id 7 of the registry");

    isDown = false;
    time.advanceTimeBy(Duration.ofSeconds(3));
    assertThat(obstacles.now()).isEmpty();
    assertThat(completed).isTrue();
    assertThat(decoded).hasSize(3);
    assertThat(reads).containsExactly(0, 0, 7, 0, 0);
  }

  @Test
  void anotherLane_goesOnMeanwhile() {
    decode(Lane.unowned(SOURCE), portion(7));
    decode(Lane.unowned(SOURCE), portion(0), portion(0));
    assertThat(decoded).hasSize(2);
  }

  @Test
  void unknownSchema_isARefusalOfItsRecordAlone() {
    isDown = false;
    decode(Lane.unowned(SOURCE), portion(7, UNKNOWN, 7));
    time.advanceTime();

    assertThat(decoded.get(0).records())
        .extracting(record -> record.refusal() == null)
        .containsExactly(true, false, true);
    assertThat(asked).containsExactly(SchemaId.of(7), SchemaId.of(UNKNOWN));
  }

  @Test
  void cancelled_whileItWaits_asksNoMore() {
    Disposable waiting = decode(Lane.unowned(SOURCE), portion(7));
    time.advanceTimeBy(Duration.ofSeconds(1));
    assertThat(obstacles.now()).hasSize(1);
    waiting.dispose();
    assertThat(obstacles.now()).isEmpty();
    int before = asked.size();
    time.advanceTimeBy(Duration.ofMinutes(1));
    assertThat(asked).hasSize(before);
  }

  @Test
  void revoked_whileItWaits_endsBeforeThePortionThatNeedsTheSchema() {
    AtomicBoolean revoked = new AtomicBoolean();
    decoding
        .decode(Flux.just(portion(0), portion(0, 7), portion(0)), revoked::get)
        .subscribe(decoded::add, failure -> {}, () -> completed = true);
    time.advanceTimeBy(Duration.ofMinutes(1));
    assertThat(completed).isFalse();

    revoked.set(true);
    time.advanceTimeBy(Duration.ofSeconds(3));
    assertThat(completed).isTrue();
    assertThat(decoded).hasSize(1);
  }
}
