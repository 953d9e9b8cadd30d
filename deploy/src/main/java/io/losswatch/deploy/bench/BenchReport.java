package io.losswatch.deploy.bench;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What was measured.
 *
 * @param host on which
 * @param options of the run
 * @param sizes what each size of batches gave
 */
public record BenchReport(Host host, BenchOptions options, List<Size> sizes) {
  public BenchReport {
    sizes = List.copyOf(sizes);
  }

  /**
   * Where and when.
   *
   * @param cpu model, as the system calls it
   * @param cores that this process may use
   * @param java version of the JVM
   * @param kernels that compute the losses: vector or scalar
   * @param date ISO, UTC
   */
  public record Host(String cpu, int cores, String java, String kernels, String date) {}

  /**
   * One size of batches.
   *
   * @param topic what was read
   * @param bare rounds of the bare consumer
   * @param service rounds of the service
   * @param latencyMillis one a window, ascending; empty: not measured
   */
  record Size(
      BenchTopic topic,
      List<Measurement> bare,
      List<Measurement> service,
      List<Long> latencyMillis) {
    Size {
      bare = List.copyOf(bare);
      service = List.copyOf(service);
      latencyMillis = List.copyOf(latencyMillis);
    }

    /** Median bytes a second of the service / that of the bare consumer. */
    double ratio() {
      return median(service, Measurement::bytesPerSecond)
          / median(bare, Measurement::bytesPerSecond);
    }

    double samplesPerSecond() {
      return median(service, Measurement::bytesPerSecond)
          / topic.recordBytes()
          * topic.size().rows();
    }

    double logitsPerSecond() {
      return samplesPerSecond() * topic.size().classes();
    }
  }

  /** The middle number, or the mean of both. */
  static double median(List<Measurement> rounds, ToDoubleFunction<Measurement> number) {
    double[] sorted = rounds.stream().mapToDouble(number).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /**
   * The number below which this share of all lies.
   *
   * @param sorted ascending, not empty
   */
  static long quantile(List<Long> sorted, double share) {
    int index = (int) Math.ceil(share * sorted.size()) - 1;
    return sorted.get(Math.max(0, Math.min(sorted.size() - 1, index)));
  }

  /** The round whose pace is nearest to the median, for the plot. */
  static Measurement typical(List<Measurement> rounds) {
    double median = median(rounds, Measurement::bytesPerSecond);
    return Collections.min(
        rounds,
        Comparator.comparingDouble((Measurement each) -> Math.abs(each.bytesPerSecond() - median)));
  }
}
