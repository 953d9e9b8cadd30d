package io.losswatch.stream.fold;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is known under an id of a model, in the order in which it came. Mutable; owned by one lane.
 */
final class IdIndex<T> {
  private final Map<Id, List<T>> members = new HashMap<>();

  private record Id(String model, String id) {}

  void add(String model, String id, T member) {
    members.computeIfAbsent(new Id(model, id), none -> new ArrayList<>(1)).add(member);
  }

  void remove(String model, String id, T member) {
    members.computeIfPresent(
        new Id(model, id),
        (key, known) -> {
          known.remove(member);
          return known.isEmpty() ? null : known;
        });
  }

  /** A view, empty if nothing is known. */
  List<T> of(String model, String id) {
    return members.getOrDefault(new Id(model, id), List.of());
  }
}
