package io.losswatch.stream;

import io.losswatch.core.loss.Losses;
import io.losswatch.core.loss.Metrics;
import io.losswatch.core.window.Window;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.evaluate.MonitorPlan;
import io.losswatch.stream.fold.LateEvents;
import io.losswatch.stream.fold.NaiveJoin;
import io.losswatch.stream.fold.PaneMemory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntSupplier;

/**
 * Predictions and labels that come later, in topics of their own: before, long after and without
 * their predictions, more than once, and sometimes more than there is room for.
 */
final class LateInput implements SimulatedInput {
  private static final int EVENTS = 50;
  private static final int TIGHT_BYTES = 6000;
  private static final NaiveJoin.Times TIMES = new NaiveJoin.Times(1000, 3000, 12_000, 12_000);
  private static final TimeSettings TIME =
      new TimeSettings(
          Duration.ofMillis(TIMES.outOfOrder()),
          Duration.ofMillis(TIMES.idleAfter()),
          Duration.ofMinutes(5),
          new TimeSettings.Lateness(Duration.ofMillis(TIMES.allowed()), Duration.ofMillis(500)));
  private static final List<Monitor> MONITORS =
      List.of(
          monitor("plain", Monitor.TimeAxis.PREDICTION, false),
          monitor("once", Monitor.TimeAxis.PREDICTION, true),
          monitor("labelled", Monitor.TimeAxis.LABEL, false));
  private static final List<MonitorPlan> PLANS = MonitorPlan.of(MONITORS, TIME);

  private final SimulatedBroker broker;
  private final LateLabelSettings settings;
  private final List<NaiveLane> lanes = new ArrayList<>();
  private long late;

  LateInput(SimulatedBroker broker, Random random) {
    this.broker = broker;
    long maxBytes = random.nextInt(3) == 0 ? TIGHT_BYTES : Long.MAX_VALUE;
    this.settings =
        new LateLabelSettings(SimulatedBroker.LABELS, Duration.ofMillis(TIMES.horizon()), maxBytes);
  }

  private static Monitor monitor(String name, Monitor.TimeAxis axis, boolean deduplicate) {
    return new Monitor(
        name,
        "m",
        new Monitor.Measure(Losses.of("mse", Map.of()), Metrics.NONE),
        List.of(Window.parse("tumbling:1s")),
        List.of(),
        new Monitor.Counting(axis, deduplicate));
  }

  List<NaiveLane> lanes() {
    return lanes;
  }

  @Override
  public List<MonitorPlan> plans() {
    return PLANS;
  }

  @Override
  public void addSource() {
    lanes.add(
        new NaiveLane(broker, () -> new NaiveJoin(MONITORS, TIMES, settings.maxPendingBytes())));
  }

  @Override
  public SimulatedLane.Pipeline<PaneMemory> evaluate(int partials, IntSupplier heard) {
    return new SimulatedStages.Evaluate(
        PLANS, TIME, settings, partials, heard, source -> lanes.get(source.partition()).begin());
  }

  @Override
  public List<Sending> sendings(Random random) {
    long start = Simulation.START.toEpochMilli();
    long span = Simulation.END.toEpochMilli() - start;
    List<LateEvents.Event> events =
        new LateEvents(random.nextLong(), TIMES.horizon()).events(EVENTS, start, span);
    List<Sending> sendings = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      LateEvents.Event event = events.get(i);
      sendings.add(
          new Sending(
              random.nextInt(Traffic.PARTITIONS),
              start + span * i / EVENTS,
              (source, surroundings) -> send(source, event, surroundings)));
    }
    return sendings;
  }

  private void send(
      int source, LateEvents.Event event, SimulatedInstance.Surroundings surroundings) {
    boolean ofLabels = event instanceof LateEvents.Label;
    SourcePartition to = ofLabels ? labels(source) : Simulation.input(source);
    SimulatedLog log = broker.log(to);
    surroundings.say(to + "@" + log.end() + " is sent, of the time " + event.timeMillis());
    lanes.get(source).expect(ofLabels, log.end(), event);
    log.add(new SimulatedLog.Entry(null, event.value(), event.timeMillis(), null));
  }

  static SourcePartition labels(int partition) {
    return new SourcePartition(SimulatedBroker.LABELS, partition);
  }

  @Override
  public void close(int source, Instant time) {
    long millis = time.toEpochMilli();
    byte[] value = Traffic.closing(source, time).value();
    broker.log(Simulation.input(source)).add(new SimulatedLog.Entry(null, value, millis, null));
    broker
        .log(labels(source))
        .add(new SimulatedLog.Entry(null, LateEvents.closing(time), millis, null));
  }

  @Override
  public void forget(int source) {
    throw new AssertionError("labels would find other predictions the second time");
  }

  @Override
  public void check(Simulation simulation) {
    LateCheck check = new LateCheck(simulation, this);
    check.check();
    if (simulation.isCrowded()) {
      new SecondHopReplay(simulation).check();
    }
    late = check.late();
  }

  @Override
  public long late() {
    return late;
  }
}
