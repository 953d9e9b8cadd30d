package io.losswatch.core.loss;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.losswatch.core.batch.Batch;
import io.losswatch.core.tensor.Datatype;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Evaluating batches of one form allocates nothing. Vectors are objects until their loop is
 * compiled for good, so that this waits for it: evaluations are counted, not seconds.
 */
class AllocationTest {
  private static final long SEED = 20261126;
  private static final int EVALUATIONS = 50;

  /** Many times what it took C2 to come round at worst, on a busy machine: 1200 (2026-11-23). */
  private static final int MOST_ROUNDS = 50_000;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final List<Datatype> DATATYPES =
      List.of(Datatype.FP32, Datatype.BF16, Datatype.FP16, Datatype.FP64);

  static List<LossLaw> laws() {
    return LossLaws.builtIn();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("laws")
  void evaluation_compiled_allocatesNothing(LossLaw law) {
    for (Datatype datatype : DATATYPES) {
      assertNothingAllocated(law, datatype, 20);
    }
    assertNothingAllocated(law, DATATYPES.get(0), 1100);
  }

  private static void assertNothingAllocated(LossLaw law, Datatype datatype, int size) {
    Random random = new Random(SEED);
    for (Form form : law.batches().forms().of(size)) {
      Batch batch = law.batches().draw(form, datatype, false, random);
      assertThat(allocatedInTheEnd(law.loss(), batch))
          .as("bytes in %d evaluations of %s %s %s", EVALUATIONS, law, datatype, form)
          .isZero();
    }
  }

  /** Bytes that a round allocates: 0 as soon as two in a row allocate nothing. */
  private static long allocatedInTheEnd(Loss loss, Batch batch) {
    LossBuffer buffer = new LossBuffer();
    long before = -1;
    long last = -1;
    for (int round = 0; round < MOST_ROUNDS && (before != 0 || last != 0); round++) {
      before = last;
      last = allocated(loss, batch, buffer);
    }
    return Math.max(before, last);
  }

  private static long allocated(Loss loss, Batch batch, LossBuffer buffer) {
    long thread = Thread.currentThread().getId();
    long before = THREADS.getThreadAllocatedBytes(thread);
    for (int i = 0; i < EVALUATIONS; i++) {
      loss.samples(batch, buffer);
      loss.elements(batch, buffer);
    }
    return THREADS.getThreadAllocatedBytes(thread) - before;
  }
}
