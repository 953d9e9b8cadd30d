package io.losswatch.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.losswatch.core.window.Series;
import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.PartialEntry;
import io.losswatch.schemas.RollingLoss;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Compares what a simulation has left behind with a model that keeps every sample. */
final class SimulationCheck {
  private final Simulation simulation;
  private final InlineInput input;
  private final Oracle oracle;
  private final List<NaiveSource> sources;
  private final AverageCheck averages;
  private final Map<String, Long> late = new HashMap<>();

  SimulationCheck(Simulation simulation, InlineInput input) {
    this.simulation = simulation;
    this.input = input;
    this.oracle = input.oracle();
    this.sources = input.sources();
    this.averages = new AverageCheck(oracle);
  }

  /** Samples that were too late, by series. */
  Map<String, Long> late() {
    return late;
  }

  void check() {
    for (int source = 0; source < sources.size(); source++) {
      checkRanges(source);
    }
    Set<String> placed = new HashSet<>();
    for (int partition = 0; partition < simulation.partials(); partition++) {
      model(partition, placed);
    }
    assertThat(placed).as("what is in partials").isEqualTo(accepted());
    assertThat(simulation.broker().deadLetters())
        .as("dead letters")
        .containsExactlyInAnyOrderElementsOf(
            sources.stream().flatMap(source -> source.letters().stream()).toList());
    checkWindows();
    if (!simulation.isCrowded()) {
      averages.check(simulation.broker().outputs());
      new LastCheck(simulation, input).check();
    }
  }

  /** Ranges of a source follow each other without a hole, and none comes twice in a partition. */
  private void checkRanges(int source) {
    TreeMap<Long, Long> ranges = new TreeMap<>();
    for (int partition = 0; partition < simulation.partials(); partition++) {
      List<PartialBatch> log = simulation.broker().partials(partition);
      Set<Long> seen = new HashSet<>();
      for (int i = 0; i < log.size(); i++) {
        PartialBatch batch = log.get(i);
        boolean isEmpty = batch.getFromOffset() == batch.getToOffset();
        if (batch.getSourcePartition() == source
            && !isEmpty
            && !simulation.isReplay(batch, partition, i)) {
          assertThat(seen.add(batch.getFromOffset())).as("once: %s", batch).isTrue();
          Long before = ranges.put(batch.getFromOffset(), batch.getToOffset());
          assertThat(before).as("%s", batch).isIn(null, batch.getToOffset());
        }
      }
    }
    long next = 0;
    for (Map.Entry<Long, Long> range : ranges.entrySet()) {
      assertThat(range.getKey()).as("ranges of source %s: %s", source, ranges).isEqualTo(next);
      next = range.getValue();
    }
    assertThat(next)
        .as("end of source %s", source)
        .isEqualTo(simulation.broker().log(Simulation.input(source)).end());
  }

  /** What of the committed records a monitor must count, and what is too late for it. */
  private Set<String> accepted() {
    Set<String> accepted = new HashSet<>();
    Oracle asked = new Oracle(SimulatedMonitors.MONITORS);
    for (NaiveSource source : sources) {
      assertThat(source.fates().keySet())
          .as("fates of a source")
          .hasSize(source.fates().lastKey().intValue() + 1);
      for (NaiveSource.Fate fate : source.fates().values()) {
        if (fate.isUnreadable()) {
          continue;
        }
        Set<String> seen = new HashSet<>();
        add(
            asked,
            fate,
            (placing, windowEnd) -> {
              boolean first = seen.add(placing.series());
              if (!fate.tooLateFor().contains(placing.monitor().name())) {
                accepted.add(fate.record().position() + " " + placing.series());
              } else if (first) {
                late.merge(placing.series(), (long) placing.samples(), Long::sum);
              }
              return false;
            });
      }
    }
    return accepted;
  }

  /** Counts, in the order of a partials log, each range in the windows that are not final. */
  private void model(int partition, Set<String> placed) {
    List<PartialBatch> log = simulation.broker().partials(partition);
    Map<Integer, Long> watermarks = new HashMap<>();
    long watermark = Long.MIN_VALUE;
    int roster = 0;
    for (int i = 0; i < log.size(); i++) {
      PartialBatch batch = log.get(i);
      if (watermarks.size() >= roster && roster > 0) {
        // it never runs back, whoever joins
        watermark =
            Math.max(watermark, watermarks.values().stream().min(Long::compare).orElseThrow());
      }
      if (!simulation.isReplay(batch, partition, i)) {
        model(batch, watermark, placed);
      }
      roster = Math.max(roster, batch.getSources().get(0).getPartitions());
      long heard = batch.getWatermark().toEpochMilli();
      if (batch.getChunk() + 1 == batch.getChunks() && heard != Long.MIN_VALUE) {
        watermarks.merge(batch.getSourcePartition(), heard, Math::max);
      }
    }
  }

  private void model(PartialBatch batch, long watermark, Set<String> placed) {
    Set<String> entries = new HashSet<>();
    for (PartialEntry entry : batch.getEntries()) {
      entries.add(entry.getSeries() + "@" + entry.getPaneStart().toEpochMilli());
    }
    for (NaiveSource.Fate fate :
        sources
            .get(batch.getSourcePartition())
            .fates()
            .subMap(batch.getFromOffset(), batch.getToOffset())
            .values()) {
      if (fate.isUnreadable() || entries.isEmpty()) {
        continue;
      }
      averages.take(fate, entries, watermark);
      Map<String, Integer> unplaced = new HashMap<>();
      add(
          oracle,
          fate,
          (placing, windowEnd) -> {
            if (fate.tooLateFor().contains(placing.monitor().name())
                || !entries.contains(
                    placing.series()
                        + "@"
                        + SimulatedMonitors.paneStart(placing.monitor(), placing.time()))) {
              return false;
            }
            if (placed.add(fate.record().position() + " " + placing.series())) {
              unplaced.put(placing.series(), placing.samples());
            }
            boolean isOpen =
                watermark < windowEnd + SimulatedMonitors.TIME.lateness().allowed().toMillis();
            if (isOpen) {
              unplaced.remove(placing.series());
            }
            return isOpen;
          });
      // of a partition that came later than the windows of its first records were final
      unplaced.forEach((series, samples) -> late.merge(series, (long) samples, Long::sum));
    }
  }

  private static void add(Oracle to, NaiveSource.Fate fate, Oracle.Acceptance acceptance) {
    to.add(fate.record().content().value().array(), fate.record().timestampMillis(), acceptance);
  }

  private void checkWindows() {
    Map<Oracle.WindowKey, RollingLoss> last = new HashMap<>();
    for (RollingLoss loss : simulation.broker().outputs()) {
      if (loss.getWindow().startsWith("last:") || loss.getWindow().startsWith("ewma:")) {
        continue; // checked apart
      }
      RollingLoss before = last.put(key(loss), loss);
      assertThat(loss.getRevision())
          .as("%s after %s", loss, before)
          .isEqualTo(before == null ? 0 : before.getRevision() + 1);
      assertThat(before != null && before.getIsFinal()).as("%s again", loss).isFalse();
    }
    if (simulation.isCrowded()) {
      checkTogether(last);
      return;
    }
    assertThat(last.keySet()).as("windows").containsAll(oracle.windows().keySet());
    Map<String, Long> lateSeen = new HashMap<>();
    last.forEach((key, loss) -> {
      check(key, loss);
      if (key.window().startsWith("tumbling")) {
        lateSeen.merge(key.series(), loss.getLateCount(), Long::sum);
      }
    });
    lateSeen.values().removeIf(count -> count == 0);
    assertThat(lateSeen).as("late samples").isEqualTo(late);
  }

  /** Whoever is among the others: the windows of all series of a monitor hold all samples. */
  private void checkTogether(Map<Oracle.WindowKey, RollingLoss> last) {
    Map<Oracle.WindowKey, Long> published = new HashMap<>();
    Map<Oracle.WindowKey, Double> sums = new HashMap<>();
    last.forEach((key, loss) -> {
      assertThat(loss.getIsFinal()).as("%s", loss).isTrue();
      published.merge(together(key), loss.getCount() + loss.getIgnored(), Long::sum);
      sums.merge(together(key), loss.getSum(), Double::sum);
    });
    Map<Oracle.WindowKey, Long> expected = new HashMap<>();
    Map<Oracle.WindowKey, Double> expectedSums = new HashMap<>();
    oracle
        .windows()
        .forEach((key, totals) -> {
          expected.merge(together(key), totals.count() + totals.ignored(), Long::sum);
          expectedSums.merge(together(key), totals.sum(), Double::sum);
        });
    published.values().removeIf(count -> count == 0);
    assertThat(published).as("samples of all series").isEqualTo(expected);
    expectedSums.forEach((key, sum) ->
        assertThat(sums.getOrDefault(key, 0.0))
            .as("%s", key)
            .isCloseTo(sum, within(1e-12 * Math.max(1, Math.abs(sum)))));
  }

  private static Oracle.WindowKey together(Oracle.WindowKey key) {
    return new Oracle.WindowKey(Series.parse(key.series()).monitor(), key.window(), key.end());
  }

  private void check(Oracle.WindowKey key, RollingLoss loss) {
    assertThat(loss.getIsFinal()).as("%s", loss).isTrue();
    Oracle.Totals totals = oracle.windows().getOrDefault(key, new Oracle.Totals());
    assertThat(loss.getCount()).as("%s", loss).isEqualTo(totals.count());
    assertThat(loss.getIgnored()).as("%s", loss).isEqualTo(totals.ignored());
    if (totals.count() > 0) {
      double tolerance = 1e-12 * Math.max(1, Math.abs(totals.mean()));
      assertThat(loss.getMean()).as("%s", loss).isCloseTo(totals.mean(), within(tolerance));
    }
    checkMetrics(totals.metrics(), loss);
  }

  /** Shares are exact; the rest is as precise as float probabilities, see ClassCompanionsTest. */
  private static void checkMetrics(NaiveMetrics naive, RollingLoss loss) {
    Map<String, Double> expected = naive.values(SimulatedMonitors.METRICS.k());
    assertThat(loss.getMetrics().keySet()).as("%s", loss).isEqualTo(expected.keySet());
    expected.forEach((metric, value) -> {
      double bound =
          switch (metric) {
            case "accuracy", "top_k" -> 0;
            case "ece" -> 1e-6 + 2 * naive.shareNearAnEdge();
            default -> 1e-6 * (1 + value * value);
          };
      assertThat(loss.getMetrics().get(metric)).as("%s", loss).isCloseTo(value, within(bound));
    });
  }

  private static Oracle.WindowKey key(RollingLoss loss) {
    String series =
        new Series(
                loss.getMonitor(),
                loss.getModel(),
                loss.getVersion(),
                new TreeMap<>(loss.getSlice()))
            .key();
    return new Oracle.WindowKey(series, loss.getWindow(), loss.getWindowEnd().toEpochMilli());
  }
}
