package io.losswatch.stream;

import io.losswatch.schemas.PartialBatch;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.fold.PaneMemory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * One seed: both hops, each of several instances, on a simulated broker and a virtual clock. What
 * happens when is drawn from the seed, and nothing else, so a seed plays the same again.
 *
 * <p>While a transaction of one instance is open, or waits to be sent again, other things may go
 * on: they happen inside its producer's calls. So transactions overlap, lanes are lost in the
 * middle of one, and the owner's poll thread goes on while its commit thread stands.
 */
final class Simulation implements SimulatedInstance.Surroundings {
  private static final int MAX_DEPTH = 2;
  static final Instant START = Instant.ofEpochMilli(1_700_000_000_000L);
  static final Instant END = START.plusSeconds(90);
  private static final Instant CLOSING = END.plusSeconds(3600);

  private final Random random;
  private final SimulatedConditions conditions;
  private final SimulatedBroker broker = new SimulatedBroker();
  private final SimulatedInput input;
  private final SimulatedCrew crew;
  private final Map<String, Long> skews = new HashMap<>();
  private final List<String> trace = new ArrayList<>();
  private final List<Integer> replayedFrom = new ArrayList<>();
  private int replayed = -1;
  private int replayedUntil;
  private int depth;
  private boolean calm = true;
  private long wallClock = START.toEpochMilli();
  private int inputs;

  Simulation(long seed) {
    random = new Random(seed);
    conditions = SimulatedConditions.of(random);
    trace.add(conditions.toString());
    input = conditions.labels() ? new LateInput(broker, random) : new InlineInput(broker);
    SimulatedStages.Partitions partitions = conditions.partitions();
    List<SourcePartition> atStart = new ArrayList<>();
    while (inputs < partitions.predictions()) {
      atStart.add(addInput());
    }
    List<SourcePartition> partials = new ArrayList<>();
    for (int partition = 0; partition < partitions.partials(); partition++) {
      partials.add(new SourcePartition(SimulatedBroker.PARTIALS, partition));
    }
    crew = new SimulatedCrew(broker, random, conditions, this);
    crew.join("evaluate", atStart, conditions.evaluators(), this::evaluate);
    crew.join("roll", partials, conditions.rollers(), this::roll);
  }

  private SourcePartition addInput() {
    input.addSource();
    return input(inputs++);
  }

  /** An instance, which hears of new partitions sooner or later. */
  private SimulatedLane.Pipeline<PaneMemory> evaluate() {
    int[] heard = {inputs};
    return input.evaluate(
        conditions.partitions().partials(),
        () -> heard[0] = random.nextInt(8) == 0 ? inputs : heard[0]);
  }

  /** Hop 2 of one instance. */
  SimulatedStages.Roll roll() {
    return new SimulatedStages.Roll(input.plans(), conditions.maxSeries());
  }

  /** True if some series go to the others. */
  boolean isCrowded() {
    return conditions.isCrowded();
  }

  static SourcePartition input(int partition) {
    return new SourcePartition(SimulatedBroker.PREDICTIONS, partition);
  }

  SimulatedBroker broker() {
    return broker;
  }

  SimulatedInput input() {
    return input;
  }

  /** Number of partitions of the input. */
  int inputs() {
    return inputs;
  }

  int partials() {
    return conditions.partitions().partials();
  }

  /** What happened, a line each. */
  List<String> trace() {
    return trace;
  }

  /** True if this batch, at an index of a partials partition, tells of a range again. */
  boolean isReplay(PartialBatch batch, int partition, int index) {
    return batch.getSourcePartition() == replayed
        && index >= replayedFrom.get(partition)
        && batch.getToOffset() <= replayedUntil;
  }

  /** Another line. */
  @Override
  public void say(String what) {
    trace.add("  ".repeat(depth) + what);
  }

  /** All of it. */
  void play() {
    crew.startMissing();
    calm = false;
    int silent = random.nextInt(inputs + 1);
    List<SimulatedInput.Sending> traffic = input.sendings(random);
    int growing = conditions.grows() ? random.nextInt(traffic.size()) : -1;
    for (SimulatedInput.Sending sent : traffic) {
      if (growing-- == 0) {
        grow();
      }
      int partition = sent.partition() % inputs;
      wallClock = Math.max(wallClock, sent.timeMillis() + random.nextInt(500));
      if (partition != silent) {
        sent.letter().send(partition, this);
      }
      steps(2 + random.nextInt(9));
    }
    finish();
  }

  private void grow() {
    SourcePartition added = addInput();
    say("there is " + added);
    crew.grow(added);
  }

  private void steps(int count) {
    for (int i = 0; i < count; i++) {
      step();
    }
  }

  /** Something happens somewhere. */
  private void step() {
    SimulatedInstance<?> any = crew.any();
    SimulatedConditions.Step step = conditions.step(random);
    switch (step) {
      case POLL -> poll(any);
      case COMMIT -> commit(any);
      case MARK -> broker.mark(random);
      case REBALANCE -> crew.rebalance(any.group());
      case HANG -> hang(any);
      case WAKE -> wake(any);
      case KILL -> kill(any);
      case REPLACE -> replace(any);
      case START -> crew.startMissing();
      case EXPIRE -> say("expired: " + broker.expire(random));
      case CLOCK -> setClock(any);
      case FORGET -> forget(any);
      default -> throw new AssertionError(step);
    }
  }

  private void poll(SimulatedInstance<?> instance) {
    if (!instance.isAnswering()) {
      return;
    }
    instance.enter();
    List<? extends SimulatedLane<?>> lanes = instance.lanes();
    if (lanes.isEmpty()) {
      return;
    }
    SimulatedLane<?> lane = lanes.get(random.nextInt(lanes.size()));
    say(instance.name() + " polls " + lane.lane().source());
    if (lane.isStarted()) {
      long now = wallClock + skews.getOrDefault(instance.name(), 0L) - random.nextInt(50);
      lane.poll(random, now, random.nextBoolean());
    } else {
      lane.restore();
    }
  }

  private void commit(SimulatedInstance<?> instance) {
    if (!instance.isDead() && !instance.isCommitting()) {
      say(instance.name() + " commits");
      instance.commit();
      instance.checkFailure();
    }
  }

  private void hang(SimulatedInstance<?> instance) {
    say(instance.name() + " hangs");
    instance.hang();
  }

  private void wake(SimulatedInstance<?> instance) {
    if (!instance.isDead() && !instance.isAnswering()) {
      say(instance.name() + " wakes");
      instance.wake();
    }
  }

  private void kill(SimulatedInstance<?> instance) {
    if (!instance.isCommitting()) {
      say(instance.name() + " is killed");
      instance.kill();
    }
  }

  /** An instance is taken for dead, and another starts in its place. */
  private void replace(SimulatedInstance<?> instance) {
    if (instance.isAnswering()) {
      hang(instance);
      crew.startAnother(instance);
    }
  }

  private void setClock(SimulatedInstance<?> instance) {
    long skew = random.nextBoolean() ? 0 : random.nextInt(120_000) - 60_000;
    say("the clock of " + instance.name() + " is " + skew + " ms ahead");
    skews.put(instance.name(), skew);
  }

  private void forget(SimulatedInstance<?> instance) {
    List<SourcePartition> owned = instance.group().sources();
    SourcePartition source = owned.get(random.nextInt(owned.size()));
    say("the offset of " + source + " expires");
    broker.forgetOffset(source);
  }

  @Override
  public void interrupt(SimulatedInstance<?> instance, SimulatedProducer.Place place) {
    if (calm) {
      return;
    }
    int drawn = random.nextInt(100);
    boolean isDecided = place == SimulatedProducer.Place.AFTER_COMMIT;
    boolean isCommit = isDecided || place == SimulatedProducer.Place.BEFORE_COMMIT;
    if (drawn < conditions.aborts() && !isDecided && place != SimulatedProducer.Place.ABORTED) {
      say(instance.name() + " is refused at " + place);
      throw new KafkaException("refused at " + place);
    } else if (drawn < 10 && isCommit) {
      say(instance.name() + " has no answer at " + place);
      throw new TimeoutException("no answer");
    } else if (drawn >= 100 - conditions.deaths()) {
      say(instance.name() + " dies at " + place);
      throw new SimulatedInstance.Died("at " + place);
    } else if (drawn > 60) {
      meanwhile(instance, place.toString());
    }
  }

  @Override
  public void waits(SimulatedInstance<?> instance, int attempt) {
    if (!calm) {
      meanwhile(instance, "WAITING");
    }
    if (attempt > 0) {
      wake(instance);
      instance.enter();
    }
  }

  private void meanwhile(SimulatedInstance<?> instance, String place) {
    if (depth < MAX_DEPTH) {
      say(instance.name() + " is at " + place + ", and meanwhile:");
      depth++;
      steps(1 + random.nextInt(6));
      depth--;
    }
  }

  @Override
  public boolean isPatient() {
    return calm || random.nextBoolean();
  }

  /** All that is left is read, and the watermark passes every window. */
  private void finish() {
    calm = true;
    skews.clear();
    say("calm");
    crew.instances().forEach(this::wake);
    crew.rebalance();
    rest();
    if (conditions.replays()) {
      replay(random.nextInt(inputs));
    }
    wallClock = CLOSING.toEpochMilli();
    for (int partition = 0; partition < inputs; partition++) {
      input.close(partition, CLOSING);
    }
    rest();
    crew.instances()
        .forEach(instance -> {
          instance.lanes().forEach(SimulatedLane::checkReleased);
          instance.kill();
        });
  }

  /** What hop 1 knows of a source is deleted: it reads all of it again. */
  private void replay(int source) {
    say(input(source) + " is read again from its start");
    crew.instances().stream()
        .filter(instance -> instance.group().sources().contains(input(source)))
        .forEach(this::kill);
    broker.forgetOffset(input(source));
    broker.forgetState(input(source));
    input.forget(source);
    replayed = source;
    replayedUntil = broker.log(input(source)).end();
    for (int partition = 0; partition < conditions.partitions().partials(); partition++) {
      replayedFrom.add(broker.partials(partition).size());
    }
    rest();
  }

  private void rest() {
    for (int round = 0; round < 200; round++) {
      wallClock += 1000;
      broker.settle();
      crew.startMissing();
      for (SimulatedInstance<?> instance : crew.instances()) {
        instance.enter();
        instance.lanes().forEach(this::work);
        commit(instance);
      }
      broker.settle();
      if (crew.isAtRest()) {
        return;
      }
    }
    throw new AssertionError(
        "the hops do not come to rest: "
            + crew.instances().stream().flatMap(instance -> instance.lanes().stream()).toList());
  }

  private void work(SimulatedLane<?> lane) {
    if (lane.isStarted()) {
      lane.pollAll(random, wallClock);
    } else {
      lane.restore();
    }
  }
}
