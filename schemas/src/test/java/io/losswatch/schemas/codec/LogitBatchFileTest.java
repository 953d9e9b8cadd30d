package io.losswatch.schemas.codec;

import static io.losswatch.schemas.codec.LogitBatches.doubles;
import static io.losswatch.schemas.codec.LogitBatches.floats;
import static io.losswatch.schemas.codec.LogitBatches.full;
import static io.losswatch.schemas.codec.LogitBatches.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.tensor.Tensor;
import io.losswatch.schemas.DataType;
import io.losswatch.schemas.LogitBatch;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogitBatchFileTest {
  private static final LogitBatch BAD =
      LogitBatches.with(new io.losswatch.schemas.Tensor(DataType.FP32, List.of(-1L), List.of(1.0)));

  /** What a file gives: a {@link Batch} or a {@link Reason} for each record. */
  private static List<Object> outcomes(InputStream in) throws IOException {
    List<Object> outcomes = new ArrayList<>();
    try (LogitBatchFile file = LogitBatchFile.open(in)) {
      while (file.hasNext()) {
        try {
          outcomes.add(file.next());
        } catch (RefusedException e) {
          outcomes.add(e.reason());
        }
      }
    }
    return outcomes;
  }

  private static List<Object> outcomes(byte[] file) throws IOException {
    return outcomes(new ByteArrayInputStream(file));
  }

  /** A file with these records in each of its blocks. */
  private static byte[] file(String codec, int blocks, LogitBatch... records) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    GenericDatumWriter<LogitBatch> writer =
        new GenericDatumWriter<>(
            LogitBatch.getClassSchema(), new GeneratedClasses(LogitBatch.class));
    try (DataFileWriter<LogitBatch> file = new DataFileWriter<>(writer)) {
      file.setCodec(CodecFactory.fromString(codec));
      file.create(LogitBatch.getClassSchema(), bytes);
      for (int block = 0; block < blocks; block++) {
        for (LogitBatch record : records) {
          file.append(record);
        }
        file.sync();
      }
    }
    return bytes.toByteArray();
  }

  private static float[] floatsOf(Tensor tensor) {
    float[] floats = new float[tensor.shape().elementCount()];
    IntStream.range(0, floats.length).forEach(i -> floats[i] = (float) tensor.doubleAt(i));
    return floats;
  }

  /**
   * The file was written once by the JavaScript library avsc 5.7.9 (npm), with the schema that
   * {@code losswatch schemas} prints, {@code Type.forSchema(schema, {wrapUnions: true})} and {@code
   * createFileEncoder(path, type, {codec: 'deflate'})}. Its three records: the class logits of the
   * known answers with tags and ids, token logits [2, 2, 2] with an ignored label, and multi-label
   * probabilities whose numbers are arrays of doubles.
   */
  @Test
  void file_writtenByJavaScript_givesWhatWasWritten() throws IOException {
    InputStream in = getClass().getResourceAsStream("avsc-js.avro");
    List<Object> outcomes = outcomes(Objects.requireNonNull(in));
    assertThat(outcomes).hasSize(3).hasOnlyElementsOfType(Batch.class);

    Batch classes = (Batch) outcomes.get(0);
    assertThat(classes.header().model()).isEqualTo("classes");
    assertThat(classes.header().eventTimeMillis()).hasValue(1_700_000_000_000L);
    assertThat(classes.header().tags()).containsEntry("region", "eu").hasSize(2);
    assertThat(floatsOf(classes.predictions().values()))
        .containsExactly(2.3f, 2.1f, 4.5f, 4.2f, 3.2f, 5.1f);
    assertThat(classes.labels()).hasToString("INT64 [2]");
    assertThat(floatsOf(Objects.requireNonNull(classes.labels()))).containsExactly(1, 2);
    assertThat(classes.sampleIds()).containsExactly("s-1", "s-2");

    Batch tokens = (Batch) outcomes.get(1);
    assertThat(tokens.predictions().values()).hasToString("FP32 [2, 2, 2]");
    assertThat(floatsOf(Objects.requireNonNull(tokens.labels()))).containsExactly(0, 1, -100, 1);

    Batch labels = (Batch) outcomes.get(2);
    assertThat(labels.predictions().kind()).isEqualTo(OutputKind.PROBS);
    assertThat(labels.header().eventTimeMillis()).isEmpty();
    assertThat(labels.predictions().values().doubleAt(3)).isEqualTo(0.1);
    assertThat(floatsOf(Objects.requireNonNull(labels.labels()))).containsExactly(0, 1, 1, 0, 1, 0);
    assertThat(floatsOf(Objects.requireNonNull(labels.weights()))).containsExactly(1, 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "deflate", "bzip2"})
  void file_ofManyBlocks_givesEveryRecord(String codec) throws IOException {
    assertThat(outcomes(file(codec, 5, full(), full())))
        .hasSize(10)
        .hasOnlyElementsOfType(Batch.class);
  }

  @Test
  void file_withoutRecords_isEmpty() throws IOException {
    assertThat(outcomes(file("null", 0))).isEmpty();
  }

  @Test
  void record_thatIsRefused_doesNotStopTheOthers() throws IOException {
    List<Object> outcomes = outcomes(file("deflate", 2, full(), BAD, full()));
    assertThat(outcomes).hasSize(6);
    assertThat(outcomes.get(1)).isEqualTo(Reason.BAD_SHAPE);
    assertThat(outcomes.get(2)).isInstanceOf(Batch.class);
    assertThat(outcomes.get(4)).isEqualTo(Reason.BAD_SHAPE);
    assertThat(outcomes.get(5)).isInstanceOf(Batch.class);
  }

  @Test
  void block_inWhichARecordDoesNotParse_isLostButNotTheNext() throws IOException {
    byte[] file = file("null", 2, full(), full());
    // the first byte of the first record is the length of its model's name
    int first = new String(file, StandardCharsets.ISO_8859_1).indexOf("digits");
    file[first - 1] = 1;
    List<Object> outcomes = outcomes(file);
    assertThat(outcomes.subList(0, 2)).containsOnly(Reason.MALFORMED_RECORD);
    assertThat(outcomes.subList(2, 4)).hasOnlyElementsOfType(Batch.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "deflate"})
  void file_cutAnywhere_endsWithOneRefusalOrAfterABlock(String codec) throws IOException {
    byte[] file = file(codec, 3, full());
    int header = file(codec, 0).length;
    int block = (file.length - header) / 3;
    for (int length = header; length < file.length; length++) {
      List<Object> outcomes = outcomes(Arrays.copyOf(file, length));
      int whole = (length - header) / block;
      assertThat(outcomes.subList(0, whole)).hasOnlyElementsOfType(Batch.class);
      boolean clean = (length - header) % block == 0;
      assertThat(outcomes.subList(whole, outcomes.size()))
          .as("cut after %d bytes", length)
          .isEqualTo(clean ? List.of() : List.of(Reason.MALFORMED_FRAME));
    }
  }

  @Test
  void header_cutAnywhere_isRefused() throws IOException {
    byte[] header = file("null", 0);
    for (int length = 0; length < header.length; length++) {
      byte[] cut = Arrays.copyOf(header, length);
      RefusedException refusal = refusal(() -> outcomes(cut));
      assertThat(refusal.reason()).isEqualTo(Reason.MALFORMED_FRAME);
    }
  }

  @Test
  void schema_thatDoesNotResolve_isRefused() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataFileWriter<Object> file = new DataFileWriter<>(new GenericDatumWriter<>())) {
      file.create(Schema.create(Schema.Type.STRING), bytes);
    }
    RefusedException refusal = refusal(() -> outcomes(bytes.toByteArray()));
    assertThat(refusal.reason()).isEqualTo(Reason.UNKNOWN_SCHEMA);
  }

  @Test
  void batch_stays_whenTheFileIsReadOn() throws IOException {
    LogitBatch other = LogitBatches.with(floats(List.of(1L), 7f));
    byte[] file = file("null", 1, LogitBatches.with(doubles(DataType.FP64, 3.0)), other);
    List<Object> outcomes = outcomes(file);
    assertThat(((Batch) outcomes.get(0)).predictions().values().doubleAt(0)).isEqualTo(3);
    assertThat(((Batch) outcomes.get(1)).predictions().values().doubleAt(0)).isEqualTo(7);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {11, 12, 13})
  void file_withAnyBytesChanged_givesOnlyRefusals(long seed) throws IOException {
    byte[] file = file("deflate", 2, full(), BAD);
    Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      byte[] changed = file.clone();
      for (int j = random.nextInt(4); j >= 0; j--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(outcomes(changed)).hasSizeLessThan(file.length);
      } catch (RefusedException e) {
        assertThat(e.reason()).isIn(Reason.MALFORMED_FRAME, Reason.UNKNOWN_SCHEMA);
      }
    }
  }
}
