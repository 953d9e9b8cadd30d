package io.losswatch.core.jmh;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.tensor.Tensor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
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
 * What one writes first, without vectors: the maximum of a row, then the sum of {@code Math.exp};
 * {@code Math.log1p} of {@code Math.exp} for binary labels. No checks, no weights, no shapes. The
 * scalar fallback has to keep up with it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class ObviousLoop {
  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** FP32 with one label a sample. */
  @Param({"CROSS_ENTROPY_1000", "CROSS_ENTROPY_10", "BCE_WITH_LOGITS"})
  public Work work = Work.CROSS_ENTROPY_1000;

  private byte[] logits = new byte[0];
  private byte[] labels = new byte[0];
  private double[] losses = new double[0];

  @Setup
  public void generate() {
    Batch batch = work.batch();
    logits = array(batch.predictions().values());
    labels = array(batch.labels());
    losses = new double[work.rows()];
  }

  /** The array of a tensor that fills it. */
  static byte[] array(Tensor tensor) {
    if (tensor.length() != tensor.array().length) {
      throw new IllegalArgumentException(tensor + " is a part of its array");
    }
    return tensor.array();
  }

  @Benchmark
  @Fork(
      value = 1,
      jvmArgs = {LossBenchmark.MEMORY_FLAG})
  public double loop() {
    if (work.columns() == 1) {
      binaryCrossEntropy();
    } else {
      crossEntropy(work.columns());
    }
    return losses[0];
  }

  private void crossEntropy(int classes) {
    for (int r = 0; r < losses.length; r++) {
      double max = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < classes; c++) {
        max = Math.max(max, logit(r * classes + c));
      }
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += Math.exp(logit(r * classes + c) - max);
      }
      int label = (int) (long) LONG.get(labels, r * Long.BYTES);
      losses[r] = max - logit(r * classes + label) + Math.log(sum);
    }
  }

  private void binaryCrossEntropy() {
    for (int i = 0; i < losses.length; i++) {
      double x = logit(i);
      double y = (float) FLOAT.get(labels, i * Float.BYTES);
      losses[i] = Math.max(x, 0) - x * y + Math.log1p(Math.exp(-Math.abs(x)));
    }
  }

  private double logit(int index) {
    return (float) FLOAT.get(logits, index * Float.BYTES);
  }
}
