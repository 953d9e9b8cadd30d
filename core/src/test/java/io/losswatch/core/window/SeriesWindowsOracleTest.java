package io.losswatch.core.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random streams with late samples, jumps and silence; a failing seed is in the message. */
class SeriesWindowsOracleTest {
  private static final int STEPS = 150;

  static LongStream seeds() {
    return LongStream.range(0, 300);
  }

  private static NaiveWindows.Shown shown(WindowResult result) {
    LossSummary summary = result.summary();
    return new NaiveWindows.Shown(
        result.window().toString(),
        result.bounds().startMillis(),
        result.bounds().endMillis(),
        result.revision(),
        result.isFinal(),
        List.of(
            (double) summary.count(),
            summary.sum(),
            summary.weight(),
            summary.min(),
            summary.max(),
            (double) summary.ignored(),
            (double) summary.unlabeledCount(),
            (double) summary.lateCount()));
  }

  private static List<NaiveWindows.Shown> advance(
      SeriesWindows windows, NaiveWindows oracle, long watermark, long seed) {
    long due = windows.nextDueMillis();
    List<NaiveWindows.Shown> actual =
        windows.advance(watermark).stream().map(SeriesWindowsOracleTest::shown).toList();
    assertThat(actual)
        .as("seed %d at watermark %d", seed, watermark)
        .isEqualTo(oracle.advance(watermark));
    assertThat(!actual.isEmpty())
        .as("seed %d: something is due at %d, watermark %d", seed, due, watermark)
        .isEqualTo(watermark >= due && due != Long.MAX_VALUE);
    assertThat(windows.nextDueMillis()).as("seed %d", seed).isGreaterThan(watermark - 1);
    return actual;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void stream_random_isPublishedAsTheOracleSays(long seed) {
    RandomStream stream = new RandomStream(seed);
    SeriesWindows windows = SeriesWindows.of(stream.plan());
    NaiveWindows oracle =
        new NaiveWindows(
            stream.plan().windows(), stream.plan().paneMillis(), stream.plan().lateness());
    List<NaiveWindows.Shown> all = new ArrayList<>();
    boolean speaks = stream.isTrue();
    for (int step = 0; step < STEPS; step++) {
      if (stream.isFold()) {
        NaiveWindows.Delta delta = stream.delta();
        // before every source has spoken there is no watermark
        long watermark = speaks ? stream.watermark() : Long.MIN_VALUE;
        assertThat(windows.fold(delta.pane(), delta.summary(), watermark))
            .as("seed %d step %d: placed", seed, step)
            .isEqualTo(oracle.fold(delta, watermark));
        continue;
      }
      stream.move();
      speaks |= step > 5;
      // an owner leaves alone what is not due
      if (speaks && (stream.isTrue() || windows.nextDueMillis() <= stream.watermark())) {
        all.addAll(advance(windows, oracle, stream.watermark(), seed));
      }
    }
    all.addAll(advance(windows, oracle, Long.MAX_VALUE, seed));
    assertThat(windows.isEmpty()).as("seed %d: nothing remains", seed).isTrue();
    assertThat(all).as("seed %d", seed).isNotEmpty();
    assertRevisionsCount(all, seed);
  }

  /** Each window counts its revisions from 0 without a gap and is final once, at the end. */
  private static void assertRevisionsCount(List<NaiveWindows.Shown> all, long seed) {
    Map<String, NaiveWindows.Shown> last = new HashMap<>();
    for (NaiveWindows.Shown each : all) {
      NaiveWindows.Shown before = last.put(each.window() + each.end(), each);
      assertThat(each.revision())
          .as("seed %d: %s after %s", seed, each, before)
          .isEqualTo(before == null ? 0 : before.revision() + 1);
      assertThat(before != null && before.isFinal()).as("seed %d: %s", seed, each).isFalse();
    }
    assertThat(last.values()).as("seed %d", seed).allMatch(NaiveWindows.Shown::isFinal);
  }

  @Test
  void streams_random_meetEveryCase() {
    long revised = 0;
    long silent = 0;
    long late = 0;
    for (long seed : seeds().limit(50).toArray()) {
      RandomStream stream = new RandomStream(seed);
      SeriesWindows windows = SeriesWindows.of(stream.plan());
      for (int step = 0; step < STEPS; step++) {
        NaiveWindows.Delta delta = stream.delta();
        windows.fold(delta.pane(), delta.summary(), stream.watermark());
        stream.move();
        for (WindowResult result : windows.advance(stream.watermark())) {
          revised += result.revision() > 0 && !result.isFinal() ? 1 : 0;
          silent += result.summary().isEmpty() ? 1 : 0;
          late += result.summary().lateCount() > 1 ? 1 : 0;
        }
      }
    }
    assertThat(List.of(revised, silent, late)).allMatch(count -> count > 50);
  }
}
