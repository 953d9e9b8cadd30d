package io.losswatch.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.loss.LossBuffer;
import io.losswatch.core.window.Last;
import io.losswatch.core.window.Series;
import io.losswatch.core.window.Window;
import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.RollingLoss;
import io.losswatch.schemas.codec.LogitBatchReader;
import io.losswatch.schemas.codec.WriterSchemas;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Compares the windows of the last samples that a simulation has published with all samples that
 * its sources held, one after the other in the order of the ranges in the partials' log. Of the
 * samples that the hops told each other it knows nothing.
 */
final class LastCheck {
  private static final LogitBatchReader READER = new LogitBatchReader(WriterSchemas.builtIn());

  private final Simulation simulation;
  private final Oracle oracle;
  private final LossBuffer losses = new LossBuffer();
  private final List<NaiveSource> sources;

  /** Of a series, in the order in which they came. */
  private final Map<String, List<Sample>> samples = new LinkedHashMap<>();

  private record Sample(double loss, long time) {}

  private record Seen(double mean, long count, long start, long end) {}

  LastCheck(Simulation simulation, InlineInput input) {
    this.simulation = simulation;
    this.oracle = input.oracle();
    this.sources = input.sources();
  }

  void check() {
    for (int partition = 0; partition < simulation.partials(); partition++) {
      read(partition);
    }
    Map<String, List<Seen>> published = new HashMap<>();
    for (RollingLoss loss : simulation.broker().outputs()) {
      if (loss.getWindow().startsWith("last:")) {
        assertThat(loss.getIsFinal() && loss.getRevision() == 0).as("%s", loss).isTrue();
        published
            .computeIfAbsent(series(loss) + " " + loss.getWindow(), none -> new ArrayList<>())
            .add(
                new Seen(
                    loss.getMean(),
                    loss.getCount(),
                    loss.getWindowStart().toEpochMilli(),
                    loss.getWindowEnd().toEpochMilli()));
      }
    }
    Map<String, List<Seen>> expected = expected();
    assertThat(published.keySet()).isEqualTo(expected.keySet());
    expected.forEach((of, windows) -> compare(of, published.getOrDefault(of, List.of()), windows));
  }

  private static void compare(String of, List<Seen> actual, List<Seen> expected) {
    assertThat(actual).as(of).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      Seen seen = actual.get(i);
      Seen wanted = expected.get(i);
      assertThat(seen.mean()).as("%s, %d", of, i).isCloseTo(wanted.mean(), within(1e-12));
      assertThat(List.of(seen.count(), seen.start(), seen.end()))
          .as("%s, %d", of, i)
          .isEqualTo(List.of(wanted.count(), wanted.start(), wanted.end()));
    }
  }

  private void read(int partition) {
    List<PartialBatch> log = simulation.broker().partials(partition);
    for (int i = 0; i < log.size(); i++) {
      PartialBatch batch = log.get(i);
      if (!simulation.isReplay(batch, partition, i) && !batch.getEntries().isEmpty()) {
        sources
            .get(batch.getSourcePartition())
            .fates()
            .subMap(batch.getFromOffset(), batch.getToOffset())
            .values()
            .forEach(fate -> take(fate, batch));
      }
    }
  }

  private void take(NaiveSource.Fate fate, PartialBatch batch) {
    if (fate.isUnreadable()) {
      return;
    }
    byte[] value = NaiveSource.bytes(fate.record());
    Batch read = READER.read(value, 0, value.length);
    long time = read.header().eventTimeMillis().orElse(fate.record().timestampMillis());
    for (Monitor monitor : oracle.wanting(read.header().model())) {
      monitor.loss().samples(read, losses);
      for (String series : Oracle.series(monitor, read)) {
        // a series lives on one partition: there all of its records have entries
        if (batch.getEntries().stream().anyMatch(entry -> entry.getSeries().equals(series))) {
          List<Sample> of = samples.computeIfAbsent(series, none -> new ArrayList<>());
          for (int row = 0; row < losses.size(); row++) {
            if (!losses.isIgnored(row)) {
              of.add(new Sample(losses.losses()[row], time));
            }
          }
        }
      }
    }
  }

  private Map<String, List<Seen>> expected() {
    Map<String, List<Seen>> expected = new HashMap<>();
    for (Monitor monitor : SimulatedMonitors.MONITORS) {
      for (Window window : monitor.windows()) {
        if (window instanceof Last last) {
          samples.forEach((series, of) -> {
            if (Series.parse(series).monitor().equals(monitor.name())
                && of.size() >= last.every()) {
              expected.put(series + " " + last, windows(last, of));
            }
          });
        }
      }
    }
    return expected;
  }

  private static List<Seen> windows(Last last, List<Sample> all) {
    List<Seen> windows = new ArrayList<>();
    for (int end = last.every(); end <= all.size(); end += last.every()) {
      List<Sample> of = all.subList(Math.max(0, end - last.samples()), end);
      windows.add(
          new Seen(
              of.stream().mapToDouble(Sample::loss).average().orElseThrow(),
              of.size(),
              of.stream().mapToLong(Sample::time).min().orElseThrow(),
              of.stream().mapToLong(Sample::time).max().orElseThrow() + 1));
    }
    return windows;
  }

  private static String series(RollingLoss loss) {
    return new Series(
            loss.getMonitor(), loss.getModel(), loss.getVersion(), new TreeMap<>(loss.getSlice()))
        .key();
  }
}
