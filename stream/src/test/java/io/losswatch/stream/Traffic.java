package io.losswatch.stream;

import io.losswatch.core.tensor.Tensor;
import io.losswatch.schemas.Layout;
import io.losswatch.schemas.LogitBatch;
import io.losswatch.schemas.OutputKind;
import io.losswatch.schemas.codec.AvroTensors;
import io.losswatch.schemas.codec.RecordCodec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Seeded batches of three models, spread over partitions, in event time order up to a jitter below
 * the out-of-orderness.
 */
final class Traffic {
  static final int PARTITIONS = 6;
  private static final RecordCodec<LogitBatch> CODEC = RecordCodec.of(LogitBatch.class);
  private static final int CLASSES = 10;
  private static final int JITTER_MILLIS = 1500;
  private static final String[] REGIONS = {"north", "south", "east"};

  private static final int MAX_ROWS = 48;

  private final Random random;
  private final int maxRows;

  Traffic(long seed) {
    this(seed, MAX_ROWS);
  }

  /** Traffic of batches that have so many rows at most. */
  Traffic(long seed, int maxRows) {
    random = new Random(seed);
    this.maxRows = maxRows;
  }

  /**
   * A batch on its way.
   *
   * @param partition where it goes
   * @param batch the record
   */
  record Sent(int partition, LogitBatch batch) {
    byte[] value() {
      return CODEC.encode(batch);
    }
  }

  /** So many samples, at event times from start to end. */
  List<Sent> batches(int samples, Instant start, Instant end) {
    List<Sent> sent = new ArrayList<>();
    int left = samples;
    while (left > 0) {
      int rows = Math.min(left, 1 + random.nextInt(maxRows));
      double share = (samples - left) / (double) samples;
      long time =
          start.toEpochMilli() + (long) (share * (end.toEpochMilli() - start.toEpochMilli()));
      left -= rows;
      sent.add(
          new Sent(
              random.nextInt(PARTITIONS),
              batch(rows, Instant.ofEpochMilli(time - random.nextInt(JITTER_MILLIS)))));
    }
    return sent;
  }

  /** A record that no monitor wants, with an event time: it closes windows. */
  static Sent closing(int partition, Instant time) {
    return new Sent(
        partition,
        record("closing", time, "north", OutputKind.VALUES, new float[] {0}, new float[] {0}, 1));
  }

  private LogitBatch batch(int rows, Instant time) {
    String region = REGIONS[random.nextInt(REGIONS.length)];
    if (random.nextInt(4) == 0) {
      return record("diabetes", time, region, OutputKind.VALUES, floats(rows), floats(rows), rows);
    }
    long[] labels = new long[rows];
    for (int row = 0; row < rows; row++) {
      labels[row] = random.nextInt(20) == 0 ? -100 : random.nextInt(CLASSES);
    }
    String model = random.nextBoolean() ? "digits" : "digits-small";
    LogitBatch batch =
        record(
            model, time, region, OutputKind.LOGITS, floats(rows * CLASSES), new float[rows], rows);
    batch.setPredictions(AvroTensors.of(Tensor.ofFloats(floats(rows * CLASSES), rows, CLASSES)));
    batch.setLabels(AvroTensors.of(Tensor.ofLongs(labels, rows)));
    return batch;
  }

  private static LogitBatch record(
      String model,
      Instant time,
      String region,
      OutputKind kind,
      float[] predictions,
      float[] labels,
      int rows) {
    return LogitBatch.newBuilder()
        .setModel(model)
        .setVersion("1")
        .setEventTime(time)
        .setTags(Map.of("region", region))
        .setKind(kind)
        .setLayout(Layout.CLASS_LAST)
        .setPredictions(AvroTensors.of(Tensor.ofFloats(predictions, predictions.length)))
        .setLabels(AvroTensors.of(Tensor.ofFloats(labels, rows)))
        .build();
  }

  private float[] floats(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * 3);
    }
    return values;
  }
}
