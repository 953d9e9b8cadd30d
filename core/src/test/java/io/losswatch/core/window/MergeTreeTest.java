package io.losswatch.core.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Windows of many panes, whose sums are kept by ranges. */
class MergeTreeTest {
  private static final long WIDTH = 10;
  private static final int STEPS = 500;

  static LongStream seeds() {
    return LongStream.range(0, 20);
  }

  private static LossSummary delta(Random random) {
    LossSummary delta = new LossSummary();
    for (int count = random.nextInt(3); count > 0; count--) {
      delta.add(random.nextGaussian(), random.nextDouble());
    }
    delta.addUnlabeled(delta.isEmpty() ? random.nextInt(3) - 1 : 0);
    return delta;
  }

  /** The same panes, of which nothing was ever asked. */
  private static Panes untouched(Panes panes) {
    Panes copy = Panes.shared(WIDTH, false);
    for (int i = 0; i < panes.size(); i++) {
      copy.restore(panes.startMillis(i), LossSummary.of(pane(panes, i).state()));
    }
    return copy;
  }

  private static LossSummary pane(Panes panes, int index) {
    long startMillis = panes.startMillis(index);
    return panes.merged(startMillis, startMillis + WIDTH);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void merged_afterAnyChanges_isBitByBitThatOfTheSamePanesFromScratch(long seed) {
    Random random = new Random(seed);
    Panes panes = Panes.shared(WIDTH, false);
    long now = random.nextInt(1_000) - 1_500;
    for (int step = 0; step < STEPS; step++) {
      now += random.nextInt(3) / 2;
      int late = random.nextInt(4) == 0 ? random.nextInt(300) : -random.nextInt(5);
      panes.fold((now - late) * WIDTH, delta(random));
      if (random.nextInt(50) == 0) {
        panes.dropFirst(panes.indexFrom((now - 350) * WIDTH));
      }
      long size = (Panes.MANY_PANES + 1 + random.nextInt(300)) * WIDTH;
      long end = (now - random.nextInt(40)) * WIDTH;
      assertThat(panes.merged(end - size, end).state())
          .as("seed %d step %d: [%d, %d)", seed, step, end - size, end)
          .isEqualTo(untouched(panes).merged(end - size, end).state());
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void merged_ofManyPanes_countsEachOnce(long seed) {
    Random random = new Random(seed);
    Panes panes = Panes.shared(WIDTH, false);
    for (int i = 0; i < 500; i++) {
      panes.fold((random.nextInt(900) - 450) * WIDTH, delta(random));
    }
    for (int query = 0; query < 100; query++) {
      long from = (random.nextInt(600) - 450) * WIDTH;
      long to = from + (Panes.MANY_PANES + 1 + random.nextInt(400)) * WIDTH;
      LossSummary oneByOne = new LossSummary();
      panes.addTo(oneByOne, panes.indexFrom(from), panes.indexFrom(to));
      LossSummary merged = panes.merged(from, to);
      assertThat(merged.state().counts())
          .as("seed %d [%d, %d)", seed, from, to)
          .isEqualTo(oneByOne.state().counts());
      // double-double sums of a few hundred numbers lose less than a double shows
      assertThat(merged.mean()).isEqualTo(oneByOne.mean(), within(1e-15));
      assertThat(merged.weight()).isEqualTo(oneByOne.weight(), within(1e-12));
      assertThat(merged.stddev()).isEqualTo(oneByOne.stddev(), within(1e-12));
      assertThat(merged.min()).isEqualTo(oneByOne.min());
      assertThat(merged.max()).isEqualTo(oneByOne.max());
    }
  }

  @Test
  void rangesKept_whileADaySlides_areFewBesideThePanes() {
    int day = 8_640;
    Panes panes = Panes.shared(WIDTH, false);
    MergeTree tree = new MergeTree(panes);
    LossSummary one = new LossSummary();
    one.add(1, 1);
    List<Integer> sizes = new ArrayList<>();
    for (int i = 0; i < 2 * day; i++) {
      panes.fold(i * WIDTH, one);
      tree.forget(i * WIDTH);
      LossSummary merged = tree.merged((i + 1 - day) * WIDTH, (i + 1) * WIDTH);
      assertThat(merged.count()).isEqualTo(Math.min(i + 1, day));
      if (i >= day) {
        tree.forget(panes.startMillis(0));
        panes.dropFirst(1);
      }
      sizes.add(tree.size());
    }
    assertThat(sizes).allMatch(size -> size <= day / 8);
    while (panes.size() > 0) {
      tree.forget(panes.startMillis(0));
      panes.dropFirst(1);
    }
    assertThat(tree.size()).as("no range outlives its panes").isZero();
  }

  @Test
  void paneThatChanges_inAFullDay_makesOnlyTheRangesAroundItForgotten() {
    int day = 8_640;
    Panes panes = Panes.shared(WIDTH, false);
    MergeTree tree = new MergeTree(panes);
    LossSummary one = new LossSummary();
    one.add(1, 1);
    for (int i = 0; i < day; i++) {
      panes.fold(i * WIDTH, one);
    }
    assertThat(tree.merged(0, day * WIDTH).count()).isEqualTo(day);
    int before = tree.size();
    panes.fold(4_000 * WIDTH, one);
    tree.forget(4_000 * WIDTH);
    // one range of each length from 2^4 to 2^13, of which the window consists but for its end
    assertThat(before - tree.size()).isEqualTo(10);
    assertThat(tree.merged(0, day * WIDTH).count()).isEqualTo(day + 1);
    assertThat(tree.size()).isEqualTo(before);
  }
}
