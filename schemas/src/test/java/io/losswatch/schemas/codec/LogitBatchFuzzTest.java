package io.losswatch.schemas.codec;

import static io.losswatch.schemas.codec.LogitBatches.doubles;
import static io.losswatch.schemas.codec.LogitBatches.floats;
import static io.losswatch.schemas.codec.LogitBatches.frame;
import static io.losswatch.schemas.codec.LogitBatches.full;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.tensor.Tensor;
import io.losswatch.schemas.DataType;
import io.losswatch.schemas.LogitBatch;
import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.SchemaFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever bytes come, the outcome is a batch or a refusal, and the cost is bounded by them. */
class LogitBatchFuzzTest {
  private static final int CASES = 10_000;

  /**
   * Bytes that may be allocated for each byte read. Dearest are tags: 3 bytes of input become a map
   * entry (32 bytes, and 11 of the table that doubles), a name (24 and 24) and a share of the
   * table's copies: 40 at most. Ids take 2 bytes for 48 and 10 of the list, and numbers 8 for 32.
   */
  private static final int PER_BYTE = 40;

  /** Refusals and Avro's exceptions with their stack traces, and the parser's stack. */
  private static final int FIXED = 64 * 1024;

  private static final Set<Reason> REASONS =
      EnumSet.of(
          Reason.MALFORMED_FRAME,
          Reason.UNKNOWN_SCHEMA,
          Reason.MALFORMED_RECORD,
          Reason.BAD_SHAPE,
          Reason.BAD_DATATYPE,
          Reason.BAD_LENGTH,
          Reason.BAD_VALUE,
          Reason.TOO_LARGE);

  private final Schema ours = LogitBatch.getClassSchema();
  private final Schema newer = newer();
  private final LogitBatchReader reader =
      new LogitBatchReader(WriterSchemas.builtIn().with(List.of(newer)));
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final Map<Reason, Integer> refusals = new EnumMap<>(Reason.class);
  private int batches;

  /** A writer with nested fields that this reader skips. */
  private static Schema newer() {
    String text = SchemaFormatter.format("json/inline", ReleasedSchemas.of("LogitBatch").get(0));
    return new Schema.Parser()
        .parse(
            text.replace(
                "\"fields\":[{\"name\":\"model\",",
                """
                "fields":[{"name": "history", "type": {"type": "array", "items":
                  {"type": "array", "items": {"type": "array", "items": ["null", "string",
                    {"type": "map", "values": {"type": "fixed", "name": "Trace", "size": 5}}]}}}},
                {"name": "nothing", "type": {"type": "array", "items": "null"}},
                {"name":"model",\
                """));
  }

  private static List<byte[]> valid() {
    return List.of(
        frame(full()),
        frame(LogitBatches.with(floats(List.of(2L, 2L, 2L), 1, 2, 3, 4, 5, 6, 7, 8))),
        frame(LogitBatches.with(doubles(DataType.INT32, 1.0, 2.0, 3.0))));
  }

  /** Checks a case's outcome. The seed and the bytes are in the message of a failure. */
  private void check(byte[] bytes, long seed) {
    String subject = "seed %d: %s".formatted(seed, HexFormat.of().formatHex(bytes));
    long bound = FIXED + (long) PER_BYTE * bytes.length;
    try {
      // the first time may load classes
      if (allocated(bytes) > bound) {
        assertThat(allocated(bytes)).as(subject).isLessThan(bound);
      }
      Batch batch = reader.read(bytes, 0, bytes.length);
      batches++;
      checkInside(batch.predictions().values(), bytes);
    } catch (RefusedException e) {
      refusals.merge(e.reason(), 1, Integer::sum);
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      fail(subject, e);
    }
  }

  private long allocated(byte[] bytes) {
    long thread = Thread.currentThread().getId();
    long before = threads.getThreadAllocatedBytes(thread);
    try {
      reader.read(bytes, 0, bytes.length);
    } catch (RefusedException e) {
      assertThat(REASONS).contains(e.reason());
    }
    return threads.getThreadAllocatedBytes(thread) - before;
  }

  private static void checkInside(Tensor tensor, byte[] bytes) {
    if (tensor.array() == bytes) {
      assertThat(tensor.offset() + tensor.length()).isLessThanOrEqualTo(bytes.length);
    }
  }

  /** Schemas are resolved once, when their first record comes. */
  private void warmUp() {
    for (byte[] bytes : valid()) {
      reader.read(bytes, 0, bytes.length);
    }
    byte[] bytes = frame(newer, out -> out.writeLong(0));
    assertThat(LogitBatches.refusal(() -> reader.read(bytes, 0, bytes.length))).isNotNull();
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {101, 102})
  void frame_withBytesChangedCutOrInserted_isReadOrRefused(long seed) {
    warmUp();
    Random random = new Random(seed);
    List<byte[]> valid = valid();
    for (int i = 0; i < CASES; i++) {
      byte[] bytes = valid.get(random.nextInt(valid.size())).clone();
      for (int changes = random.nextInt(3); changes >= 0; changes--) {
        bytes = HostileBytes.changed(bytes, random);
      }
      check(bytes, seed);
    }
    assertThat(batches).isPositive();
    assertThat(refusals).containsKeys(Reason.MALFORMED_RECORD, Reason.BAD_LENGTH);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {201, 202})
  void record_thatLiesSomewhere_isReadOrRefused(long seed) {
    warmUp();
    Random random = new Random(seed);
    for (int i = 0; i < CASES; i++) {
      Schema writer = random.nextBoolean() ? ours : newer;
      HostileRecords records = new HostileRecords(random, random.nextInt(3) * 0.03);
      check(frame(writer, out -> records.write(writer, out)), seed);
    }
    assertThat(refusals)
        .containsKeys(
            Reason.MALFORMED_RECORD, Reason.BAD_SHAPE, Reason.BAD_DATATYPE, Reason.BAD_LENGTH);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {301})
  void record_ofManySmallItems_costsWhatItsBytesAllow(long seed) {
    warmUp();
    Random random = new Random(seed);
    for (int i = 0; i < 50; i++) {
      int items = random.nextInt(20_000);
      LogitBatch record = full();
      record.setSampleIds(Collections.nCopies(items, "x"));
      record.setTags(new HashMap<>());
      for (int tag = 0; tag < random.nextInt(20_000); tag++) {
        record.getTags().put(Integer.toString(tag, 36), "");
      }
      check(frame(record), seed);
    }
    assertThat(batches).isEqualTo(50);
  }

  @Test
  void block_thatClaimsMoreThanTheRecordHolds_isRefusedBeforeItIsRead() {
    byte[] nulls =
        frame(
            newer,
            out -> {
              out.writeLong(0);
              out.writeLong(1 << 20);
            });
    assertThat(LogitBatches.refusal(() -> reader.read(nulls, 0, nulls.length)))
        .hasMessageContaining("claims more");
  }
}
