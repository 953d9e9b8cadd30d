package io.losswatch.deploy.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What this process has used since a moment.
 *
 * @param cpuNanos of all threads
 * @param brokerCpuNanos of the broker; negative: nobody knows
 * @param allocatedBytes by all threads that live at the end
 * @param collectionMillis of garbage, summed over collectors
 * @param heapPeakBytes the most there was, garbage included
 */
record Usage(
    long cpuNanos,
    long brokerCpuNanos,
    long allocatedBytes,
    long collectionMillis,
    long heapPeakBytes) {
  /** A moment; immutable. */
  static final class Mark {
    private final LongSupplier broker;
    private final long brokerNanos;
    private final long cpuNanos = cpu();
    private final long collectionMillis = collections();
    private final Map<Long, Long> allocated = allocated();

    private Mark(LongSupplier brokerCpuNanos) {
      broker = brokerCpuNanos;
      brokerNanos = brokerCpuNanos.getAsLong();
    }

    /** What was used between the mark and now. */
    Usage usage() {
      long bytes = 0;
      for (Map.Entry<Long, Long> thread : allocated().entrySet()) {
        bytes += thread.getValue() - allocated.getOrDefault(thread.getKey(), 0L);
      }
      return new Usage(
          cpu() - cpuNanos,
          brokerNanos < 0 ? -1 : broker.getAsLong() - brokerNanos,
          bytes,
          collections() - collectionMillis,
          heapPeak());
    }
  }

  /** Leaves no garbage to those that come after. */
  static void cleanUp() {
    System.gc();
    ManagementFactory.getMemoryPoolMXBeans().forEach(MemoryPoolMXBean::resetPeakUsage);
  }

  /**
   * A mark of now.
   *
   * @param brokerCpuNanos that the broker has used so far; negative: nobody knows
   */
  static Mark mark(LongSupplier brokerCpuNanos) {
    return new Mark(brokerCpuNanos);
  }

  private static long cpu() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static long collections() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionTime)
        .sum();
  }

  private static long heapPeak() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .mapToLong(pool -> pool.getPeakUsage().getUsed())
        .sum();
  }

  /** By thread. */
  private static Map<Long, Long> allocated() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long[] ids = threads.getAllThreadIds();
    long[] bytes = threads.getThreadAllocatedBytes(ids);
    Map<Long, Long> allocated = new HashMap<>();
    for (int i = 0; i < ids.length; i++) {
      if (bytes[i] >= 0) {
        allocated.put(ids[i], bytes[i]);
      }
    }
    return allocated;
  }
}
