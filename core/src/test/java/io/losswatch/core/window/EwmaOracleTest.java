package io.losswatch.core.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An average against one that keeps every sample, over random streams with late samples, jumps and
 * silence; a failing seed is in the message.
 *
 * <p>A contribution is scaled at most 400 times before it is below 2^-50, with 2^-52 of relative
 * error each, so that sums are within 1e-13 of the sum of magnitudes. Losses are positive here, so
 * that this is 1e-12 of the sum with room.
 */
class EwmaOracleTest {
  private static final int STEPS = 150;
  private static final double TOLERANCE = 1e-12;

  static LongStream seeds() {
    return LongStream.range(0, 200);
  }

  /** A random average and the course of its deltas and watermarks. */
  private static final class Course {
    final Random random;
    final Ewma window;
    final long allowed;
    long watermark;

    Course(long seed) {
      random = new Random(seed);
      window = new Ewma(8L << random.nextInt(4));
      allowed = new long[] {0, 3, 30, 100}[random.nextInt(4)];
      watermark = random.nextInt(1_000) - 500;
    }

    WindowPlan plan() {
      return new WindowPlan(List.of(window), new Lateness(allowed, 10));
    }

    void move() {
      watermark += random.nextInt(20) == 0 ? random.nextInt(3_000) : random.nextInt(15);
    }

    NaiveWindows.Delta delta() {
      int late = random.nextInt(3) == 0 ? 80 : 10;
      long time = watermark - late + random.nextInt(late + 30);
      List<double[]> samples = new ArrayList<>();
      for (int count = random.nextInt(4); count > 0; count--) {
        double weight = 0.5 + random.nextInt(4);
        samples.add(new double[] {(1 + random.nextInt(200)) / 8.0 * weight, weight});
      }
      long unlabeled = samples.isEmpty() ? random.nextInt(2) : random.nextInt(3) - samples.size();
      long pane = Grid.floor(time, window.paneMillis());
      return new NaiveWindows.Delta(pane, samples, random.nextInt(2), unlabeled, 0);
    }
  }

  private static NaiveEwma.Shown shown(WindowResult result) {
    assertThat(result.revision()).isZero();
    assertThat(result.isFinal()).isTrue();
    LossSummary summary = result.summary();
    return new NaiveEwma.Shown(
        result.bounds().startMillis(),
        result.bounds().endMillis(),
        List.of(
            (double) summary.count(),
            (double) summary.ignored(),
            (double) summary.unlabeledCount(),
            (double) summary.lateCount(),
            summary.min(),
            summary.max()),
        List.of(
            summary.sum(), summary.weight(), summary.mean(), summary.stddev(), summary.stderr()));
  }

  private static void assertSame(
      List<NaiveEwma.Shown> actual, List<NaiveEwma.Shown> expected, String where) {
    assertThat(actual.stream().map(NaiveEwma.Shown::end).toList())
        .as(where)
        .isEqualTo(expected.stream().map(NaiveEwma.Shown::end).toList());
    for (int i = 0; i < actual.size(); i++) {
      NaiveEwma.Shown each = expected.get(i);
      assertThat(actual.get(i).start()).as(where).isEqualTo(each.start());
      assertThat(actual.get(i).exact()).as("%s: %s", where, each).isEqualTo(each.exact());
      assertClose(actual.get(i).decayed(), each.decayed(), where + ": " + each);
    }
  }

  /** Sum, weight and mean are held to rounding; deviations lose half of their digits near alone. */
  private static void assertClose(List<Double> actual, List<Double> expected, String where) {
    for (int i = 0; i < actual.size(); i++) {
      double value = expected.get(i);
      double tolerance = i < 3 ? TOLERANCE : 1e-6;
      if (!Double.isNaN(value)) {
        assertThat(actual.get(i))
            .as("number %d of %s", i, where)
            .isCloseTo(value, within(tolerance * Math.abs(value)));
      } else if (i < 3) {
        assertThat(actual.get(i)).as("number %d of %s", i, where).isNaN();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void stream_random_isPublishedAsTheOracleSays(long seed) {
    Course course = new Course(seed);
    SeriesWindows windows = SeriesWindows.of(course.plan());
    NaiveEwma oracle = new NaiveEwma(course.window.halfLifeMillis(), course.allowed);
    int published = 0;
    for (int step = 0; step < STEPS; step++) {
      String where = "seed %d step %d".formatted(seed, step);
      if (course.random.nextInt(5) < 3) {
        NaiveWindows.Delta delta = course.delta();
        assertThat(windows.fold(delta.pane(), delta.summary(), course.watermark))
            .as(where)
            .isEqualTo(oracle.fold(delta, course.watermark));
        continue;
      }
      course.move();
      // an owner leaves alone what is not due, and then nothing is published
      if (course.watermark < windows.nextDueMillis()) {
        assertThat(oracle.advance(course.watermark)).as(where).isEmpty();
        continue;
      }
      List<NaiveEwma.Shown> shown =
          windows.advance(course.watermark).stream().map(EwmaOracleTest::shown).toList();
      assertSame(shown, oracle.advance(course.watermark), where);
      assertThat(windows.nextDueMillis()).as(where).isGreaterThan(course.watermark);
      published += shown.size();
    }
    assertThat(published).as("seed %d", seed).isPositive();
    windows.advance(Long.MAX_VALUE);
    assertThat(windows.isEmpty()).as("seed %d: nothing remains", seed).isTrue();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void deltas_inAnyOrderBeforeTheWatermark_giveTheSame(long seed) {
    Course course = new Course(seed);
    long first = course.watermark;
    List<NaiveWindows.Delta> deltas = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      course.move();
      deltas.add(course.delta());
    }
    List<NaiveEwma.Shown> inOrder = shown(course, deltas, first - 1_000);
    Collections.shuffle(deltas, course.random);
    assertSame(shown(course, deltas, first - 1_000), inOrder, "seed " + seed);
  }

  private static List<NaiveEwma.Shown> shown(
      Course course, List<NaiveWindows.Delta> deltas, long watermark) {
    SeriesWindows windows = SeriesWindows.of(course.plan());
    deltas.forEach(delta -> windows.fold(delta.pane(), delta.summary(), watermark));
    return windows.advance(Long.MAX_VALUE).stream().map(EwmaOracleTest::shown).toList();
  }

  @Test
  void counts_overAllPublications_countEachSampleOnce() {
    Course course = new Course(7);
    SeriesWindows windows = SeriesWindows.of(course.plan());
    long folded = 0;
    long counted = 0;
    for (int step = 0; step < 500; step++) {
      NaiveWindows.Delta delta = course.delta();
      if (windows.fold(delta.pane(), delta.summary(), course.watermark)) {
        folded += delta.samples().size();
      }
      course.move();
      for (WindowResult result : windows.advance(course.watermark)) {
        counted += result.summary().count();
      }
    }
    for (WindowResult result : windows.advance(Long.MAX_VALUE)) {
      counted += result.summary().count();
    }
    assertThat(counted).isEqualTo(folded).isGreaterThan(100);
  }
}
