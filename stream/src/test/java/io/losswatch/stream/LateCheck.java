package io.losswatch.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.RollingLoss;
import io.losswatch.stream.consume.SourcePartition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Compares what a simulation with labels that come later has left behind with the naive joins of
 * all of its lanes.
 */
final class LateCheck {
  private final Simulation simulation;
  private final LateInput input;
  private long late;

  LateCheck(Simulation simulation, LateInput input) {
    this.simulation = simulation;
    this.input = input;
  }

  /** Samples that were too late. */
  long late() {
    return late;
  }

  void check() {
    for (int source = 0; source < simulation.inputs(); source++) {
      checkRanges(Simulation.input(source));
      checkRanges(LateInput.labels(source));
      checkLane(source);
      checkState(source);
    }
    checkWindows();
  }

  /** Ranges of a source follow each other without a hole, and none comes twice in a partition. */
  private void checkRanges(SourcePartition source) {
    TreeMap<Long, Long> ranges = new TreeMap<>();
    for (int partition = 0; partition < simulation.partials(); partition++) {
      long heard = -1;
      for (PartialBatch batch : simulation.broker().partials(partition)) {
        boolean isEmpty = batch.getFromOffset() == batch.getToOffset();
        if (!isEmpty
            && batch.getSourceTopic().equals(source.topic())
            && batch.getSourcePartition() == source.partition()) {
          assertThat(batch.getFromOffset()).as("once: %s", batch).isGreaterThanOrEqualTo(heard);
          heard = batch.getToOffset();
          Long before = ranges.put(batch.getFromOffset(), batch.getToOffset());
          assertThat(before).as("%s", batch).isIn(null, batch.getToOffset());
        }
      }
    }
    long next = 0;
    for (Map.Entry<Long, Long> range : ranges.entrySet()) {
      assertThat(range.getKey()).as("ranges of %s: %s", source, ranges).isEqualTo(next);
      next = range.getValue();
    }
    assertThat(next).as("end of %s", source).isEqualTo(simulation.broker().log(source).end());
  }

  private void checkLane(int source) {
    NaiveLane lane = input.lanes().get(source);
    assertThat(lane.order()).as("committed of lane %s", source).doesNotHaveDuplicates();
    assertThat(lane.counts())
        .as("lane %s: waiting, joined, expired, evicted, duplicate labels, batches", source)
        .isEqualTo(lane.join().fates().counts());
    String own = "too-late " + Simulation.input(source) + "@";
    assertThat(simulation.broker().deadLetters().stream().filter(each -> each.startsWith(own)))
        .as("dead letters of source %s", source)
        .hasSize((int) lane.join().fates().deadLetters());
  }

  /** All that waited has an end now, and is not kept for ever. */
  private void checkState(int source) {
    SimulatedLog state = simulation.broker().state(Simulation.input(source));
    Set<String> kept = new TreeSet<>();
    for (int offset = 0; offset < state.stableEnd(); offset++) {
      SimulatedLog.Entry entry = state.read(offset);
      if (entry != null && entry.key() != null) {
        String key = new String(entry.key(), StandardCharsets.UTF_8);
        if (entry.value() == null) {
          kept.remove(key);
        } else {
          kept.add(key);
        }
      }
    }
    assertThat(kept).as("state of source %s", source).containsExactly("labels", "position");
  }

  private void checkWindows() {
    Map<String, RollingLoss> last = new HashMap<>();
    for (RollingLoss loss : simulation.broker().outputs()) {
      RollingLoss before = last.put(key(loss), loss);
      assertThat(loss.getRevision())
          .as("%s after %s", loss, before)
          .isEqualTo(before == null ? 0 : before.getRevision() + 1);
      assertThat(before != null && before.getIsFinal()).as("%s again", loss).isFalse();
      if (!simulation.isCrowded()) {
        // a series that gets a place between a prediction and its label takes back what the others
        // have counted; together they are right
        assertThat(loss.getUnlabeledCount()).as("%s", loss).isNotNegative();
      }
    }
    if (simulation.isCrowded()) {
      checkTogether(last.values());
      return;
    }
    Map<String, Held> expected = new HashMap<>();
    for (NaiveLane lane : input.lanes()) {
      lane.join()
          .sums()
          .forEach((key, numbers) -> {
            Held held = expected.computeIfAbsent(key, none -> new Held());
            held.add(numbers);
          });
    }
    assertThat(last.keySet()).as("windows").containsAll(expected.keySet());
    last.forEach((key, loss) -> check(loss, expected.getOrDefault(key, new Held())));
  }

  /** Whoever is among the others: the windows of all series of a monitor hold all samples. */
  private void checkTogether(Collection<RollingLoss> published) {
    Map<String, List<Double>> actual = new HashMap<>();
    for (RollingLoss loss : published) {
      assertThat(loss.getIsFinal()).as("%s", loss).isTrue();
      add(
          actual,
          loss.getMonitor() + "@" + loss.getWindowStart().toEpochMilli(),
          List.of(loss.getCount(), loss.getSum(), loss.getUnlabeledCount(), loss.getLateCount()));
    }
    Map<String, List<Double>> expected = new HashMap<>();
    for (NaiveLane lane : input.lanes()) {
      lane.join()
          .sums()
          .forEach((key, numbers) ->
              add(
                  expected,
                  key.substring(0, key.indexOf('/')) + key.substring(key.indexOf('@')),
                  numbers.subList(0, 4)));
    }
    actual.values().removeIf(numbers -> numbers.stream().allMatch(each -> each == 0));
    expected.values().removeIf(numbers -> numbers.stream().allMatch(each -> each == 0));
    assertThat(actual).as("count, sum, unlabeled, late of all series").isEqualTo(expected);
  }

  /** All are whole numbers. */
  private static void add(Map<String, List<Double>> to, String key, List<?> numbers) {
    List<Double> sums = new ArrayList<>(to.getOrDefault(key, List.of(0.0, 0.0, 0.0, 0.0)));
    for (int i = 0; i < sums.size(); i++) {
      sums.set(i, sums.get(i) + ((Number) numbers.get(i)).doubleValue());
    }
    to.put(key, sums);
  }

  private void check(RollingLoss loss, Held held) {
    late += held.counts.get(2);
    assertThat(loss.getIsFinal()).as("%s", loss).isTrue();
    assertThat(List.of(loss.getCount(), loss.getUnlabeledCount(), loss.getLateCount()))
        .as("count, unlabeled, late of %s", loss)
        .isEqualTo(held.counts.subList(0, 3));
    // whole numbers
    assertThat(loss.getSum()).as("sum of %s", loss).isEqualTo(held.sum);
    long later = held.counts.get(3);
    assertThat(loss.getLabelLatencyMean() != null).as("latency of %s", loss).isEqualTo(later > 0);
    if (later > 0) {
      double mean = held.counts.get(4) / 1e3 / later;
      double tolerance = 1e-12 * Math.max(1, Math.abs(mean));
      assertThat(loss.getLabelLatencyMean()).as("%s", loss).isCloseTo(mean, within(tolerance));
      assertThat(loss.getLabelLatencyMax()).as("%s", loss).isEqualTo(held.latencyMax / 1e3);
    }
    if (loss.getCount() > 0) {
      double mean = held.sum / loss.getCount();
      assertThat(loss.getMean()).as("%s", loss).isCloseTo(mean, within(1e-12 * Math.max(1, mean)));
    }
  }

  private static String key(RollingLoss loss) {
    String slice = loss.getSlice().isEmpty() ? "" : loss.getSlice().toString();
    return loss.getMonitor()
        + "/"
        + loss.getVersion()
        + slice
        + "@"
        + loss.getWindowStart().toEpochMilli();
  }

  /** Of all lanes together. */
  private static final class Held {
    /** Samples, without label, late, labelled later, sum of their latencies. */
    private final List<Long> counts = new ArrayList<>(List.of(0L, 0L, 0L, 0L, 0L));

    private double sum;
    private long latencyMax = Long.MIN_VALUE;

    /** Adds what {@link io.losswatch.stream.fold.NaiveJoin#sums} says of a lane. */
    void add(List<Object> numbers) {
      add(0, numbers.get(0));
      sum += (double) numbers.get(1);
      add(1, numbers.get(2));
      add(2, numbers.get(3));
      add(3, numbers.get(4));
      add(4, numbers.get(5));
      if ((long) numbers.get(4) > 0) {
        latencyMax = Math.max(latencyMax, (long) numbers.get(6));
      }
    }

    private void add(int place, Object number) {
      counts.set(place, counts.get(place) + (long) number);
    }
  }
}
