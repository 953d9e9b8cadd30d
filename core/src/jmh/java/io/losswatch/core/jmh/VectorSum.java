package io.losswatch.core.jmh;

import io.losswatch.core.batch.Batch;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
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
 * How fast FP32 numbers in a byte array can be read at all: a plain sum in four accumulators, which
 * is the measure of mse. It sums the predictions alone, or, as mse has to read both, predictions
 * and labels.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 1,
    jvmArgs = {LossBenchmark.VECTOR_FLAG, LossBenchmark.MEMORY_FLAG})
public class VectorSum {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, FLOATS.vectorShape());
  private static final int STEP = BYTES.length();

  /** FP32 labels of the predictions' shape. */
  @Param("MSE_80")
  public Work work = Work.MSE_80;

  private byte[] predictions = new byte[0];
  private byte[] labels = new byte[0];

  @Setup
  public void generate() {
    Batch batch = work.batch();
    predictions = ObviousLoop.array(batch.predictions().values());
    labels = ObviousLoop.array(batch.labels());
  }

  @Benchmark
  public float predictions() {
    return sum(predictions);
  }

  @Benchmark
  public float predictionsAndLabels() {
    return sum(predictions) + sum(labels);
  }

  /** Of an array whose length is a multiple of four vectors. */
  private static float sum(byte[] array) {
    FloatVector a = FloatVector.zero(FLOATS);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    for (int i = 0; i < array.length; i += 4 * STEP) {
      a = a.add(load(array, i));
      b = b.add(load(array, i + STEP));
      c = c.add(load(array, i + 2 * STEP));
      d = d.add(load(array, i + 3 * STEP));
    }
    return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
  }

  private static FloatVector load(byte[] array, int offset) {
    return ByteVector.fromArray(BYTES, array, offset).reinterpretAsFloats();
  }
}
