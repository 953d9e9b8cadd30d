package io.losswatch.stream;

import io.losswatch.stream.consume.SourcePartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;

/**
 * A group's coordinator. It hands each partition to one of the members that answer; who does not
 * answer is a member no more, but does not know it.
 */
final class SimulatedGroup {
  private final String name;
  private final List<SourcePartition> sources;
  private final boolean eager;
  private final Map<SourcePartition, SimulatedInstance<?>> owners = new HashMap<>();
  private final Set<String> members = new HashSet<>();
  private int generation;
  private boolean rebalancing;

  /**
   * A group without members.
   *
   * @param name of it
   * @param sources its partitions
   * @param eager true: a rebalance takes every partition away; false: only those that move
   */
  SimulatedGroup(String name, List<SourcePartition> sources, boolean eager) {
    this.name = name;
    this.sources = new ArrayList<>(sources);
    this.eager = eager;
  }

  String name() {
    return name;
  }

  List<SourcePartition> sources() {
    return List.copyOf(sources);
  }

  /** There is one more partition, which the next rebalance hands out. */
  void grow(SourcePartition source) {
    sources.add(source);
  }

  boolean accepts(ConsumerGroupMetadata member) {
    return member.generationId() == generation && members.contains(member.memberId());
  }

  boolean hasMember(String member) {
    return members.contains(member);
  }

  /**
   * Hands out all partitions anew.
   *
   * @return false if that is already under way
   */
  boolean rebalance(List<? extends SimulatedInstance<?>> answering, Random random) {
    if (rebalancing || answering.isEmpty()) {
      return false;
    }
    rebalancing = true;
    Map<SourcePartition, SimulatedInstance<?>> next = new HashMap<>();
    sources.forEach(source -> next.put(source, answering.get(random.nextInt(answering.size()))));
    for (SimulatedInstance<?> member : answering) {
      member.enter();
      member.revoke(sources.stream().filter(source -> leaves(source, member, next)).toList());
    }
    generation++;
    members.clear();
    for (SimulatedInstance<?> member : answering) {
      if (member.isAnswering()) {
        members.add(member.name());
        member.invite(generation, gains(member, next));
      }
    }
    next.values().removeIf(member -> !members.contains(member.name()));
    owners.clear();
    owners.putAll(next);
    rebalancing = false;
    return true;
  }

  private boolean leaves(
      SourcePartition source,
      SimulatedInstance<?> member,
      Map<SourcePartition, SimulatedInstance<?>> next) {
    return owners.get(source) == member && (eager || next.get(source) != member);
  }

  private List<SourcePartition> gains(
      SimulatedInstance<?> member, Map<SourcePartition, SimulatedInstance<?>> next) {
    List<SourcePartition> gains = new ArrayList<>();
    for (SourcePartition source : sources) {
      if (next.get(source) == member && (eager || owners.get(source) != member)) {
        gains.add(source);
      }
    }
    return gains;
  }
}
