package io.losswatch.core.jmh;

import com.sun.management.OperatingSystemMXBean;
import io.losswatch.core.batch.Batch;
import io.losswatch.core.loss.LossBuffer;
import io.losswatch.core.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.function.Supplier;

/** Whether PyTorch computes what losswatch computes, and on one thread: else it is no contest. */
final class PyTorchCheck {
  private static final int TRIES = 5;
  private static final long TRY_NANOS = 200_000_000;

  /** A second thread that does half of the work makes it 2; JVM threads add a little. */
  private static final double MOST_CPU_PER_THREAD = 1.3;

  private final Work work;

  PyTorchCheck(Work work) {
    this.work = work;
  }

  /**
   * Compares element by element. Ours are within relative 5e-7 or absolute 1e-7 of float64. PyTorch
   * rounds to the predictions' datatype, about four times on the way, numbers as large as the
   * largest logit or the loss; and it sums a row in floats one by one, whose roundings walk away
   * with the root of its length: 1.3e-5 of a loss of 16 over 151936 classes.
   */
  void requireEqualLosses(Batch batch, Supplier<float[]> computed) {
    LossBuffer ours = new LossBuffer();
    work.loss().elements(batch, ours);
    float[] theirs = computed.get();
    double largest = largest(batch.predictions().values());
    double walk = Math.sqrt(work.columns()) * Math.ulp(1f);
    for (int i = 0; i < theirs.length; i++) {
      double loss = ours.losses()[i];
      double rounding = 2 * ulpOfOne() * Math.max(largest, Math.abs(loss));
      double bound = Math.max(5e-7 * Math.abs(loss), 1e-7) + rounding + walk;
      if (!(Math.abs(theirs[i] - loss) <= bound)) {
        throw new IllegalStateException(
            "%s: loss %d is %s by losswatch but %s by PyTorch, beyond %s"
                .formatted(work.title(), i, loss, theirs[i], bound));
      }
    }
  }

  private double ulpOfOne() {
    return switch (work.datatype()) {
      case FP16 -> 0x1p-10;
      case BF16 -> 0x1p-7;
      default -> 0x1p-23;
    };
  }

  private static double largest(Tensor tensor) {
    double largest = 0;
    for (int i = 0; i < tensor.shape().elementCount(); i++) {
      largest = Math.max(largest, Math.abs(tensor.doubleAt(i)));
    }
    return largest;
  }

  /**
   * Compares the CPU time of the process with that of this thread, which needs no quiet machine.
   * The JVM's compiler may be at work too: the best of a few tries counts.
   */
  static void requireOneThread(Runnable work) {
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < TRIES && least > MOST_CPU_PER_THREAD; i++) {
      least = Math.min(least, cpuPerThread(work));
    }
    if (least > MOST_CPU_PER_THREAD) {
      throw new IllegalStateException(
          "PyTorch is to run on one thread, but takes the CPU time of " + least);
    }
  }

  private static double cpuPerThread(Runnable work) {
    OperatingSystemMXBean process =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    ThreadMXBean thread = ManagementFactory.getThreadMXBean();
    long processStart = process.getProcessCpuTime();
    long threadStart = thread.getCurrentThreadCpuTime();
    long spent = 0;
    while (spent < TRY_NANOS) {
      work.run();
      spent = thread.getCurrentThreadCpuTime() - threadStart;
    }
    return (process.getProcessCpuTime() - processStart) / (double) spent;
  }
}
