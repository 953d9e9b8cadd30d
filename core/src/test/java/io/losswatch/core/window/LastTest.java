package io.losswatch.core.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.losswatch.core.window.WindowResult.Bounds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class LastTest {
  private static final long SILENT = Long.MIN_VALUE;
  private static final long DAY = 86_400_000;

  private static WindowPlan plan(Window... windows) {
    return new WindowPlan(List.of(windows), new Lateness(0, 0));
  }

  private static SampleRun run(double... losses) {
    return SampleRun.of(losses, new double[0], 0);
  }

  private static double[] losses(Random random, int count) {
    return random.doubles(count, 0, 10).toArray();
  }

  static LongStream seeds() {
    return LongStream.range(1, 101);
  }

  /** All samples ever, one after the other. */
  private static final class NaiveLast {
    private final Last window;
    private final List<Double> all = new ArrayList<>();
    private final List<Long> times = new ArrayList<>();

    NaiveLast(Last window) {
      this.window = window;
    }

    List<WindowResult> append(double[] losses, long time) {
      List<WindowResult> due = new ArrayList<>();
      for (double loss : losses) {
        all.add(loss);
        times.add(time);
        if (all.size() % window.every() == 0) {
          int from = Math.max(0, all.size() - window.samples());
          LossSummary sums = new LossSummary();
          all.subList(from, all.size()).forEach(each -> sums.add(each, 1));
          List<Long> of = times.subList(from, all.size());
          Bounds bounds =
              new Bounds(
                  of.stream().mapToLong(each -> each).min().orElseThrow(),
                  of.stream().mapToLong(each -> each).max().orElseThrow() + 1);
          due.add(new WindowResult(window, bounds, sums, 0, true));
        }
      }
      return due;
    }
  }

  private static void assertSame(List<WindowResult> actual, List<WindowResult> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      WindowResult a = actual.get(i);
      WindowResult e = expected.get(i);
      assertThat(a.bounds()).isEqualTo(e.bounds());
      assertThat(a.isFinal()).isTrue();
      assertThat(a.revision()).isZero();
      assertThat(a.summary().count()).isEqualTo(e.summary().count());
      assertThat(a.summary().nanCount()).isEqualTo(e.summary().nanCount());
      assertThat(a.summary().infCount()).isEqualTo(e.summary().infCount());
      if (e.summary().count() > 0) {
        assertThat(a.summary().min()).isEqualTo(e.summary().min());
        assertThat(a.summary().max()).isEqualTo(e.summary().max());
        double mean = e.summary().mean();
        assertThat(a.summary().mean()).isCloseTo(mean, within(1e-14 * mean));
      }
      if (e.summary().count() > 1) {
        double stddev = e.summary().stddev();
        assertThat(a.summary().stddev()).isCloseTo(stddev, within(1e-12 * (1 + stddev)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void windows_ofAnyBatches_areThoseOfTheLastSamples(long seed) {
    Random random = new Random(seed);
    int every = 1 + random.nextInt(12);
    Last window = new Last(every + random.nextInt(60), every);
    NaiveLast oracle = new NaiveLast(window);
    SeriesWindows windows = SeriesWindows.of(plan(window));
    for (int batch = 0; batch < 60; batch++) {
      double[] losses = losses(random, random.nextInt(20));
      for (int i = 0; i < losses.length; i++) {
        int kind = random.nextInt(30);
        losses[i] = kind == 0 ? Double.NaN : kind == 1 ? Double.POSITIVE_INFINITY : losses[i];
      }
      long time = batch * 100 + random.nextInt(1_000);
      assertSame(windows.append(run(losses), time, SILENT), oracle.append(losses, time));
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void series_restoredAnywhereAndBundledOtherwise_givesTheSameBits(long seed) {
    Random random = new Random(seed);
    WindowPlan plan = plan(new Last(30, 4), new Last(12, 12), new Last(1, 1));
    double[] losses = losses(random, 300);
    SeriesWindows whole = SeriesWindows.of(plan);
    List<LossSummary.State> expected = states(whole.append(run(losses), 5, SILENT), 30);

    KeptState kept = new KeptState();
    SeriesWindows windows = SeriesWindows.recording(plan);
    List<LossSummary.State> actual = new ArrayList<>();
    int from = 0;
    while (from < losses.length) {
      int to = Math.min(losses.length, from + random.nextInt(25));
      actual.addAll(states(windows.append(run(Arrays.copyOfRange(losses, from, to)), 5, 9), 30));
      from = to;
      if (random.nextInt(3) > 0) {
        kept.write(windows.drainChanges());
        windows = random.nextBoolean() ? kept.restored(plan, random) : windows;
      }
    }

    assertThat(actual).isEqualTo(expected);
  }

  /** Of the windows of so many samples: several that are due at once come one after the other. */
  private static List<LossSummary.State> states(List<WindowResult> results, int samples) {
    return results.stream()
        .filter(each -> ((Last) each.window()).samples() == samples)
        .map(each -> each.summary().state())
        .toList();
  }

  @Test
  void window_beforeItIsFull_holdsWhatThereIs() {
    SeriesWindows windows = SeriesWindows.of(plan(new Last(4, 2)));

    List<WindowResult> due = windows.append(run(1, 3, 5, 7, 9, 11, 13), 1_000, SILENT);

    assertThat(due).extracting(each -> each.summary().count()).containsExactly(2L, 4L, 4L);
    assertThat(due).extracting(each -> each.summary().mean()).containsExactly(2.0, 4.0, 8.0);
  }

  @Test
  void bounds_ofSamplesOutOfOrder_holdAllOfThem() {
    SeriesWindows windows = SeriesWindows.of(plan(new Last(3, 3)));
    windows.append(run(1), 5_000, SILENT);
    windows.append(run(1), 2_000, 4_000);

    assertThat(windows.append(run(1), 3_000, 4_000))
        .singleElement()
        .satisfies(each -> assertThat(each.bounds()).isEqualTo(new Bounds(2_000, 5_001)));
  }

  @Test
  void summary_ofWeightedSamples_isTheWeightedMean() {
    SeriesWindows windows = SeriesWindows.of(plan(new Last(2, 2)));
    SampleRun weighted = SampleRun.of(new double[] {2, 12}, new double[] {1, 3}, 0);

    assertThat(windows.append(weighted, 0, SILENT))
        .singleElement()
        .satisfies(each -> {
          assertThat(each.summary().mean()).isEqualTo(3.5);
          assertThat(each.summary().weight()).isEqualTo(4);
          assertThat(each.summary().max()).isEqualTo(4);
          assertThat(each.summary().logLikelihood()).isEmpty();
        });
  }

  @Test
  void logLikelihood_ofALikelihood_isOfAllElements() {
    SeriesWindows windows = SeriesWindows.of(plan(new Last(2, 2)));
    SampleRun likely = SampleRun.of(new double[] {0.25, 0.5}, new double[0], 3);

    assertThat(windows.append(likely, 0, SILENT))
        .singleElement()
        .satisfies(each -> assertThat(each.summary().logLikelihood()).hasValue(-2.25));
  }

  @Test
  void series_silentForADay_beginsAnew() {
    SeriesWindows windows = SeriesWindows.recording(plan(new Last(4, 2)));
    KeptState kept = new KeptState();
    windows.append(run(1, 3, 5), 1_000, 1_000);
    kept.write(windows.drainChanges());

    assertThat(windows.nextDueMillis()).isEqualTo(1_000 + DAY);
    assertThat(windows.advance(999 + DAY)).isEmpty();
    assertThat(windows.isEmpty()).isFalse();
    assertThat(windows.advance(1_000 + DAY)).isEmpty();
    assertThat(windows.isEmpty()).isTrue();

    kept.write(windows.drainChanges());
    assertThat(kept.restored(plan(new Last(4, 2)), new Random(1)).isEmpty()).isTrue();
    assertThat(windows.append(run(7, 9), DAY, SILENT))
        .singleElement()
        .satisfies(each -> assertThat(each.summary().mean()).isEqualTo(8));
  }

  @Test
  void series_withOtherWindowsToo_keepsBothApart() {
    SeriesWindows windows = SeriesWindows.of(plan(new Last(2, 1), new Tumbling(1_000)));
    LossSummary delta = new LossSummary();
    delta.add(4, 1);

    windows.fold(0, delta, SILENT);
    assertThat(windows.append(run(4), 10, SILENT))
        .extracting(WindowResult::window)
        .containsExactly(new Last(2, 1));
    assertThat(windows.nextDueMillis()).isEqualTo(1_000);
    assertThat(windows.advance(1_000))
        .extracting(WindowResult::window)
        .containsExactly(new Tumbling(1_000));
  }

  @Test
  void plan_ofLastSamplesAlone_takesSumsAndKeepsNone() {
    WindowPlan plan = plan(new Last(2, 1));
    SeriesWindows windows = SeriesWindows.recording(plan);
    LossSummary delta = new LossSummary();
    delta.add(4, 1);

    assertThat(plan.isTooLate(0, 10 * DAY)).isFalse();
    assertThat(windows.fold(plan.paneStartMillis(DAY + 5), delta, 10 * DAY)).isTrue();
    assertThat(windows.isEmpty()).isTrue();
    assertThat(windows.drainChanges().kept()).isEmpty();
  }

  @Test
  void restore_ofAnotherWindow_isRefused() {
    WindowPart.Block part =
        new WindowPart.Block(new Last(4, 2), 0, new Bounds(0, 1), 0, new LossSummary().state());

    assertThat(SeriesWindows.of(plan(new Last(4, 4))).restore(part)).isFalse();
    assertThat(part.key()).isEqualTo("block:last:4/2#0");
  }

  @ParameterizedTest
  @CsvSource({"1, 2, 0", "2, 1, 0", "1, 0, -1"})
  void run_ofUnequalNumbers_isRefused(int samples, int weights, int elements) {
    assertThatThrownBy(() -> SampleRun.of(new double[samples], new double[weights], elements))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("%d samples, %d weights", samples, weights);
  }
}
