package io.losswatch.stream.fold;

import io.losswatch.stream.evaluate.MonitorPlan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The state partition of a lane of hop 2 as compaction leaves it: the last value of each key. */
final class StateTopic {
  private final Map<String, byte[]> values = new LinkedHashMap<>();

  void write(List<StateChange> changes) {
    for (StateChange change : changes) {
      byte[] value = change.value();
      if (value == null) {
        values.remove(change.key());
      } else {
        values.put(change.key(), value);
      }
    }
  }

  RollMemory restore(List<MonitorPlan> plans) {
    RollMemory memory = new RollMemory(plans);
    values.forEach(memory::restore);
    return memory;
  }

  List<String> keys() {
    return List.copyOf(values.keySet());
  }

  /** Keys of the parts of series. */
  List<String> seriesKeys() {
    return values.keySet().stream().filter(key -> key.startsWith("series:")).toList();
  }

  StateTopic copy() {
    StateTopic copy = new StateTopic();
    copy.values.putAll(values);
    return copy;
  }
}
