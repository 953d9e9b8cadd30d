package io.losswatch.deploy.bench;

import java.util.List;

/**
 * One reading of a whole topic.
 *
 * @param bytesPerSecond of payload
 * @param cpu for a GB
 * @param allocatedPerByte of payload
 * @param collectionMillis of garbage
 * @param heapPeakBytes garbage included
 * @param curve bytes a second over time
 */
record Measurement(
    double bytesPerSecond,
    Cpu cpu,
    double allocatedPerByte,
    long collectionMillis,
    long heapPeakBytes,
    List<Double> curve) {
  /**
   * Seconds of CPU for a GB.
   *
   * @param ofReader of this process
   * @param ofBroker NaN: nobody knows
   */
  record Cpu(double ofReader, double ofBroker) {}

  double cpuSecondsPerGb() {
    return cpu.ofReader();
  }

  double brokerCpuSecondsPerGb() {
    return cpu.ofBroker();
  }

  static Measurement of(BenchTopic topic, Progress progress, long endNanos, Usage usage) {
    double bytes = progress.counted() * topic.recordBytes();
    return new Measurement(
        progress.recordsPerSecond(endNanos) * topic.recordBytes(),
        new Cpu(
            usage.cpuNanos() / bytes,
            usage.brokerCpuNanos() < 0 ? Double.NaN : usage.brokerCpuNanos() / bytes),
        usage.allocatedBytes() / bytes,
        usage.collectionMillis(),
        usage.heapPeakBytes(),
        progress.curve().stream().map(records -> records * topic.recordBytes()).toList());
  }
}
