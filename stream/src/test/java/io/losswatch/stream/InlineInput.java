package io.losswatch.stream;

import io.losswatch.stream.evaluate.MonitorPlan;
import io.losswatch.stream.fold.PaneMemory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;

/** Batches with their labels inside, some of them late, of no time, or poison. */
final class InlineInput implements SimulatedInput {
  private static final int SAMPLES = 80;
  private static final int MAX_ROWS = 6;

  private final SimulatedBroker broker;
  private final Oracle oracle = new Oracle(SimulatedMonitors.MONITORS);
  private final List<NaiveSource> sources = new ArrayList<>();
  private long late;

  InlineInput(SimulatedBroker broker) {
    this.broker = broker;
  }

  Oracle oracle() {
    return oracle;
  }

  List<NaiveSource> sources() {
    return sources;
  }

  @Override
  public List<MonitorPlan> plans() {
    return SimulatedMonitors.PLANS;
  }

  @Override
  public void addSource() {
    sources.add(new NaiveSource(oracle, SimulatedMonitors.TIME));
  }

  @Override
  public SimulatedLane.Pipeline<PaneMemory> evaluate(int partials, IntSupplier heard) {
    return new SimulatedStages.Evaluate(
        SimulatedMonitors.PLANS,
        SimulatedMonitors.TIME,
        LateLabelSettings.none(),
        partials,
        heard,
        source -> sources.get(source.partition()).begin(broker));
  }

  @Override
  public List<Sending> sendings(Random random) {
    return new Traffic(random.nextLong(), MAX_ROWS)
        .batches(SAMPLES, Simulation.START, Simulation.END).stream()
            .map(sent -> sending(sent, random))
            .toList();
  }

  private Sending sending(Traffic.Sent sent, Random random) {
    long time = sent.batch().getEventTime().toEpochMilli();
    return new Sending(
        sent.partition(),
        time,
        (source, surroundings) -> send(source, sent, time, random, surroundings));
  }

  private void send(
      int source,
      Traffic.Sent sent,
      long time,
      Random random,
      SimulatedInstance.Surroundings surroundings) {
    int kind = random.nextInt(20);
    long shift =
        switch (kind) {
          case 1 -> 600_000;
          case 2 -> 240_000;
          case 3 -> -random.nextInt(120_000);
          case 4, 5, 6, 7, 8 -> -random.nextInt(15_000);
          default -> 0;
        };
    sent.batch().setEventTime(kind == 9 ? null : Instant.ofEpochMilli(time + shift));
    byte[] value = kind == 0 ? new byte[] {1, 2, 3} : sent.value();
    SimulatedLog log = broker.log(Simulation.input(source));
    surroundings.say("predictions-" + source + "@" + log.end() + " is sent, of kind " + kind);
    log.add(new SimulatedLog.Entry(null, value, time, null));
  }

  @Override
  public void close(int source, Instant time) {
    byte[] value = Traffic.closing(source, time).value();
    broker
        .log(Simulation.input(source))
        .add(new SimulatedLog.Entry(null, value, time.toEpochMilli(), null));
  }

  @Override
  public void forget(int source) {
    sources.get(source).forget();
  }

  @Override
  public void check(Simulation simulation) {
    SimulationCheck check = new SimulationCheck(simulation, this);
    check.check();
    if (simulation.isCrowded()) {
      new SecondHopReplay(simulation).check();
    }
    late = check.late().values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public long late() {
    return late;
  }
}
