package io.losswatch.core.jmh;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Counts the bytes that the evaluating thread allocates. JMH's own profiler of the garbage
 * collector adds what JMH allocates, 5 KB an iteration, which hides whether a batch costs nothing.
 * Mutable; owned by the benchmark's thread, reset by JMH before each iteration.
 */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class Allocation {
  /** Name of {@link #allocatedBytes} in results. */
  static final String BYTES = "allocatedBytes";

  /** Name of {@link #batches} in results. */
  static final String BATCHES = "batches";

  /** Bytes allocated in an iteration. */
  public long allocatedBytes;

  /** Batches of an iteration. */
  public long batches;

  private final ThreadMXBean thread = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
  private long start;

  void begin() {
    start = thread.getCurrentThreadAllocatedBytes();
  }

  void end() {
    allocatedBytes += thread.getCurrentThreadAllocatedBytes() - start;
    batches++;
  }
}
