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
 * Companions allocate nothing either. Over FP64, which is plain Java everywhere: what C2 makes of
 * vectors is {@link AllocationTest}'s.
 */
class CompanionAllocationTest {
  private static final long SEED = 20261206;
  private static final int EVALUATIONS = 50;

  /** Garbage may go with C2, whenever that gets round to it: a round is less than 1 ms. */
  private static final int MOST_ROUNDS = 20_000;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  static List<LossLaw> laws() {
    return LossLaws.builtIn().stream().filter(law -> !law.loss().metrics().isEmpty()).toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("laws")
  void samples_withEveryCompanion_allocateNothing(LossLaw law) {
    Random random = new Random(SEED);
    Metrics metrics = Metrics.of(law.loss().metrics(), 2);
    for (Form form : law.batches().forms().of(17)) {
      Batch batch = law.batches().draw(form, Datatype.FP64, false, random);
      assertThat(allocatedInTheEnd(law.loss(), metrics, batch))
          .as("bytes in %d evaluations of %s %s", EVALUATIONS, law, form)
          .isZero();
    }
  }

  private static long allocatedInTheEnd(Loss loss, Metrics metrics, Batch batch) {
    LossBuffer buffer = new LossBuffer();
    long last = -1;
    for (int round = 0; round < MOST_ROUNDS && last != 0; round++) {
      last = allocated(loss, metrics, batch, buffer);
    }
    return last;
  }

  private static long allocated(Loss loss, Metrics metrics, Batch batch, LossBuffer buffer) {
    long thread = Thread.currentThread().getId();
    long before = THREADS.getThreadAllocatedBytes(thread);
    for (int i = 0; i < EVALUATIONS; i++) {
      buffer.request(metrics);
      loss.samples(batch, buffer);
    }
    return THREADS.getThreadAllocatedBytes(thread) - before;
  }
}
