package io.losswatch.deploy.bench;

import io.losswatch.core.tensor.Tensor;
import io.losswatch.schemas.Layout;
import io.losswatch.schemas.LogitBatch;
import io.losswatch.schemas.OutputKind;
import io.losswatch.schemas.codec.AvroTensors;
import io.losswatch.schemas.codec.RecordCodec;
import java.time.Instant;
import java.util.Random;

/** Encoded batches of one size: seeded logits of many models. One thread uses it. */
final class Batches {
  static final int MODELS = 20;

  private static final RecordCodec<LogitBatch> CODEC = RecordCodec.of(LogitBatch.class);

  private final LogitBatch[] byModel = new LogitBatch[MODELS];

  Batches(BatchSize size) {
    Random random = new Random(20_261_123);
    for (int model = 0; model < MODELS; model++) {
      float[] logits = new float[Math.toIntExact(size.logits())];
      for (int i = 0; i < logits.length; i++) {
        logits[i] = (float) (3 * random.nextGaussian());
      }
      long[] labels = random.longs(size.rows(), 0, size.classes()).toArray();
      byModel[model] =
          LogitBatch.newBuilder()
              .setModel("model-" + model)
              .setVersion("1")
              .setEventTime(Instant.EPOCH)
              .setKind(OutputKind.LOGITS)
              .setLayout(Layout.CLASS_LAST)
              .setPredictions(AvroTensors.of(Tensor.ofFloats(logits, size.rows(), size.classes())))
              .setLabels(AvroTensors.of(Tensor.ofLongs(labels, size.rows())))
              .build();
    }
  }

  /** The batch of a record. */
  byte[] value(long number, long eventTimeMillis) {
    LogitBatch batch = byModel[(int) (number % MODELS)];
    batch.setEventTime(Instant.ofEpochMilli(eventTimeMillis));
    return CODEC.encode(batch);
  }
}
