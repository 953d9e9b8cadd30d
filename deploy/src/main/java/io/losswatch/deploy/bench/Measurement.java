package io.losswatch.deploy.bench;

import java.util.List;

/**
 * One reading of a whole topic.
 *
 * @param bytesPerSecond of payload
 * @param cpuSecondsPerGb of this process, without the broker
 * @param allocatedPerByte of payload
 * @param collectionMillis of garbage
 * @param heapPeakBytes garbage included
 * @param curve bytes a second over time
 */
record Measurement(
    double bytesPerSecond,
    double cpuSecondsPerGb,
    double allocatedPerByte,
    long collectionMillis,
    long heapPeakBytes,
    List<Double> curve) {
  static Measurement of(BenchTopic topic, Progress progress, long endNanos, Usage usage) {
    double bytes = progress.counted() * topic.recordBytes();
    return new Measurement(
        progress.recordsPerSecond(endNanos) * topic.recordBytes(),
        usage.cpuNanos() / bytes,
        usage.allocatedBytes() / bytes,
        usage.collectionMillis(),
        usage.heapPeakBytes(),
        progress.curve().stream().map(records -> records * topic.recordBytes()).toList());
  }
}
