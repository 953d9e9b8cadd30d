package io.losswatch.deploy.bench;

import io.losswatch.core.tensor.Datatype;
import io.losswatch.core.tensor.Shape;
import io.losswatch.core.tensor.Tensor;
import io.losswatch.schemas.Layout;
import io.losswatch.schemas.LogitBatch;
import io.losswatch.schemas.OutputKind;
import io.losswatch.schemas.codec.AvroTensors;
import io.losswatch.schemas.codec.RecordCodec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Random;

/** Encoded batches of one size: seeded logits, of one model after the other. One thread uses it. */
final class Batches {
  private static final int DISTINCT = 20;

  private static final RecordCodec<LogitBatch> CODEC = RecordCodec.of(LogitBatch.class);

  private final LogitBatch[] distinct = new LogitBatch[DISTINCT];
  private final int models;

  Batches(BatchSize size, BenchOptions.Load load) {
    models = load.models();
    Random random = new Random(20_261_123);
    for (int i = 0; i < DISTINCT; i++) {
      float[] logits = new float[Math.toIntExact(size.logits())];
      for (int j = 0; j < logits.length; j++) {
        logits[j] = (float) (3 * random.nextGaussian());
      }
      long[] labels = random.longs(size.rows(), 0, size.classes()).toArray();
      distinct[i] =
          LogitBatch.newBuilder()
              .setModel("")
              .setVersion("1")
              .setEventTime(Instant.EPOCH)
              .setKind(OutputKind.LOGITS)
              .setLayout(Layout.CLASS_LAST)
              .setPredictions(AvroTensors.of(tensor(logits, size, load.isBfloat16())))
              .setLabels(AvroTensors.of(Tensor.ofLongs(labels, size.rows())))
              .build();
    }
  }

  private static Tensor tensor(float[] logits, BatchSize size, boolean isBfloat16) {
    if (!isBfloat16) {
      return Tensor.ofFloats(logits, size.rows(), size.classes());
    }
    ByteBuffer upperHalves =
        ByteBuffer.allocate(logits.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float logit : logits) {
      upperHalves.putShort((short) (Float.floatToRawIntBits(logit) >>> 16));
    }
    byte[] array = upperHalves.array();
    return Tensor.of(Datatype.BF16, Shape.of(size.rows(), size.classes()), array, 0, array.length);
  }

  /** The batch of a record. */
  byte[] value(long number, long eventTimeMillis) {
    LogitBatch batch = distinct[(int) (number % DISTINCT)];
    batch.setModel("model-" + number % models);
    batch.setEventTime(Instant.ofEpochMilli(eventTimeMillis));
    return CODEC.encode(batch);
  }
}
