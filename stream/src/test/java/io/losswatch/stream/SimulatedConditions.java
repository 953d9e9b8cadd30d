package io.losswatch.stream;

import java.util.EnumMap;
import java.util.Map;
import java.util.Random;

/**
 * What a seed's run is like.
 *
 * @param partitions of the topics
 * @param instances of each hop
 * @param habits of groups and processes
 * @param odds of what happens at a place of a transaction, in hundredths
 * @param weights of the steps
 */
record SimulatedConditions(
    SimulatedStages.Partitions partitions,
    Instances instances,
    Habits habits,
    Odds odds,
    Map<Step, Integer> weights) {
  private static final int MAX_SERIES = 1000;

  /** What can happen between two records. */
  enum Step {
    POLL(60, false),
    COMMIT(20, false),
    MARK(20, false),
    START(4, false),
    WAKE(4, false),
    REBALANCE(3, true),
    HANG(2, true),
    KILL(2, true),
    REPLACE(1, true),
    EXPIRE(1, true),
    CLOCK(1, true),
    FORGET(1, true);

    private final int weight;
    private final boolean fault;

    Step(int weight, boolean fault) {
      this.weight = weight;
      this.fault = fault;
    }
  }

  record Instances(int evaluators, int rollers) {}

  /**
   * Habits.
   *
   * @param eager true: a rebalance takes all partitions away
   * @param stableIds true: who comes after a dead instance has its transactional id
   * @param changes of the input
   */
  record Habits(boolean eager, boolean stableIds, Changes changes) {}

  /**
   * What is unusual of the input.
   *
   * @param labels true: labels come later, in a topic of their own
   * @param replays true: hop 1 reads a source a second time
   * @param grows true: the input gets one more partition half-way
   * @param maxSeries that a lane of hop 2 keeps
   */
  record Changes(boolean labels, boolean replays, boolean grows, int maxSeries) {}

  record Odds(int aborts, int deaths) {}

  static SimulatedConditions of(Random random) {
    Map<Step, Integer> weights = new EnumMap<>(Step.class);
    for (Step step : Step.values()) {
      boolean isOff = step.fault && random.nextInt(3) == 0;
      weights.put(step, isOff ? 0 : step.weight);
    }
    return new SimulatedConditions(
        new SimulatedStages.Partitions(1 + random.nextInt(4), 1 + random.nextInt(3)),
        new Instances(1 + random.nextInt(3), 1 + random.nextInt(3)),
        new Habits(
            random.nextBoolean(),
            random.nextBoolean(),
            new Changes(
                random.nextInt(3) == 0,
                random.nextInt(6) == 0,
                random.nextInt(3) == 0,
                random.nextInt(4) == 0 ? 1 + random.nextInt(3) : MAX_SERIES)),
        new Odds(random.nextInt(10), random.nextInt(5)),
        weights);
  }

  int evaluators() {
    return instances.evaluators();
  }

  int rollers() {
    return instances.rollers();
  }

  boolean eager() {
    return habits.eager();
  }

  boolean stableIds() {
    return habits.stableIds();
  }

  boolean labels() {
    return habits.changes().labels();
  }

  /** Labels that come later may find other predictions the second time. */
  boolean replays() {
    return habits.changes().replays() && !labels();
  }

  boolean grows() {
    return habits.changes().grows() && !labels();
  }

  int maxSeries() {
    return habits.changes().maxSeries();
  }

  /** True if there may be more series than there is room for. */
  boolean isCrowded() {
    return maxSeries() < MAX_SERIES;
  }

  int aborts() {
    return odds.aborts();
  }

  int deaths() {
    return odds.deaths();
  }

  /** The next. */
  Step step(Random random) {
    int drawn = random.nextInt(weights.values().stream().mapToInt(Integer::intValue).sum());
    for (Map.Entry<Step, Integer> each : weights.entrySet()) {
      drawn -= each.getValue();
      if (drawn < 0) {
        return each.getKey();
      }
    }
    throw new AssertionError("weights of steps");
  }
}
