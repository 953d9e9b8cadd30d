package io.losswatch.stream;

import io.losswatch.stream.evaluate.MonitorPlan;
import io.losswatch.stream.fold.PaneMemory;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;

/** What is sent to the simulated hops, how they watch it, and what must come of it. */
interface SimulatedInput {
  /** What is watched. */
  List<MonitorPlan> plans();

  /** There is one more source. */
  void addSource();

  /**
   * Hop 1 of one instance.
   *
   * @param partials partitions of the topic between the hops
   * @param heard partitions of the input that the instance has heard of
   */
  SimulatedLane.Pipeline<PaneMemory> evaluate(int partials, IntSupplier heard);

  /** All records but the closing ones, in the order in which they are sent. */
  List<Sending> sendings(Random random);

  /** Sends what moves a source's watermark to a time, and counts nowhere. */
  void close(int source, Instant time);

  /** What hop 1 remembers of a source is lost: it comes again, and counts no more. */
  void forget(int source);

  /** Compares what the simulation has left behind with what must be there. */
  void check(Simulation simulation);

  /** Samples that were too late; known once it is checked. */
  long late();

  /**
   * A record on its way.
   *
   * @param partition where it goes; of more partitions than there are, the rest
   * @param timeMillis when
   * @param letter sends it to this source
   */
  record Sending(int partition, long timeMillis, Letter letter) {}

  /** Sends it. */
  @FunctionalInterface
  interface Letter {
    void send(int source, SimulatedInstance.Surroundings surroundings);
  }
}
