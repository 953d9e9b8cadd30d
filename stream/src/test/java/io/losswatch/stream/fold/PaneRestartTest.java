package io.losswatch.stream.fold;

import static io.losswatch.stream.fold.Folds.T0;
import static io.losswatch.stream.fold.Folds.TIME;
import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.core.window.LossSummary;
import io.losswatch.stream.consume.CommitGrid;
import io.losswatch.stream.consume.LaneFeed;
import io.losswatch.stream.consume.Portion.OffsetRange;
import io.losswatch.stream.evaluate.EvaluatedPortion;
import io.losswatch.stream.evaluate.MonitorPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Law: a lane that is cut off at any cut and restored goes on as if nothing had happened. */
class PaneRestartTest {
  private static final int SEEDS = 25;
  private static final int PORTIONS = 40;
  private static final List<MonitorPlan> PLANS =
      List.of(
          Folds.plan("fast", "tumbling:1s"),
          Folds.plan("slow", List.of(List.of("region")), "rolling:10s/5s"));

  /** What a run has told the world, however it was cut. */
  private static final class Told {
    private final Map<DeltaKey, LossSummary> sums = new LinkedHashMap<>();
    private final List<String> deadLetters = new ArrayList<>();
    private final List<OffsetRange> ranges = new ArrayList<>();
    private final Tally tally = new Tally();
    private long watermark = PaneMemory.SILENT;

    void hear(PaneDeltas cut) {
      cut.sums()
          .forEach(
              (key, delta) -> sums.computeIfAbsent(key, none -> new LossSummary()).merge(delta));
      cut.deadLetters()
          .forEach(each -> deadLetters.add(each.source().position() + " " + each.message()));
      tally.add(cut.tally());
      watermark = cut.cut().watermark();
      if (cut.cut().range().to() > cut.cut().range().from()) {
        ranges.add(cut.cut().range());
      }
    }

    Map<DeltaKey, List<Object>> sums() {
      Map<DeltaKey, List<Object>> exact = new LinkedHashMap<>();
      sums.forEach((key, summary) -> exact.put(key, exact(summary)));
      return exact;
    }

    /** All but the deviations, which are merged by quotients, and so not alike in other cuts. */
    private static List<Object> exact(LossSummary summary) {
      LossSummary.State state = summary.state();
      return List.of(
          state.mean().sum(),
          state.mean().weight(),
          state.counts(),
          state.moments().min(),
          state.moments().max(),
          state.moments().squaredWeights());
    }

    List<Object> numbers() {
      return List.of(
          tally.records(), tally.samples(), tally.late(), tally.skipped(), tally.refused());
    }
  }

  @Test
  void lane_restartedBehindAnyPortion_tellsTheSame() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      checkRestarts(seed, 0);
    }
  }

  @Test
  void lane_restartedAtAnyCutOfAnInterval_tellsTheSame() {
    for (long seed = 1001; seed <= 1000 + SEEDS; seed++) {
      checkRestarts(seed, 1000);
    }
  }

  private static void checkRestarts(long seed, long interval) {
    List<EvaluatedPortion> portions = portions(seed);
    Told whole = new Told();
    List<Integer> cuts = new ArrayList<>();
    run(portions, interval, -1, whole, cuts);
    assertThat(whole.deadLetters).as("seed %d has refused records", seed).isNotEmpty();
    for (int restart : cuts) {
      Told told = new Told();
      run(portions, interval, restart, told, new ArrayList<>());
      String where = "seed " + seed + " restarted behind portion " + restart;
      assertThat(told.sums()).as(where).isEqualTo(whole.sums());
      assertThat(told.deadLetters).as(where).isEqualTo(whole.deadLetters);
      assertThat(told.numbers()).as(where).isEqualTo(whole.numbers());
      assertThat(told.watermark).as(where).isEqualTo(whole.watermark);
      assertTiles(where, told.ranges, portions);
    }
  }

  /** Folds all portions, and restores the memory from what the cut behind one of them wrote. */
  private static void run(
      List<EvaluatedPortion> portions, long interval, int restart, Told told, List<Integer> cuts) {
    OpenDeltas open = open(new PaneMemory(), 0);
    for (int i = 0; i < portions.size(); i++) {
      @Nullable PaneDeltas cut = open.fold(portions.get(i), new CommitGrid(interval, 0));
      if (cut != null) {
        told.hear(cut);
        cuts.add(i);
      }
      if (i == restart && cut != null) {
        long next = cut.cut().range().to();
        PaneMemory restored = new PaneMemory();
        StateChange change = PaneMemory.position(next, cut.cut().watermark());
        restored.restore(change.key(), change.value());
        assertThat(restored.nextOffset()).hasValue(next);
        open = open(restored, next);
      }
    }
    told.hear(open.last());
  }

  private static OpenDeltas open(PaneMemory memory, long from) {
    LaneFeed feed = new LaneFeed(Tape.SOURCE.topic(), Tape.SOURCE.partition());
    return new OpenDeltas(feed.lane(), memory, from, new PaneClock(PLANS, TIME));
  }

  private static void assertTiles(
      String where, List<OffsetRange> ranges, List<EvaluatedPortion> portions) {
    long next = 0;
    for (OffsetRange range : ranges) {
      assertThat(range.from()).as(where).isEqualTo(next);
      next = range.to();
    }
    assertThat(next).as(where).isEqualTo(portions.get(portions.size() - 1).portion().range().to());
  }

  /**
   * Losses are whole numbers and few, so that sums are exact in whatever portions they are merged;
   * poison is never alone for long, since that span is not kept over a restart.
   */
  private static List<EvaluatedPortion> portions(long seed) {
    Random random = new Random(seed);
    Tape tape = new Tape(PLANS);
    List<EvaluatedPortion> portions = new ArrayList<>();
    long wallClock = T0;
    for (int i = 0; i < PORTIONS; i++) {
      wallClock += random.nextInt(2000);
      if (random.nextInt(4) == 0) {
        portions.add(random.nextBoolean() ? tape.idle(wallClock) : tape.polled(wallClock));
        continue;
      }
      for (int record = random.nextInt(4); record >= 0; record--) {
        put(tape, random, wallClock);
      }
      tape.batch(wallClock - 15_000, 1);
      portions.add(tape.polled(wallClock));
    }
    return portions;
  }

  private static void put(Tape tape, Random random, long wallClock) {
    tape.tagged(random.nextBoolean() ? Map.of() : Map.of("region", "r" + random.nextInt(2)));
    long time = wallClock - 10_000 + random.nextInt(10_000);
    switch (random.nextInt(8)) {
      case 0 -> tape.poison(wallClock);
      case 1 -> tape.batch(wallClock + 10_000_000, 1);
      case 2 -> tape.batch(time - 30_000, 2, 3);
      case 3 -> tape.unwanted(time);
      case 4 -> tape.empty(1 + random.nextInt(3));
      default -> tape.batch(time, random.nextInt(8), random.nextInt(8));
    }
  }
}
