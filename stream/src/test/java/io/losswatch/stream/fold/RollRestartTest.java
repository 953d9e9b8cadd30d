package io.losswatch.stream.fold;

import static io.losswatch.stream.fold.Folds.T0;
import static io.losswatch.stream.fold.PartialsTape.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.core.window.LossSummary;
import io.losswatch.core.window.WindowResult;
import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.PartialEntry;
import io.losswatch.stream.consume.CommitGrid;
import io.losswatch.stream.consume.LaneFeed;
import io.losswatch.stream.decode.DecodedPortion;
import io.losswatch.stream.evaluate.MonitorPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Law: hop 2, restored at any cut from the compacted changes, publishes the same bit by bit. */
class RollRestartTest {
  private static final int SEEDS = 10;
  private static final int PORTIONS = 20;
  private static final int SOURCES = 3;
  private static final int ROOM_FOR_ALL = 1000;
  private static final MonitorPlan LAST =
      Folds.plan("last", "last:6/4", "last:9/3", "rolling:3s/1s");
  private static final List<MonitorPlan> PLANS =
      List.of(
          Folds.plan("rolling", "rolling:4s/1s", "tumbling:5s"),
          Folds.plan("tumbling", "tumbling:2s"),
          Folds.plan("long", "rolling:50s/1s"),
          Folds.plan("ewma", "ewma:8s", "rolling:3s/1s", "ewma:800ms"),
          LAST);

  private int maxSeries = ROOM_FOR_ALL;

  /**
   * A publication.
   *
   * @param result with its window, revision and finality
   * @param sums all of them
   * @param watermark that made it due
   */
  private record Published(String result, LossSummary.State sums, long watermark) {
    static Published of(RolledWindow window) {
      WindowResult result = window.result();
      String text =
          "%s %s r%d %s"
              .formatted(result.window(), result.bounds(), result.revision(), result.isFinal());
      return new Published(text, result.summary().state(), window.watermark());
    }
  }

  /** What a run has published, by series and in order. */
  private static final class Told {
    private final Map<String, List<Published>> bySeries = new LinkedHashMap<>();
    private final Tally tally = new Tally();

    void hear(RolledPortion cut) {
      for (RolledWindow window : cut.windows()) {
        bySeries
            .computeIfAbsent(window.series(), none -> new ArrayList<>())
            .add(Published.of(window));
      }
      tally.add(cut.account().tally());
    }
  }

  @Test
  void lane_restartedBehindAnyPortion_publishesTheSame() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      checkRestarts(seed, 0);
    }
  }

  @Test
  void lane_restartedAtAnyCutOfAnInterval_publishesTheSame() {
    for (long seed = 1001; seed <= 1000 + SEEDS; seed++) {
      checkRestarts(seed, 400);
    }
  }

  @Test
  void lane_restartedAtEveryCut_publishesTheSame() {
    for (long seed = 2001; seed <= 2000 + SEEDS; seed++) {
      List<DecodedPortion<PartialBatch>> portions = portions(seed);
      Told whole = new Told();
      run(portions, 0, -1, whole, new ArrayList<>());
      Told told = new Told();
      run(portions, 0, Integer.MAX_VALUE, told, new ArrayList<>());
      assertThat(told.bySeries).as("seed %d", seed).isEqualTo(whole.bySeries);
    }
  }

  @Test
  void lane_withoutRoomForAllSeries_restartedBehindAnyPortion_publishesTheSame() {
    maxSeries = 4;
    long overflow = 0;
    for (long seed = 3001; seed <= 3000 + SEEDS; seed++) {
      overflow += checkRestarts(seed, 400).tally.overflowSamples();
    }
    assertThat(overflow).as("samples that there was no room for").isPositive();
  }

  /** Who is admitted is a matter of the log: when a lane happens to cut changes nothing. */
  @Test
  void lane_withoutRoomForAllSeries_cutMoreOften_publishesTheSame() {
    maxSeries = 4;
    for (long seed = 4001; seed <= 4000 + SEEDS; seed++) {
      List<DecodedPortion<PartialBatch>> portions = portions(seed);
      Told often = new Told();
      run(portions, 0, Integer.MAX_VALUE, often, new ArrayList<>());
      Told seldom = new Told();
      run(portions, 100_000, -1, seldom, new ArrayList<>());
      assertThat(often.bySeries).as("seed %d", seed).isEqualTo(seldom.bySeries);
      assertThat(often.tally.overflowDeltas()).isEqualTo(seldom.tally.overflowDeltas());
      assertThat(often.tally.closings()).isEqualTo(seldom.tally.closings());
      assertThat(often.tally.revisions()).isEqualTo(seldom.tally.revisions());
    }
  }

  private Told checkRestarts(long seed, long interval) {
    List<DecodedPortion<PartialBatch>> portions = portions(seed);
    Told whole = new Told();
    List<Integer> cuts = new ArrayList<>();
    run(portions, interval, -1, whole, cuts);
    assertThat(whole.bySeries).as("seed %d publishes", seed).isNotEmpty();
    for (int restart : cuts) {
      Told told = new Told();
      run(portions, interval, restart, told, new ArrayList<>());
      assertThat(told.bySeries)
          .as("seed %d restarted behind portion %d", seed, restart)
          .isEqualTo(whole.bySeries);
      assertThat(told.tally.repeated()).isEqualTo(whole.tally.repeated());
      assertThat(told.tally.overflowDeltas()).isEqualTo(whole.tally.overflowDeltas());
    }
    return whole;
  }

  /** Folds all portions; the memory is restored behind one of them, or behind every one. */
  private void run(
      List<DecodedPortion<PartialBatch>> portions,
      long interval,
      int restart,
      Told told,
      List<Integer> cuts) {
    StateTopic state = new StateTopic();
    OpenWindows open = open(new RollMemory(PLANS), 0);
    for (int i = 0; i < portions.size(); i++) {
      List<RolledPortion> folded = open.fold(portions.get(i), new CommitGrid(interval, 0));
      if (folded.isEmpty()) {
        continue;
      }
      for (RolledPortion each : folded) {
        told.hear(each);
        state.write(each.changes());
      }
      RolledPortion cut = folded.get(folded.size() - 1);
      cuts.add(i);
      if (i == restart || restart == Integer.MAX_VALUE) {
        RollMemory restored = state.restore(PLANS);
        assertThat(restored.nextOffset()).hasValue(cut.cut().nextOffset());
        open = open(restored, cut.cut().nextOffset());
      }
    }
    open.last().forEach(told::hear);
  }

  private OpenWindows open(RollMemory memory, long from) {
    return new OpenWindows(
        new LaneFeed("partials", 1).lane(), memory, from, maxSeries, OpenWindows.MAX_WINDOWS);
  }

  /** Sources run at their own pace, in ranges of one to three chunks, and some come again. */
  private static List<DecodedPortion<PartialBatch>> portions(long seed) {
    Random random = new Random(seed);
    PartialsTape tape = new PartialsTape(SOURCES);
    long[] offsets = new long[SOURCES];
    long[] watermarks = {T0, T0, T0};
    List<DecodedPortion<PartialBatch>> portions = new ArrayList<>();
    for (int i = 0; i < PORTIONS; i++) {
      for (int batch = random.nextInt(4); batch >= 0; batch--) {
        int source = random.nextInt(SOURCES);
        long from = offsets[source];
        offsets[source] += random.nextInt(5);
        watermarks[source] += random.nextInt(2) * random.nextInt(3000);
        int chunks = 1 + random.nextInt(3);
        for (int chunk = 0; chunk < chunks; chunk++) {
          PartialEntry[] entries =
              offsets[source] == from ? new PartialEntry[0] : entries(random, watermarks[source]);
          for (int told = entries.length; told > 0; told--) {
            tape.samples(
                LAST, "model-" + random.nextInt(2), watermarks[source], random.nextGaussian(), 1);
          }
          tape.chunk(source, from, offsets[source], chunk, chunks, watermarks[source], entries);
          if (random.nextInt(10) == 0) {
            portions.add(tape.polled(T0 + i * 100L));
          }
        }
        if (random.nextInt(8) == 0 && from > 0) {
          tape.range(source, from - 1, from, watermarks[source], entries(random, T0));
        }
      }
      portions.add(tape.polled(T0 + i * 100L));
    }
    for (int source = 0; source < SOURCES; source++) {
      tape.range(source, offsets[source], offsets[source] + 1, T0 + 600_000);
    }
    portions.add(tape.polled(T0 + 100_000));
    return portions;
  }

  private static PartialEntry[] entries(Random random, long watermark) {
    PartialEntry[] entries = new PartialEntry[random.nextInt(4)];
    for (int i = 0; i < entries.length; i++) {
      MonitorPlan plan = PLANS.get(random.nextInt(PLANS.size()));
      long time = watermark + 4000 - random.nextInt(14_000);
      entries[i] =
          entry(
              plan,
              "model-" + random.nextInt(3),
              plan.windows().paneStartMillis(time),
              random.nextGaussian(),
              random.nextDouble() * 1e9);
    }
    return entries;
  }
}
