package io.losswatch.core.jmh;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Who computes in the table of speeds: a benchmark method, and the work that it takes part in. */
enum Contender {
  LOSSWATCH(LossBenchmark.class, "vector", EnumSet.allOf(Work.class)),
  PYTORCH(PyTorchBenchmark.class, "losses", EnumSet.allOf(Work.class)),
  SCALAR(LossBenchmark.class, "scalar", EnumSet.allOf(Work.class)),
  OBVIOUS_LOOP(
      ObviousLoop.class,
      "loop",
      EnumSet.of(Work.CROSS_ENTROPY_1000, Work.CROSS_ENTROPY_10, Work.BCE_WITH_LOGITS)),
  SUM_OF_PREDICTIONS(VectorSum.class, "predictions", EnumSet.of(Work.MSE_80)),
  SUM_OF_BOTH(VectorSum.class, "predictionsAndLabels", EnumSet.of(Work.MSE_80));

  private final Class<?> benchmark;
  private final String method;
  private final Set<Work> works;

  Contender(Class<?> benchmark, String method, Set<Work> works) {
    this.benchmark = benchmark;
    this.method = method;
    this.works = works;
  }

  /** All that take part in a work. */
  static List<Contender> of(Work work) {
    return EnumSet.allOf(Contender.class).stream().filter(c -> c.works.contains(work)).toList();
  }

  /** Matches the benchmark method alone, as JMH's include pattern. */
  String pattern() {
    return "^" + benchmark.getName().replace(".", "\\.") + "\\." + method + "$";
  }
}
