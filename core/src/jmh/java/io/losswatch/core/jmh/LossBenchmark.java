package io.losswatch.core.jmh;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.loss.Loss;
import io.losswatch.core.loss.LossBuffer;
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
 * Time of one batch, from numbers in a byte array to per-sample losses. The pair differs in the
 * JVM's flag alone: {@code vector} has the module, {@code scalar} has not.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class LossBenchmark {
  /** JVM flag of benchmarks with vectors. */
  static final String VECTOR_FLAG = "--add-modules=jdk.incubator.vector";

  /** JVM flag of all benchmarks. */
  static final String MEMORY_FLAG = "-Xmx2g";

  /** Loss and numbers. */
  @Param public Work work = Work.CROSS_ENTROPY_1000;

  private final LossBuffer buffer = new LossBuffer();
  private Loss loss = work.loss();
  private Batch batch;

  @Setup
  public void generate() {
    loss = work.loss();
    batch = work.batch();
  }

  @Benchmark
  @Fork(
      value = 1,
      jvmArgs = {VECTOR_FLAG, MEMORY_FLAG})
  public double vector(Allocation allocation) {
    return evaluate(allocation);
  }

  @Benchmark
  @Fork(
      value = 1,
      jvmArgs = {MEMORY_FLAG})
  public double scalar(Allocation allocation) {
    return evaluate(allocation);
  }

  private double evaluate(Allocation allocation) {
    allocation.begin();
    loss.samples(batch, buffer);
    allocation.end();
    return buffer.losses()[0];
  }
}
