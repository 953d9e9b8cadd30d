package io.losswatch.stream;

import io.losswatch.stream.consume.LaneMemory;
import io.losswatch.stream.consume.SourcePartition;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/** The instances of both hops, and those that come after dead ones. Mutable; owned by its run. */
final class SimulatedCrew {
  private final SimulatedBroker broker;
  private final Random random;
  private final SimulatedConditions conditions;
  private final SimulatedInstance.Surroundings surroundings;
  private final List<Team<?>> teams = new ArrayList<>();
  private final List<SimulatedInstance<?>> instances = new ArrayList<>();
  private int started;

  /** The instances of a hop. */
  private record Team<M extends LaneMemory>(
      SimulatedGroup group, int size, Supplier<SimulatedLane.Pipeline<M>> pipeline) {}

  SimulatedCrew(
      SimulatedBroker broker,
      Random random,
      SimulatedConditions conditions,
      SimulatedInstance.Surroundings surroundings) {
    this.broker = broker;
    this.random = random;
    this.conditions = conditions;
    this.surroundings = surroundings;
  }

  /** A hop, none of whose instances has started. */
  <M extends LaneMemory> void join(
      String name,
      List<SourcePartition> sources,
      int size,
      Supplier<SimulatedLane.Pipeline<M>> pipeline) {
    SimulatedGroup group = new SimulatedGroup(name, sources, conditions.eager());
    broker.join(group);
    teams.add(new Team<>(group, size, pipeline));
  }

  List<SimulatedInstance<?>> instances() {
    return List.copyOf(instances);
  }

  SimulatedInstance<?> any() {
    return instances.get(random.nextInt(instances.size()));
  }

  /** Starts one more with the transactional id of this. */
  void startAnother(SimulatedInstance<?> instance) {
    for (Team<?> team : teams) {
      if (team.group() == instance.group()) {
        start(team, instance.identity().transactionalId());
      }
    }
  }

  /** The first hop's input has one more partition. */
  void grow(SourcePartition source) {
    SimulatedGroup group = teams.get(0).group();
    group.grow(source);
    rebalance(group);
  }

  void rebalance() {
    teams.forEach(team -> rebalance(team.group()));
  }

  /** A group hands out its partitions anew. */
  void rebalance(SimulatedGroup group) {
    surroundings.say(group.name() + " rebalances");
    List<SimulatedInstance<?>> answering =
        instances.stream()
            .filter(instance -> instance.group() == group && instance.isAnswering())
            .toList();
    group.rebalance(answering, random);
  }

  /** Dead instances are replaced, with the id that they had or another. */
  void startMissing() {
    for (Team<?> team : teams) {
      List<SimulatedInstance<?>> dead =
          instances.stream()
              .filter(each -> each.group() == team.group() && each.isDead() && !each.isCommitting())
              .toList();
      instances.removeAll(dead);
      long living = instances.stream().filter(each -> each.group() == team.group()).count();
      List<String> free = freeIds(dead);
      for (long missing = team.size() - living; missing > 0; missing--) {
        boolean same = conditions.stableIds() && !free.isEmpty();
        start(team, same ? free.remove(0) : team.group().name() + "-" + started);
      }
      if (!dead.isEmpty() || living < team.size()) {
        rebalance(team.group());
      }
    }
  }

  /**
   * Ids of dead instances that no living one has: two of one id would fence each other for ever.
   */
  private List<String> freeIds(List<SimulatedInstance<?>> dead) {
    Set<String> free = new LinkedHashSet<>();
    dead.forEach(each -> free.add(each.identity().transactionalId()));
    instances.forEach(each -> free.remove(each.identity().transactionalId()));
    return new ArrayList<>(free);
  }

  private <M extends LaneMemory> void start(Team<M> team, String transactionalId) {
    String name = team.group().name() + "#" + started++;
    surroundings.say(name + " starts as " + transactionalId);
    instances.add(
        new SimulatedInstance<>(
            broker,
            team.group(),
            new SimulatedInstance.Identity(name, transactionalId),
            team.pipeline().get(),
            surroundings));
  }

  /** True if every partition has a lane that has committed all there is. */
  boolean isAtRest() {
    long wanted = teams.stream().mapToLong(team -> team.group().sources().size()).sum();
    long resting =
        instances.stream()
            .filter(SimulatedInstance::isAnswering)
            .flatMap(instance -> instance.lanes().stream())
            .filter(SimulatedLane::isAtRest)
            .count();
    return resting == wanted;
  }
}
