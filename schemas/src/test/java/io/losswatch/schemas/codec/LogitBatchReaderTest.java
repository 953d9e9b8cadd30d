package io.losswatch.schemas.codec;

import static io.losswatch.schemas.codec.LogitBatches.doubles;
import static io.losswatch.schemas.codec.LogitBatches.floats;
import static io.losswatch.schemas.codec.LogitBatches.frame;
import static io.losswatch.schemas.codec.LogitBatches.full;
import static io.losswatch.schemas.codec.LogitBatches.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.Layout;
import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.tensor.Datatype;
import io.losswatch.schemas.DataType;
import io.losswatch.schemas.LogitBatch;
import io.losswatch.schemas.RollingLoss;
import io.losswatch.schemas.Tensor;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LogitBatchReaderTest {
  private final LogitBatchReader reader = new LogitBatchReader(WriterSchemas.builtIn());

  private Batch read(byte[] frame) {
    return reader.read(frame, 0, frame.length);
  }

  @Test
  void record_everyFieldSet_isReadBack() {
    Batch batch = read(frame(full()));

    assertThat(batch.header().model()).isEqualTo("digits");
    assertThat(batch.header().version()).isEqualTo("3");
    assertThat(batch.header().eventTimeMillis()).hasValue(1_700_000_000_000L);
    assertThat(batch.header().batchId()).isEqualTo("b-1");
    assertThat(batch.header().tags()).containsOnlyKeys("region", "device").containsValue("phone");
    assertThat(batch.predictions().kind()).isEqualTo(OutputKind.LOG_PROBS);
    assertThat(batch.predictions().layout()).isEqualTo(Layout.CLASS_SECOND);
    assertThat(batch.predictions().values()).hasToString("FP32 [2, 3]");
    assertThat(batch.labels()).hasToString("INT8 [2]");
    assertThat(batch.weights()).hasToString("FP64 [2]");
    assertThat(batch.sampleIds()).containsExactly("s-1", "s-2");
  }

  @Test
  void record_onlyWhatIsRequired_hasTheDefaultsOfTheContract() {
    read(frame(full()));
    Batch batch = read(frame(LogitBatches.with(floats(List.of(1L), 0.5f))));

    assertThat(batch.header().version()).isEmpty();
    assertThat(batch.header().eventTimeMillis()).isEmpty();
    assertThat(batch.header().batchId()).isNull();
    assertThat(batch.header().tags()).isEmpty();
    assertThat(batch.predictions().kind()).isEqualTo(OutputKind.LOGITS);
    assertThat(batch.predictions().layout()).isEqualTo(Layout.CLASS_LAST);
    assertThat(batch.labels()).isNull();
    assertThat(batch.weights()).isNull();
    assertThat(batch.sampleIds()).isEmpty();
  }

  @Test
  void tensorBytes_recordInsideALargerArray_areAViewOfIt() {
    byte[] frame = frame(full());
    byte[] array = new byte[frame.length + 100];
    System.arraycopy(frame, 0, array, 77, frame.length);

    io.losswatch.core.tensor.Tensor values =
        reader.read(array, 77, frame.length).predictions().values();

    assertThat(values.array()).isSameAs(array);
    ByteBuffer expected = (ByteBuffer) full().getPredictions().getData();
    assertThat(ByteBuffer.wrap(array, values.offset(), values.length())).isEqualTo(expected);
  }

  @Test
  void record_of4Megabytes_allocatesLessThan2Kilobytes() {
    LogitBatch record = full();
    record.setPredictions(floats(List.of(1024L, 1024L), new float[1 << 20]));
    byte[] frame = frame(record);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    for (int i = 0; i < 10; i++) {
      read(frame);
    }

    long before = threads.getThreadAllocatedBytes(thread);
    for (int i = 0; i < 100; i++) {
      read(frame);
    }
    long each = (threads.getThreadAllocatedBytes(thread) - before) / 100;

    assertThat(each).isLessThan(2048);
  }

  @Test
  void numbers_asArrayOfDoubles_areStoredInTheirDatatype() {
    Batch batch = read(frame(LogitBatches.with(doubles(DataType.INT16, -2.0, 300.0))));

    io.losswatch.core.tensor.Tensor values = batch.predictions().values();
    assertThat(values.datatype()).isEqualTo(Datatype.INT16);
    assertThat(values.array()).containsExactly(-2, -1, 44, 1);
  }

  @Test
  void numbers_manyBlocks_areAllRead() {
    Double[] numbers = Collections.nCopies(1000, 0.5).toArray(Double[]::new);
    Batch batch = read(frame(LogitBatches.with(doubles(DataType.FP32, numbers))));
    assertThat(batch.predictions().values().length()).isEqualTo(4000);
  }

  @Test
  void scalar_labelOfShapeEmpty_isRead() {
    LogitBatch record = full();
    record.setLabels(new Tensor(DataType.INT8, List.of(), ByteBuffer.wrap(new byte[] {1})));
    assertThat(read(frame(record)).labels()).hasToString("INT8 []");
  }

  @Test
  void batch_ofZeroSize_isValid() {
    Batch batch = read(frame(LogitBatches.with(floats(List.of(0L, 10L)))));
    assertThat(batch.predictions().values()).hasToString("FP32 [0, 10]");
  }

  static Stream<Arguments> refusedTensors() {
    ByteBuffer four = ByteBuffer.wrap(new byte[4]);
    Long[] seventeen = Collections.nCopies(17, 1L).toArray(Long[]::new);
    long half = 1L << 32;
    return Stream.of(
        Arguments.of(Reason.BAD_SHAPE, new Tensor(DataType.FP32, List.of(-1L), four)),
        Arguments.of(Reason.BAD_SHAPE, new Tensor(DataType.FP32, List.of(half, half), four)),
        Arguments.of(Reason.BAD_SHAPE, new Tensor(DataType.FP32, List.of(half + 1), four)),
        Arguments.of(Reason.BAD_SHAPE, new Tensor(DataType.FP32, Arrays.asList(seventeen), four)),
        Arguments.of(Reason.BAD_DATATYPE, new Tensor(DataType.UNSPECIFIED, List.of(1L), four)),
        Arguments.of(Reason.BAD_LENGTH, new Tensor(DataType.FP32, List.of(2L), four)),
        Arguments.of(Reason.BAD_LENGTH, new Tensor(DataType.FP64, List.of(1L), four)),
        Arguments.of(Reason.BAD_LENGTH, new Tensor(DataType.FP32, List.of(2L), List.of(1.0))),
        Arguments.of(Reason.BAD_VALUE, new Tensor(DataType.INT8, List.of(1L), List.of(0.5))),
        Arguments.of(Reason.BAD_VALUE, new Tensor(DataType.UINT8, List.of(1L), List.of(256.0))));
  }

  @ParameterizedTest
  @MethodSource("refusedTensors")
  void tensor_thatBreaksARule_isRefusedByItsName(Reason reason, Tensor tensor) {
    LogitBatch record = full();
    record.setLabels(tensor);
    RefusedException refusal = refusal(() -> read(frame(record)));
    assertThat(refusal.reason()).isEqualTo(reason);
    assertThat(refusal).hasMessageStartingWith("labels: ");
  }

  @Test
  void kindOrLayout_unspecified_isMalformed() {
    LogitBatch kind = full();
    kind.setKind(io.losswatch.schemas.OutputKind.UNSPECIFIED);
    LogitBatch layout = full();
    layout.setLayout(io.losswatch.schemas.Layout.UNSPECIFIED);
    assertThat(refusal(() -> read(frame(kind))).reason()).isEqualTo(Reason.MALFORMED_RECORD);
    assertThat(refusal(() -> read(frame(layout))).reason()).isEqualTo(Reason.MALFORMED_RECORD);
  }

  @Test
  void frame_nullEmptyShortOrOfAnotherKind_isMalformed() {
    byte[] frame = frame(full());
    byte[] confluent = frame.clone();
    confluent[0] = 0;
    byte[] version2 = frame.clone();
    version2[1] = 2;
    for (byte[] bad : new byte[][] {new byte[0], Arrays.copyOf(frame, 9), confluent, version2}) {
      assertThat(refusal(() -> read(bad)).reason()).isEqualTo(Reason.MALFORMED_FRAME);
    }
    RefusedException tombstone = refusal(() -> reader.read(null, 0, 0));
    assertThat(tombstone.reason()).isEqualTo(Reason.MALFORMED_FRAME);
  }

  @Test
  void fingerprint_unknown_isToldInHex() {
    byte[] frame = frame(full());
    Arrays.fill(frame, 2, 10, (byte) 0xAB);
    RefusedException refusal = refusal(() -> read(frame));
    assertThat(refusal.reason()).isEqualTo(Reason.UNKNOWN_SCHEMA);
    assertThat(refusal).hasMessageContaining("abababababababab");
  }

  @Test
  void fingerprint_ofAnotherRecord_doesNotResolve() {
    byte[] frame = frame(RollingLoss.getClassSchema(), out -> out.writeString("monitor"));
    RefusedException refusal = refusal(() -> read(frame));
    assertThat(refusal.reason()).isEqualTo(Reason.UNKNOWN_SCHEMA);
    assertThat(refusal).hasMessageContaining("RollingLoss");
  }

  @Test
  void record_cutAnywhere_isMalformed() {
    byte[] frame = frame(full());
    for (int length = 10; length < frame.length; length++) {
      int cut = length;
      assertThat(refusal(() -> reader.read(frame, 0, cut)).reason())
          .as("cut after %d bytes", cut)
          .isEqualTo(Reason.MALFORMED_RECORD);
    }
  }

  @Test
  void record_withBytesAfterIt_isMalformed() {
    byte[] frame = frame(full());
    byte[] longer = Arrays.copyOf(frame, frame.length + 1);
    RefusedException refusal = refusal(() -> read(longer));
    assertThat(refusal.reason()).isEqualTo(Reason.MALFORMED_RECORD);
    assertThat(refusal).hasMessageContaining("nothing follows");
  }

  @Test
  void reader_afterARefusal_readsOn() {
    byte[] frame = frame(full());
    assertThat(refusal(() -> reader.read(frame, 0, frame.length - 1))).isNotNull();
    assertThat(read(frame).sampleIds()).hasSize(2);
  }

  @Test
  void message_ofARefusal_holdsNoPayload() {
    LogitBatch record = full();
    record.setModel("confidential");
    byte[] frame = frame(record);
    for (int length = 10; length < frame.length; length++) {
      int cut = length;
      assertThat(refusal(() -> reader.read(frame, 0, cut))).hasMessageNotContaining("conf");
    }
  }
}
