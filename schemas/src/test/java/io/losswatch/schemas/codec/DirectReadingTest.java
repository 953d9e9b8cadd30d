package io.losswatch.schemas.codec;

import static io.losswatch.schemas.codec.LogitBatches.doubles;
import static io.losswatch.schemas.codec.LogitBatches.floats;
import static io.losswatch.schemas.codec.LogitBatches.frame;
import static io.losswatch.schemas.codec.LogitBatches.full;
import static io.losswatch.schemas.codec.LogitBatches.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.BatchHeader;
import io.losswatch.core.batch.LateLabels;
import io.losswatch.core.batch.Reason;
import io.losswatch.schemas.DataType;
import io.losswatch.schemas.LabelBatch;
import io.losswatch.schemas.LogitBatch;
import io.losswatch.schemas.OutputKind;
import io.losswatch.schemas.Tensor;
import io.losswatch.schemas.codec.BothWays.Seen;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A writer with our own schema is read straight away, and the outcome is as by Avro's rules. */
class DirectReadingTest {
  private static final int CASES = 20_000;
  private static final Schema LOGITS = LogitBatch.getClassSchema();
  private static final Schema LABELS = LabelBatch.getClassSchema();

  private final BothWays<Batch> batches =
      new BothWays<>(LOGITS, LogitBatchFields::new, DirectReadingTest::seen);
  private final BothWays<LateLabels> labels =
      new BothWays<>(LABELS, LabelBatchFields::new, DirectReadingTest::seen);

  private static Object seen(Batch batch, byte[] frame) {
    return Arrays.asList(
        batch.header(),
        batch.predictions().kind(),
        batch.predictions().layout(),
        Seen.of(batch.predictions().values(), frame),
        Seen.of(batch.labels(), frame),
        Seen.of(batch.weights(), frame),
        batch.sampleIds());
  }

  private static Object seen(LateLabels late, byte[] frame) {
    return Arrays.asList(
        late.target(),
        late.labelTimeMillis(),
        Seen.of(late.labels(), frame),
        Seen.of(late.weights(), frame));
  }

  /** Neighbours of one type differ, so that a reader that exchanges them is found out. */
  private static List<byte[]> batchFrames() {
    LogitBatch valued = full();
    valued.setKind(OutputKind.VALUES);
    valued.setTags(Map.of());
    valued.setWeights(null);
    return List.of(
        frame(full()),
        frame(valued),
        frame(LogitBatches.with(floats(List.of(2L, 2L, 2L), 1, 2, 3, 4, 5, 6, 7, 8))),
        frame(LogitBatches.with(doubles(DataType.INT32, 1.0, 2.0, 3.0))));
  }

  private static List<byte[]> labelFrames() {
    LabelBatch late =
        LabelBatch.newBuilder()
            .setModel("digits")
            .setVersion("3")
            .setLabelTime(Instant.ofEpochMilli(1_700_000_000_000L))
            .setBatchId("b-1")
            .setSampleIds(List.of("s-1", "s-2"))
            .setLabels(new Tensor(DataType.INT8, List.of(2L), ByteBuffer.wrap(new byte[] {1, 2})))
            .setWeights(new Tensor(DataType.FP64, List.of(2L), List.of(1.0, 0.5)))
            .build();
    RecordCodec<LabelBatch> codec = RecordCodec.of(LabelBatch.class);
    byte[] full = codec.encode(late);
    late.setWeights(null);
    late.setSampleIds(null);
    byte[] byBatch = codec.encode(late);
    late.setBatchId(null);
    late.setSampleIds(List.of("s-1", "s-2"));
    return List.of(full, byBatch, codec.encode(late));
  }

  @Test
  void fields_ofOurSchema_areReadInItsOrder() {
    batchFrames().forEach(frame -> batches.check(frame, 0));
    labelFrames().forEach(frame -> labels.check(frame, 0));
    assertThat(batches.records()).isEqualTo(4);
    assertThat(labels.records()).isEqualTo(3);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {401, 402})
  void frame_withBytesChangedCutOrInserted_hasTheSameOutcome(long seed) {
    Random random = new Random(seed);
    List<byte[]> batchFrames = batchFrames();
    List<byte[]> labelFrames = labelFrames();
    for (int i = 0; i < CASES; i++) {
      batches.check(changed(batchFrames, random), seed);
      labels.check(changed(labelFrames, random), seed);
    }
    for (BothWays<?> both : List.of(batches, labels)) {
      assertThat(both.records()).isGreaterThan(CASES / 100);
      assertThat(both.wrongIndices()).isGreaterThan(CASES / 1000);
      assertThat(both.refusals())
          .containsKeys(Reason.MALFORMED_RECORD, Reason.BAD_SHAPE, Reason.BAD_LENGTH);
    }
  }

  /** Without its header, which is read before. */
  private static byte[] changed(List<byte[]> frames, Random random) {
    byte[] frame = frames.get(random.nextInt(frames.size()));
    byte[] body = Arrays.copyOfRange(frame, SingleObject.HEADER_BYTES, frame.length);
    for (int changes = random.nextInt(3); changes > 0; changes--) {
      body = HostileBytes.changed(body, random);
    }
    byte[] result = Arrays.copyOf(frame, SingleObject.HEADER_BYTES + body.length);
    System.arraycopy(body, 0, result, SingleObject.HEADER_BYTES, body.length);
    return result;
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {501, 502})
  void record_thatLiesSomewhere_hasTheSameOutcome(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < CASES; i++) {
      HostileRecords records = new HostileRecords(random, random.nextInt(3) * 0.03);
      batches.check(frame(LOGITS, out -> records.write(LOGITS, out)), seed);
      labels.check(frame(LABELS, out -> records.write(LABELS, out)), seed);
    }
    for (BothWays<?> both : List.of(batches, labels)) {
      assertThat(both.wrongIndices()).isGreaterThan(CASES / 1000);
      assertThat(both.refusals())
          .containsKeys(Reason.MALFORMED_RECORD, Reason.BAD_DATATYPE, Reason.BAD_LENGTH);
    }
  }

  @Test
  void header_thatComesAgain_isNotDecodedAgain() {
    byte[] frame = frame(full());
    BatchHeader first = batches.read(frame).header();
    BatchHeader again = batches.read(frame.clone()).header();
    assertThat(again.model()).isSameAs(first.model());
    assertThat(again.version()).isSameAs(first.version());
    assertThat(again.tags()).isSameAs(first.tags()).hasSize(2).isUnmodifiable();
  }

  @Test
  void names_manyOrLong_areReadAsWritten() {
    List<String> models =
        IntStream.range(0, 300).mapToObj(length -> "\u00e4x".repeat(length)).toList();
    Random random = new Random(7);
    for (int i = 0; i < 3000; i++) {
      LogitBatch record = full();
      record.setModel(models.get(random.nextInt(random.nextBoolean() ? models.size() : 6)));
      record.setTags(Map.of("m", models.get(random.nextInt(models.size()))));
      Batch batch = batches.read(frame(record));
      assertThat(batch.header().model()).isEqualTo(record.getModel());
      assertThat(batch.header().tags()).isEqualTo(record.getTags());
    }
  }

  /** The bytes of the tags are the same, but what may follow them is not. */
  @Test
  void tags_inABlockThatGivesItsSize_areCheckedInEachRecord() {
    byte[] longer = frame(LOGITS, out -> writeSized(out, 100));
    byte[] shorter = frame(LOGITS, out -> writeSized(out, 10));
    batches.check(longer, 0);
    batches.check(shorter, 0);
    assertThat(refusal(() -> batches.read(shorter))).hasMessageContaining("but this is 90 of");
  }

  private static void writeSized(BinaryEncoder out, int predictionBytes) throws IOException {
    writeNames(out);
    out.writeLong(-1);
    out.writeLong(90);
    out.writeString("region");
    out.writeString("eu");
    out.writeLong(0);
    writeRest(out, predictionBytes, 0);
  }

  /** Tags claim items of the record, whether they are known or not. */
  @Test
  void tags_thatComeAgain_countAgainstTheItemsOfTheRecord() {
    byte[] few = frame(LOGITS, out -> writeTags(out, 1, 0));
    for (int ids = 20; ids < 80; ids++) {
      int claimed = ids;
      batches.check(few, 0);
      batches.check(frame(LOGITS, out -> writeTags(out, 1, claimed)), 0);
      batches.check(frame(LOGITS, out -> writeTags(out, 2, claimed)), 0);
    }
    assertThat(batches.refusals()).containsKey(Reason.MALFORMED_RECORD);
  }

  private static void writeTags(BinaryEncoder out, int times, int ids) throws IOException {
    writeNames(out);
    out.writeLong(times);
    for (String tag : Collections.nCopies(times, "a")) {
      out.writeString(tag);
      out.writeString(tag);
    }
    out.writeLong(0);
    writeRest(out, 3, ids);
  }

  private static void writeNames(BinaryEncoder out) throws IOException {
    out.writeString("m");
    out.writeString("1");
    out.writeIndex(0);
    out.writeIndex(0);
  }

  private static void writeRest(BinaryEncoder out, int predictionBytes, int ids)
      throws IOException {
    out.writeEnum(1);
    out.writeEnum(1);
    out.writeEnum(5);
    out.writeLong(1);
    out.writeLong(predictionBytes);
    out.writeLong(0);
    out.writeIndex(0);
    out.writeBytes(new byte[predictionBytes]);
    out.writeIndex(0);
    out.writeIndex(0);
    out.writeIndex(ids == 0 ? 0 : 1);
    if (ids > 0) {
      out.writeLong(ids);
    }
  }
}
