package io.losswatch.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.losswatch.core.loss.Losses;
import io.losswatch.core.loss.Metrics;
import io.losswatch.core.window.Series;
import io.losswatch.core.window.Window;
import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.PartialEntry;
import io.losswatch.schemas.RollingLoss;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.evaluate.MonitorPlan;
import io.losswatch.stream.fold.PaneMemory;
import io.losswatch.stream.fold.RollMemory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Both hops with all their stages but the clients, over random traffic that lags, falls silent,
 * comes late or is poison, through lanes that die and come back, against a model that keeps every
 * sample.
 */
class TwoHopsTest {
  private static final int SEEDS = 200;
  private static final int PARTIALS = 2;
  private static final int SAMPLES = 1500;
  private static final Instant START = Instant.ofEpochMilli(1_700_000_000_000L);
  private static final Instant END = START.plusSeconds(90);
  private static final TimeSettings TIME =
      new TimeSettings(
          Duration.ofSeconds(2),
          Duration.ofSeconds(10),
          Duration.ofMinutes(5),
          new TimeSettings.Lateness(Duration.ofMillis(17_500), Duration.ofMillis(500)));
  private static final Metrics METRICS = Metrics.of(Metrics.known(), 3);
  private static final List<Monitor> MONITORS =
      List.of(
          monitor(
              "digits",
              "digits*",
              new Monitor.Measure(Losses.of("cross_entropy", Map.of()), METRICS),
              List.of("region"),
              "tumbling:10s",
              "rolling:20s/5s"),
          monitor(
              "errors",
              "diabetes",
              new Monitor.Measure(Losses.of("mse", Map.of()), Metrics.NONE),
              List.of(),
              "tumbling:4s"));
  private static final List<MonitorPlan> PLANS = MonitorPlan.of(MONITORS, TIME);

  private static Monitor monitor(
      String name, String model, Monitor.Measure measure, List<String> slice, String... windows) {
    return new Monitor(
        name,
        model,
        measure,
        List.of(windows).stream().map(Window::parse).toList(),
        slice.isEmpty() ? List.of() : List.of(slice));
  }

  @Test
  void windows_ofRandomTrafficThroughRestartedLanes_holdWhatTheModelHolds() {
    long early = 0;
    long late = 0;
    long revised = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      Run run = new Run(seed);
      run.play();
      early += run.broker.outputs().size();
      run.finish();
      run.check();
      late += run.late.size();
      revised += run.broker.outputs().stream().filter(loss -> loss.getRevision() > 1).count();
    }
    // the traffic is such that every rule is at work, and that silence does not hold up windows
    assertThat(List.of(early, late, revised)).allMatch(count -> count > SEEDS);
  }

  /** One seed. */
  private static final class Run {
    private final String name;
    private final Random random;
    private final SimulatedBroker broker = new SimulatedBroker();
    private final Oracle oracle = new Oracle(MONITORS);
    private final List<NaiveSource> sources = new ArrayList<>();
    private final List<SimulatedLane<PaneMemory>> evaluating = new ArrayList<>();
    private final List<SimulatedLane<RollMemory>> rolling = new ArrayList<>();
    private final Map<String, Long> late = new HashMap<>();
    private long wallClock = START.toEpochMilli();

    Run(long seed) {
      name = "seed " + seed;
      random = new Random(seed);
      for (int partition = 0; partition < Traffic.PARTITIONS; partition++) {
        NaiveSource source = new NaiveSource(oracle, TIME);
        sources.add(source);
        evaluating.add(
            new SimulatedLane<>(
                broker,
                input(partition),
                new SimulatedStages.Evaluate(PLANS, TIME, PARTIALS),
                source));
      }
      for (int partition = 0; partition < PARTIALS; partition++) {
        rolling.add(
            new SimulatedLane<>(
                broker,
                new SourcePartition(SimulatedBroker.PARTIALS, partition),
                new SimulatedStages.Roll(PLANS),
                SimulatedLane.Witness.NONE));
      }
    }

    void play() {
      int silent = random.nextInt(Traffic.PARTITIONS);
      for (Traffic.Sent sent : new Traffic(random.nextLong()).batches(SAMPLES, START, END)) {
        long time = sent.batch().getEventTime().toEpochMilli();
        wallClock = Math.max(wallClock, time + random.nextInt(500));
        if (sent.partition() != silent) {
          send(sent, time);
        }
        step();
      }
    }

    private void send(Traffic.Sent sent, long time) {
      byte[] value = sent.value();
      switch (random.nextInt(20)) {
        case 0 -> value = new byte[] {1, 2, 3};
        case 1 -> sent.batch().setEventTime(Instant.ofEpochMilli(time + 600_000));
        case 2, 3 ->
            sent.batch().setEventTime(Instant.ofEpochMilli(time - random.nextInt(120_000)));
        case 4, 5, 6, 7, 8 ->
            sent.batch().setEventTime(Instant.ofEpochMilli(time - random.nextInt(15_000)));
        case 9 -> sent.batch().setEventTime(null);
        default -> {}
      }
      value = value.length == 3 ? value : sent.value();
      broker.log(input(sent.partition())).add(new SimulatedBroker.Logged(value, time));
    }

    /** Something happens somewhere. */
    private void step() {
      for (int i = random.nextInt(8); i >= 0; i--) {
        turn(evaluating.get(random.nextInt(evaluating.size())));
        turn(rolling.get(random.nextInt(rolling.size())));
      }
    }

    private void turn(SimulatedLane<?> lane) {
      switch (random.nextInt(24)) {
        case 0 -> lane.crash();
        case 1 -> lane.revoke();
        case 2, 3, 4, 5 -> lane.commit();
        default ->
            lane.poll(1 + random.nextInt(4), wallClock - random.nextInt(50), random.nextBoolean());
      }
    }

    /** All that is left is read, and the watermark passes every window. */
    private void finish() {
      Instant end = END.plusSeconds(3600);
      wallClock = end.toEpochMilli();
      for (int partition = 0; partition < Traffic.PARTITIONS; partition++) {
        broker
            .log(input(partition))
            .add(new SimulatedBroker.Logged(Traffic.closing(partition, end).value(), wallClock));
      }
      evaluating.forEach(this::drain);
      rolling.forEach(this::drain);
    }

    private void drain(SimulatedLane<?> lane) {
      while (!lane.isAtEnd()) {
        lane.poll(1 + random.nextInt(8), wallClock, false);
        if (random.nextInt(6) == 0) {
          lane.crash();
        }
        if (random.nextInt(3) == 0) {
          lane.commit();
        }
      }
      lane.revoke();
    }

    void check() {
      Set<String> placed = new HashSet<>();
      for (int partition = 0; partition < PARTIALS; partition++) {
        model(broker.partials(partition), placed);
      }
      assertThat(placed).as(name).isEqualTo(accepted());
      assertThat(broker.deadLetters())
          .as(name)
          .isEqualTo(
              (int)
                  sources.stream()
                      .flatMap(source -> source.fates().values().stream())
                      .filter(NaiveSource.Fate::deadLettered)
                      .count());
      checkWindows();
    }

    /** What of the committed records a monitor must count, and what is too late for it. */
    private Set<String> accepted() {
      Set<String> accepted = new HashSet<>();
      for (NaiveSource source : sources) {
        assertThat(source.fates().keySet())
            .as(name)
            .hasSize(source.fates().lastKey().intValue() + 1);
        for (NaiveSource.Fate fate : source.fates().values()) {
          if (isUnreadable(fate)) {
            continue;
          }
          Set<String> seen = new HashSet<>();
          add(
              new Oracle(MONITORS),
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

    private static boolean isUnreadable(NaiveSource.Fate fate) {
      return fate.deadLettered() && fate.tooLateFor().isEmpty();
    }

    /** Counts, in the order of a partials log, each range in the windows that are not final. */
    private void model(List<PartialBatch> log, Set<String> placed) {
      Map<Integer, Long> watermarks = new HashMap<>();
      for (PartialBatch batch : log) {
        long watermark =
            watermarks.size() < Traffic.PARTITIONS
                ? Long.MIN_VALUE
                : watermarks.values().stream().mapToLong(Long::longValue).min().orElseThrow();
        model(batch, watermark, placed);
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
        if (isUnreadable(fate) || entries.isEmpty()) {
          continue;
        }
        add(
            oracle,
            fate,
            (placing, windowEnd) -> {
              if (fate.tooLateFor().contains(placing.monitor().name())
                  || !entries.contains(placing.series() + "@" + pane(placing))) {
                return false;
              }
              placed.add(fate.record().position() + " " + placing.series());
              return watermark < windowEnd + TIME.lateness().allowed().toMillis();
            });
      }
    }

    private static void add(Oracle to, NaiveSource.Fate fate, Oracle.Acceptance acceptance) {
      to.add(fate.record().content().value().array(), fate.record().timestampMillis(), acceptance);
    }

    private static long pane(Oracle.Placing placing) {
      long width = placing.monitor().name().equals("digits") ? 5000 : 4000;
      return placing.time() - Math.floorMod(placing.time(), width);
    }

    private void checkWindows() {
      Map<Oracle.WindowKey, RollingLoss> last = new HashMap<>();
      for (RollingLoss loss : broker.outputs()) {
        RollingLoss before = last.put(key(loss), loss);
        assertThat(loss.getRevision())
            .as("%s %s after %s", name, loss, before)
            .isEqualTo(before == null ? 0 : before.getRevision() + 1);
        assertThat(before != null && before.getIsFinal()).as("%s %s again", name, loss).isFalse();
      }
      assertThat(last.keySet()).as(name).containsAll(oracle.windows().keySet());
      Map<String, Long> lateSeen = new HashMap<>();
      last.forEach((key, loss) -> {
        check(key, loss);
        if (key.window().startsWith("tumbling")) {
          lateSeen.merge(key.series(), loss.getLateCount(), Long::sum);
        }
      });
      lateSeen.values().removeIf(count -> count == 0);
      assertThat(lateSeen).as("%s late", name).isEqualTo(late);
    }

    private void check(Oracle.WindowKey key, RollingLoss loss) {
      String what = name + " " + loss;
      assertThat(loss.getIsFinal()).as(what).isTrue();
      Oracle.Totals totals = oracle.windows().getOrDefault(key, new Oracle.Totals());
      assertThat(loss.getCount()).as(what).isEqualTo(totals.count());
      assertThat(loss.getIgnored()).as(what).isEqualTo(totals.ignored());
      if (totals.count() > 0) {
        double tolerance = 1e-12 * Math.max(1, Math.abs(totals.mean()));
        assertThat(loss.getMean()).as(what).isCloseTo(totals.mean(), within(tolerance));
      }
      checkMetrics(what, totals.metrics(), loss);
    }

    /** Shares are exact; the rest is as precise as float probabilities, see ClassCompanionsTest. */
    private static void checkMetrics(String what, NaiveMetrics naive, RollingLoss loss) {
      Map<String, Double> expected = naive.values(METRICS.k());
      assertThat(loss.getMetrics().keySet()).as(what).isEqualTo(expected.keySet());
      expected.forEach((metric, value) -> {
        double bound =
            switch (metric) {
              case "accuracy", "top_k" -> 0;
              case "ece" -> 1e-6 + 2 * naive.shareNearAnEdge();
              default -> 1e-6 * (1 + value * value);
            };
        assertThat(loss.getMetrics().get(metric)).as(what).isCloseTo(value, within(bound));
      });
    }
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

  private static SourcePartition input(int partition) {
    return new SourcePartition(SimulatedBroker.PREDICTIONS, partition);
  }
}
