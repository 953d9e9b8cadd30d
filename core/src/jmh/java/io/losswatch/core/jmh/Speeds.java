package io.losswatch.core.jmh;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** What was measured. Mutable; owned by the thread that measures. */
final class Speeds {
  private final Map<Work, Map<Contender, List<Iteration>>> iterations = new EnumMap<>(Work.class);

  /** One measurement: microseconds and bytes allocated, both a batch. */
  private record Iteration(double micros, double bytes) {
    static Iteration of(IterationResult result) {
      Result<?> bytes = result.getSecondaryResults().get(Allocation.BYTES);
      Result<?> batches = result.getSecondaryResults().get(Allocation.BATCHES);
      boolean counted = bytes != null && batches != null;
      return new Iteration(
          result.getPrimaryResult().getScore(),
          counted ? bytes.getScore() / batches.getScore() : Double.NaN);
    }
  }

  /** Adds the iterations of a fork. */
  void add(Work work, Contender contender, RunResult run) {
    List<Iteration> list =
        iterations
            .computeIfAbsent(work, w -> new EnumMap<>(Contender.class))
            .computeIfAbsent(contender, c -> new ArrayList<>());
    for (BenchmarkResult fork : run.getBenchmarkResults()) {
      for (IterationResult iteration : fork.getIterationResults()) {
        list.add(Iteration.of(iteration));
      }
    }
  }

  /** Predictions in a nanosecond, thus G/s, by the median time; NaN if never measured. */
  double of(Work work, Contender contender) {
    double micros = median(list(work, contender).stream().mapToDouble(Iteration::micros).toArray());
    return work.shape().elementCount() / micros / 1000;
  }

  /** Bytes allocated a batch, median; NaN if never counted. */
  double bytes(Work work, Contender contender) {
    return median(list(work, contender).stream().mapToDouble(Iteration::bytes).toArray());
  }

  private List<Iteration> list(Work work, Contender contender) {
    return iterations.getOrDefault(work, Map.of()).getOrDefault(contender, List.of());
  }

  private static double median(double[] values) {
    if (values.length == 0) {
      return Double.NaN;
    }
    Arrays.sort(values);
    int middle = values.length / 2;
    return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }
}
