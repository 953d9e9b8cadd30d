package io.losswatch.core.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A series that is restored between any two steps goes on bit by bit as one that never was. */
class SeriesWindowsRestoreTest {
  private static final int STEPS = 150;

  static LongStream seeds() {
    return LongStream.range(1_000, 1_150);
  }

  private static List<List<Object>> bits(List<WindowResult> results) {
    return results.stream()
        .map(result ->
            List.<Object>of(
                result.window(),
                result.bounds(),
                result.summary().state(),
                result.revision(),
                result.isFinal()))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void series_restoredBetweenAllSteps_goesOnBitByBit(long seed) {
    checkRestores(new RandomStream(seed), seed);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void seriesWithAverages_restoredBetweenAllSteps_goesOnBitByBit(long seed) {
    checkRestores(RandomStream.withAverages(seed), seed);
  }

  private static void checkRestores(RandomStream stream, long seed) {
    Random random = new Random(seed);
    SeriesWindows uninterrupted = SeriesWindows.of(stream.plan());
    SeriesWindows restored = SeriesWindows.recording(stream.plan());
    KeptState state = new KeptState();
    for (int step = 0; step < STEPS; step++) {
      if (stream.isFold()) {
        NaiveWindows.Delta delta = stream.delta();
        assertThat(restored.fold(delta.pane(), delta.summary(), stream.watermark()))
            .isEqualTo(uninterrupted.fold(delta.pane(), delta.summary(), stream.watermark()));
      } else {
        stream.move();
        assertThat(bits(restored.advance(stream.watermark())))
            .as("seed %d step %d", seed, step)
            .isEqualTo(bits(uninterrupted.advance(stream.watermark())));
      }
      // several steps may go into one write, but none is lost
      if (random.nextInt(3) > 0) {
        state.write(restored.drainChanges());
        restored = state.restored(stream.plan(), random);
      }
      assertThat(restored.nextDueMillis())
          .as("seed %d step %d", seed, step)
          .isEqualTo(uninterrupted.nextDueMillis());
      assertThat(restored.isEmpty()).isEqualTo(uninterrupted.isEmpty());
    }
    assertThat(bits(restored.advance(Long.MAX_VALUE)))
        .as("seed %d at the end", seed)
        .isEqualTo(bits(uninterrupted.advance(Long.MAX_VALUE)));
    state.write(restored.drainChanges());
    assertThat(state.parts).as("seed %d: all parts are removed", seed).isEmpty();
  }

  @Test
  void changes_ofOnePaneFoldedTwice_nameItOnce() {
    WindowPlan plan = new WindowPlan(List.of(Window.parse("tumbling:1s")), new Lateness(0, 0));
    SeriesWindows windows = SeriesWindows.recording(plan);
    LossSummary delta = new LossSummary();
    delta.add(1, 1);
    windows.fold(1_000, delta, 0);
    windows.fold(1_000, delta, 0);
    LossSummary both = delta.copy();
    both.merge(delta);
    assertThat(windows.drainChanges())
        .isEqualTo(
            new WindowChanges(List.of(new WindowPart.Pane(1_000, 1_000, both.state())), List.of()));
    assertThat(windows.drainChanges()).isEqualTo(new WindowChanges(List.of(), List.of()));
    windows.advance(2_000);
    assertThat(windows.drainChanges())
        .isEqualTo(new WindowChanges(List.of(new WindowPart.Mark(2_000)), List.of()));
    windows.advance(3_000);
    assertThat(windows.drainChanges())
        .isEqualTo(new WindowChanges(List.of(), List.of("pane:1000/1000", "mark")));
  }

  @Test
  void series_notRecording_remembersNoChanges() {
    WindowPlan plan = new WindowPlan(List.of(Window.parse("tumbling:1s")), new Lateness(0, 0));
    SeriesWindows windows = SeriesWindows.of(plan);
    LossSummary delta = new LossSummary();
    delta.add(1, 1);
    windows.fold(1_000, delta, 0);
    windows.advance(2_000);
    assertThat(windows.drainChanges()).isEqualTo(new WindowChanges(List.of(), List.of()));
  }

  @Test
  void part_ofAWindowThatThePlanLacks_isNotRestored() {
    WindowPlan plan = new WindowPlan(List.of(Window.parse("tumbling:1s")), new Lateness(0, 0));
    SeriesWindows windows = SeriesWindows.recording(plan);
    Window other = Window.parse("tumbling:5s");
    assertThat(windows.restore(new WindowPart.Pane(5_000, 0, new LossSummary().state()))).isFalse();
    assertThat(windows.restore(new WindowPart.Publication(other, 5_000, 0, false, 0))).isFalse();
    LossSummary.State none = new LossSummary().state();
    assertThat(windows.restore(new WindowPart.Decayed(new Ewma(8_000), 1_000, true, none)))
        .isFalse();
    assertThat(windows.isEmpty()).isTrue();
  }

  @Test
  void paneOfAWindowThatWasAddedLater_whenTheWindowIsFinal_isDropped() {
    Window added = Window.parse("rolling:20ms/10ms");
    SeriesWindows windows =
        SeriesWindows.recording(new WindowPlan(List.of(added), new Lateness(50, 0)));
    LossSummary sums = new LossSummary();
    sums.add(1, 1);
    windows.restore(new WindowPart.Pane(10, 0, sums.state()));
    windows.restore(new WindowPart.Mark(40));
    assertThat(windows.nextDueMillis()).isEqualTo(80);
    assertThat(windows.advance(80)).isEmpty();
    assertThat(windows.isEmpty()).isTrue();
  }
}
