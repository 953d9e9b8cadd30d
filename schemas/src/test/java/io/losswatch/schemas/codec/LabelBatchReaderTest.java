package io.losswatch.schemas.codec;

import static io.losswatch.schemas.codec.LogitBatches.floats;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import io.losswatch.core.batch.LateLabels;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.schemas.DataType;
import io.losswatch.schemas.LabelBatch;
import io.losswatch.schemas.LogitBatch;
import io.losswatch.schemas.Tensor;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelBatchReaderTest {
  private static final int CASES = 10_000;
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

  private final LabelBatchReader reader = new LabelBatchReader(WriterSchemas.builtIn());
  private final Set<Reason> refusals = EnumSet.noneOf(Reason.class);
  private int read;

  private static LabelBatch full() {
    return LabelBatch.newBuilder()
        .setModel("digits")
        .setVersion("3")
        .setLabelTime(Instant.ofEpochMilli(1_700_000_000_000L))
        .setBatchId("b-1")
        .setSampleIds(List.of("s-1", "s-2"))
        .setLabels(new Tensor(DataType.INT8, List.of(2L), ByteBuffer.wrap(new byte[] {1, 2})))
        .setWeights(floats(List.of(2L), 1, 0.5f))
        .build();
  }

  private static byte[] frame(LabelBatch batch) {
    return RecordCodec.of(LabelBatch.class).encode(batch);
  }

  private LateLabels read(LabelBatch batch) {
    byte[] frame = frame(batch);
    return reader.read(frame, 0, frame.length);
  }

  private RefusedException refusal(LabelBatch batch) {
    return LogitBatches.refusal(() -> read(batch));
  }

  @Test
  void record_everyFieldSet_isReadBack() {
    LateLabels late = read(full());
    assertThat(late.target())
        .isEqualTo(new LateLabels.Target("digits", "3", "b-1", List.of("s-1", "s-2")));
    assertThat(late.labelTimeMillis()).isEqualTo(1_700_000_000_000L);
    assertThat(late.labels()).hasToString("INT8 [2]");
    assertThat(late.labels().longAt(1)).isEqualTo(2);
    assertThat(late.weights()).hasToString("FP32 [2]");
  }

  @Test
  void record_onlyWhatIsRequired_hasTheDefaultsOfTheContract() {
    LabelBatch batch = full();
    batch.setVersion("");
    batch.setSampleIds(null);
    batch.setWeights(null);
    LateLabels late = read(batch);
    assertThat(late.target()).isEqualTo(new LateLabels.Target("digits", "", "b-1", List.of()));
    assertThat(late.weights()).isNull();
  }

  @Test
  void tensorBytes_recordInsideALargerArray_areAViewOfIt() {
    byte[] frame = frame(full());
    byte[] larger = new byte[frame.length + 20];
    System.arraycopy(frame, 0, larger, 7, frame.length);
    LateLabels late = reader.read(larger, 7, frame.length);
    assertThat(late.labels().array()).isSameAs(larger);
    assertThat(late.labels().longAt(0)).isEqualTo(1);
  }

  @Test
  void labels_ofNothing_areRefused() {
    LabelBatch batch = full();
    batch.setBatchId(null);
    batch.setSampleIds(null);
    assertThat(refusal(batch).reason()).isEqualTo(Reason.BAD_VALUE);
    assertThat(refusal(batch)).hasMessageContaining("neither");
  }

  @Test
  void rows_otherThanTheIds_areRefusedWithBothNumbers() {
    LabelBatch labels = full();
    labels.setBatchId(null);
    labels.setSampleIds(List.of("a", "b", "c"));
    assertThat(refusal(labels).reason()).isEqualTo(Reason.BAD_SHAPE);
    assertThat(refusal(labels)).hasMessageContaining("3 ids").hasMessageContaining("[2]");
    LabelBatch weights = full();
    weights.setBatchId(null);
    weights.setWeights(floats(List.of(1L), 1));
    assertThat(refusal(weights)).hasMessageContaining("weights has a row");
  }

  @Test
  void scalarLabel_ofOneId_isRead() {
    LabelBatch batch = full();
    batch.setBatchId(null);
    batch.setSampleIds(List.of("a"));
    batch.setWeights(null);
    batch.setLabels(floats(List.of(), 3));
    assertThat(read(batch).labels().shape().rank()).isZero();
  }

  @Test
  void reader_afterARefusal_keepsNothingOfIt() {
    LabelBatch bad = full();
    bad.setBatchId(null);
    bad.setSampleIds(List.of("a"));
    assertThat(refusal(bad)).isNotNull();
    LabelBatch good = full();
    good.setSampleIds(null);
    good.setWeights(null);
    assertThat(read(good).target().sampleIds()).isEmpty();
    assertThat(read(good).weights()).isNull();
  }

  @Test
  void predictions_whereLabelsAreExpected_doNotResolve() {
    byte[] frame = LogitBatches.frame(LogitBatches.full());
    assertThat(LogitBatches.refusal(() -> reader.read(frame, 0, frame.length)).reason())
        .isEqualTo(Reason.UNKNOWN_SCHEMA);
    assertThat(LogitBatch.getClassSchema()).isNotEqualTo(LabelBatch.getClassSchema());
  }

  @Test
  void record_cutAnywhere_isRefused() {
    byte[] frame = frame(full());
    for (int length = 0; length < frame.length; length++) {
      byte[] cut = Arrays.copyOf(frame, length);
      assertThat(LogitBatches.refusal(() -> reader.read(cut, 0, cut.length)))
          .as("cut to %d bytes", length)
          .isNotNull();
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {401, 402})
  void frame_withBytesChanged_isReadOrRefused(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < CASES; i++) {
      byte[] bytes = frame(full());
      for (int changes = random.nextInt(4); changes >= 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      check(bytes, seed);
    }
    assertThat(read).isPositive();
    assertThat(refusals).contains(Reason.MALFORMED_RECORD, Reason.UNKNOWN_SCHEMA);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {501, 502})
  void record_thatLiesSomewhere_isReadOrRefused(long seed) {
    Random random = new Random(seed);
    Schema writer = LabelBatch.getClassSchema();
    for (int i = 0; i < CASES; i++) {
      HostileRecords records = new HostileRecords(random, random.nextInt(3) * 0.03);
      check(LogitBatches.frame(writer, out -> records.write(writer, out)), seed);
    }
    assertThat(refusals)
        .contains(
            Reason.MALFORMED_RECORD, Reason.BAD_SHAPE, Reason.BAD_DATATYPE, Reason.BAD_LENGTH);
  }

  private void check(byte[] bytes, long seed) {
    try {
      reader.read(bytes, 0, bytes.length);
      read++;
    } catch (RefusedException e) {
      assertThat(REASONS).contains(e.reason());
      refusals.add(e.reason());
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      fail("seed %d: %s".formatted(seed, HexFormat.of().formatHex(bytes)), e);
    }
  }
}
