package io.losswatch.schemas.codec;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.losswatch.core.batch.RefusedException;
import io.losswatch.schemas.DataType;
import io.losswatch.schemas.Layout;
import io.losswatch.schemas.LogitBatch;
import io.losswatch.schemas.OutputKind;
import io.losswatch.schemas.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Prediction batches as producers write them. */
final class LogitBatches {
  private LogitBatches() {}

  /** A batch with every field set. */
  static LogitBatch full() {
    return LogitBatch.newBuilder()
        .setModel("digits")
        .setVersion("3")
        .setEventTime(Instant.ofEpochMilli(1_700_000_000_000L))
        .setBatchId("b-1")
        .setTags(Map.of("region", "eu", "device", "phone"))
        .setKind(OutputKind.LOG_PROBS)
        .setLayout(Layout.CLASS_SECOND)
        .setPredictions(floats(List.of(2L, 3L), 2.3f, 2.1f, 4.5f, 4.2f, 3.2f, 5.1f))
        .setLabels(new Tensor(DataType.INT8, List.of(2L), ByteBuffer.wrap(new byte[] {1, 2})))
        .setWeights(new Tensor(DataType.FP64, List.of(2L), List.of(1.0, 0.5)))
        .setSampleIds(List.of("s-1", "s-2"))
        .build();
  }

  /** A batch that leaves out what has a default. */
  static LogitBatch with(Tensor predictions) {
    return LogitBatch.newBuilder()
        .setModel("m")
        .setKind(OutputKind.LOGITS)
        .setLayout(Layout.CLASS_LAST)
        .setPredictions(predictions)
        .build();
  }

  static Tensor floats(List<Long> shape, float... numbers) {
    ByteBuffer data = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float number : numbers) {
      data.putFloat(number);
    }
    return new Tensor(DataType.FP32, shape, data.flip());
  }

  static Tensor doubles(DataType type, Double... numbers) {
    return new Tensor(type, List.of((long) numbers.length), Arrays.asList(numbers));
  }

  static byte[] frame(LogitBatch batch) {
    return RecordCodec.of(LogitBatch.class).encode(batch);
  }

  /** The frame of a record that is written with any schema. */
  static byte[] frame(Schema writer, Object record) {
    return frame(writer, out -> new GenericDatumWriter<>(writer).write(record, out));
  }

  /** The frame of a body that is written by hand. */
  static byte[] frame(Schema writer, Body body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder out = EncoderFactory.get().directBinaryEncoder(bytes, null);
    try {
      out.writeFixed(new byte[] {(byte) 0xC3, 1});
      out.writeFixed(
          ByteBuffer.allocate(8)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(SchemaNormalization.parsingFingerprint64(writer))
              .array());
      body.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static RefusedException refusal(ThrowingCallable reading) {
    return catchThrowableOfType(RefusedException.class, reading);
  }

  /** Something that is written into a frame. */
  interface Body {
    void write(BinaryEncoder out) throws IOException;
  }
}
