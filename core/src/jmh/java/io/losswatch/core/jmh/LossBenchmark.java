package io.losswatch.core.jmh;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.BatchHeader;
import io.losswatch.core.batch.Layout;
import io.losswatch.core.batch.OutputKind;
import io.losswatch.core.batch.Predictions;
import io.losswatch.core.loss.Loss;
import io.losswatch.core.loss.LossBuffer;
import io.losswatch.core.loss.Losses;
import io.losswatch.core.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
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
 * Time of one batch, from FP32 in a byte array to per-sample losses. The pair differs in the JVM's
 * flag alone: {@code vector} has the module, {@code scalar} has not.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class LossBenchmark {
  /** Loss and shape. */
  @Param({
    "cross_entropy 8192 1000",
    "cross_entropy 256 50257",
    "cross_entropy 65536 10",
    "cross_entropy 65536 2",
    "bce_with_logits 1048576",
    "bce_with_logits 65536 80",
    "mse 65536 80"
  })
  public String work = "";

  private final LossBuffer buffer = new LossBuffer();
  private Loss loss = Losses.of("mse", Map.of());
  private Batch batch = batch(new float[0], Tensor.ofFloats(new float[0], 0), OutputKind.LOGITS, 0);

  @Setup
  public void generate() {
    String[] parts = work.split(" ");
    long[] extents = new long[parts.length - 1];
    int size = 1;
    for (int i = 0; i < extents.length; i++) {
      extents[i] = Long.parseLong(parts[i + 1]);
      size *= (int) extents[i];
    }
    Random random = new Random(42);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (random.nextGaussian() * 3);
    }
    loss = Losses.of(parts[0], Map.of());
    Tensor labels =
        parts[0].equals("cross_entropy") ? classes(random, extents) : coins(random, size, extents);
    batch = batch(values, labels, OutputKind.LOGITS, extents);
  }

  private static Tensor classes(Random random, long[] extents) {
    long[] labels = random.longs(extents[0], 0, extents[1]).toArray();
    return Tensor.ofLongs(labels, extents[0]);
  }

  private static Tensor coins(Random random, int size, long[] extents) {
    float[] labels = new float[size];
    for (int i = 0; i < size; i++) {
      labels[i] = random.nextInt(2);
    }
    return Tensor.ofFloats(labels, extents);
  }

  private static Batch batch(float[] values, Tensor labels, OutputKind kind, long... extents) {
    return new Batch(
        new BatchHeader("m", "", OptionalLong.empty(), null, Map.of()),
        new Predictions(kind, Layout.CLASS_LAST, Tensor.ofFloats(values, extents)),
        labels,
        null,
        List.of());
  }

  @Benchmark
  @Fork(value = 1, jvmArgsPrepend = "--add-modules=jdk.incubator.vector")
  public double vector() {
    return evaluate();
  }

  @Benchmark
  @Fork(1)
  public double scalar() {
    return evaluate();
  }

  private double evaluate() {
    loss.samples(batch, buffer);
    return buffer.losses()[0];
  }
}
