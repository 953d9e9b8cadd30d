package io.losswatch.schemas.codec;

import io.losswatch.core.batch.Batch;
import io.losswatch.schemas.DataType;
import io.losswatch.schemas.Layout;
import io.losswatch.schemas.LogitBatch;
import io.losswatch.schemas.OutputKind;
import io.losswatch.schemas.Tensor;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to read a batch: run with {@code -prof gc} to see the bytes allocated. Beside it,
 * Avro's own reader of generated classes, which copies the tensors.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class LogitBatchReading {
  private static final int CLASSES = 256;

  /** More than a reader remembers. */
  private static final int MODELS = 16;

  /** Bytes of predictions in the batch: 1, 40 and 4096 rows. */
  @Param({"1024", "40960", "4194304"})
  public int predictionBytes;

  private final LogitBatchReader reader = new LogitBatchReader(WriterSchemas.builtIn());
  private final RecordCodec<LogitBatch> codec = RecordCodec.of(LogitBatch.class);
  private final byte[][] frames = new byte[MODELS][];
  private byte[] frame = new byte[0];
  private int next;

  @Setup
  public void write() {
    for (int model = 0; model < MODELS; model++) {
      frames[model] = codec.encode(batch("digits-" + model, "phone-" + model));
    }
    frame = frames[0];
  }

  private LogitBatch batch(String model, String device) {
    int rows = predictionBytes / (4 * CLASSES);
    return LogitBatch.newBuilder()
        .setModel(model)
        .setVersion("1")
        .setEventTime(Instant.ofEpochMilli(1_700_000_000_000L))
        .setBatchId("batch-1")
        .setTags(Map.of("region", "eu", "device", device))
        .setKind(OutputKind.LOGITS)
        .setLayout(Layout.CLASS_LAST)
        .setPredictions(
            tensor(DataType.FP32, List.of((long) rows, (long) CLASSES), predictionBytes))
        .setLabels(tensor(DataType.INT32, List.of((long) rows), 4 * rows))
        .build();
  }

  private static Tensor tensor(DataType datatype, List<Long> shape, int bytes) {
    return new Tensor(datatype, shape, ByteBuffer.allocate(bytes));
  }

  @Benchmark
  public Batch views() {
    return reader.read(frame, 0, frame.length);
  }

  /** The same, but model and tags are others each time. */
  @Benchmark
  public Batch viewsOfManyModels() {
    next = (next + 1) % MODELS;
    return reader.read(frames[next], 0, frames[next].length);
  }

  @Benchmark
  public LogitBatch copies() {
    return codec.decode(frame, 0, frame.length);
  }
}
