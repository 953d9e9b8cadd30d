package io.losswatch.core.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules of publication, one by one. Results read {@code window [start,end) #revision ...}. */
class SeriesWindowsTest {
  private static SeriesWindows windows(String windows, long allowed, long reviseEvery) {
    List<Window> parsed = Arrays.stream(windows.split(" ")).map(Window::parse).toList();
    return SeriesWindows.of(new WindowPlan(parsed, new Lateness(allowed, reviseEvery)));
  }

  private static LossSummary losses(double... losses) {
    LossSummary summary = new LossSummary();
    for (double loss : losses) {
      summary.add(loss, 1);
    }
    return summary;
  }

  private static List<String> advance(SeriesWindows windows, long watermark) {
    return windows.advance(watermark).stream().map(SeriesWindowsTest::text).toList();
  }

  private static String text(WindowResult result) {
    LossSummary summary = result.summary();
    return "%s [%d,%d) #%d sum %s of %d late %d%s"
        .formatted(
            result.window(),
            result.bounds().startMillis(),
            result.bounds().endMillis(),
            result.revision(),
            summary.sum(),
            summary.count(),
            summary.lateCount(),
            result.isFinal() ? " final" : "");
  }

  @Test
  void tumbling_watermarkReachesTheEnd_isPublishedOnce() {
    SeriesWindows windows = windows("tumbling:10ms", 0, 0);
    assertThat(windows.fold(0, losses(1, 2), -5)).isTrue();
    assertThat(windows.nextDueMillis()).isEqualTo(10);
    assertThat(advance(windows, 9)).isEmpty();
    assertThat(advance(windows, 10))
        .containsExactly("tumbling:10ms [0,10) #0 sum 3.0 of 2 late 0 final");
    assertThat(advance(windows, 10)).isEmpty();
  }

  @Test
  void rolling_samplesOnBothSidesOfTheEpoch_shareWindows() {
    SeriesWindows windows = windows("rolling:20ms/10ms", 0, 0);
    windows.fold(-10, losses(1), -100);
    windows.fold(0, losses(2), -100);
    assertThat(advance(windows, 20))
        .containsExactly(
            "rolling:20ms/10ms [-20,0) #0 sum 1.0 of 1 late 0 final",
            "rolling:20ms/10ms [-10,10) #0 sum 3.0 of 2 late 0 final",
            "rolling:20ms/10ms [0,20) #0 sum 2.0 of 1 late 0 final");
  }

  @Test
  void silence_afterSamples_isClosedByOneEmptyWindow() {
    SeriesWindows windows = windows("rolling:20ms/10ms", 5, 0);
    windows.fold(0, losses(1), 0);
    assertThat(advance(windows, 20)).hasSize(2);
    assertThat(windows.nextDueMillis()).isEqualTo(25);
    assertThat(advance(windows, 1_000_000_000_000L))
        .containsExactly(
            "rolling:20ms/10ms [0,20) #1 sum 1.0 of 1 late 0 final",
            "rolling:20ms/10ms [10,30) #0 sum 0.0 of 0 late 0 final");
    assertThat(windows.isEmpty()).isTrue();
    assertThat(windows.nextDueMillis()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void closingWindow_thatGetsALateSample_isRevisedAndClosedAnew() {
    SeriesWindows windows = windows("tumbling:10ms", 100, 0);
    windows.fold(0, losses(1), 0);
    assertThat(advance(windows, 20))
        .containsExactly(
            "tumbling:10ms [0,10) #0 sum 1.0 of 1 late 0",
            "tumbling:10ms [10,20) #0 sum 0.0 of 0 late 0");
    windows.fold(10, losses(4), 31);
    assertThat(advance(windows, 39)).isEmpty();
    assertThat(advance(windows, 40))
        .containsExactly(
            "tumbling:10ms [10,20) #1 sum 4.0 of 1 late 0",
            "tumbling:10ms [20,30) #0 sum 0.0 of 0 late 0");
  }

  @Test
  void lateSamples_betweenTwoCrossings_makeOneRevision() {
    SeriesWindows windows = windows("tumbling:10ms", 100, 0);
    windows.fold(0, losses(1), 0);
    advance(windows, 12);
    windows.fold(0, losses(2), 12);
    windows.fold(0, losses(3), 12);
    assertThat(windows.nextDueMillis()).isEqualTo(20);
    assertThat(advance(windows, 20))
        .containsExactly(
            "tumbling:10ms [0,10) #1 sum 6.0 of 3 late 0",
            "tumbling:10ms [10,20) #0 sum 0.0 of 0 late 0");
    assertThat(advance(windows, 30)).isEmpty();
  }

  @Test
  void revisions_ofOneWindow_keepTheirDistance() {
    SeriesWindows windows = windows("tumbling:10ms", 100, 35);
    windows.fold(0, losses(1), 0);
    advance(windows, 20);
    windows.fold(0, losses(2), 20);
    assertThat(advance(windows, 54)).isEmpty();
    assertThat(advance(windows, 55)).containsExactly("tumbling:10ms [0,10) #1 sum 3.0 of 2 late 0");
  }

  @Test
  void pendingChanges_whenTheWindowIsFinal_comeWithTheFinalRecord() {
    SeriesWindows windows = windows("tumbling:10ms", 20, 1_000);
    windows.fold(0, losses(1), 0);
    advance(windows, 20);
    windows.fold(0, losses(2), 29);
    assertThat(advance(windows, 30))
        .containsExactly("tumbling:10ms [0,10) #1 sum 3.0 of 2 late 0 final");
  }

  @Test
  void window_unchangedSinceItWasPublished_isStillFinalOnce() {
    SeriesWindows windows = windows("tumbling:10ms", 3, 0);
    windows.fold(0, losses(1), 0);
    advance(windows, 10);
    assertThat(advance(windows, 13))
        .containsExactly("tumbling:10ms [0,10) #1 sum 1.0 of 1 late 0 final");
    assertThat(advance(windows, 19)).isEmpty();
  }

  @Test
  void sampleTooLate_isCountedInTheNextWindow() {
    SeriesWindows windows = windows("tumbling:10ms", 0, 0);
    LossSummary delta = losses(7, Double.NaN);
    delta.addUnlabeled(3);
    assertThat(windows.fold(0, delta, 25)).isFalse();
    assertThat(advance(windows, 30))
        .containsExactly("tumbling:10ms [20,30) #0 sum 0.0 of 0 late 5 final");
  }

  @Test
  void labelsTakenBackTooLate_leaveNoTrace() {
    SeriesWindows windows = windows("tumbling:10ms", 0, 0);
    LossSummary delta = new LossSummary();
    delta.addUnlabeled(-3);
    assertThat(windows.fold(0, delta, 25)).isFalse();
    assertThat(windows.isEmpty()).isTrue();
  }

  @Test
  void sampleTooLateForOneWindow_countsInTheOther() {
    SeriesWindows windows = windows("tumbling:10ms tumbling:40ms", 0, 0);
    assertThat(windows.fold(0, losses(7), 25)).isTrue();
    assertThat(advance(windows, 40))
        .containsExactly("tumbling:40ms [0,40) #0 sum 7.0 of 1 late 0 final");
  }

  @Test
  void windowOver_thatGetsItsFirstSampleLate_isPublishedAtTheNextCrossing() {
    SeriesWindows windows = windows("tumbling:10ms", 50, 0);
    windows.fold(0, losses(7), 25);
    assertThat(windows.nextDueMillis()).isEqualTo(30);
    assertThat(advance(windows, 30))
        .containsExactly(
            "tumbling:10ms [0,10) #0 sum 7.0 of 1 late 0",
            "tumbling:10ms [10,20) #0 sum 0.0 of 0 late 0");
  }

  @Test
  void results_ofSeveralWindows_comeByEndThenInThePlansOrder() {
    SeriesWindows windows = windows("tumbling:20ms rolling:10ms/5ms", 0, 0);
    windows.fold(0, losses(1), 0);
    assertThat(windows.advance(20).stream().map(each -> each.bounds().endMillis()).toList())
        .containsExactly(5L, 10L, 15L, 20L);
    windows.fold(30, losses(1), 20);
    assertThat(advance(windows, 40))
        .containsExactly(
            "rolling:10ms/5ms [25,35) #0 sum 1.0 of 1 late 0 final",
            "tumbling:20ms [20,40) #0 sum 1.0 of 1 late 0 final",
            "rolling:10ms/5ms [30,40) #0 sum 1.0 of 1 late 0 final");
  }

  @Test
  void paneWhoseCountsAreTakenBack_leavesASilentSeries() {
    SeriesWindows windows = windows("rolling:20ms/10ms", 0, 0);
    LossSummary delta = new LossSummary();
    delta.addUnlabeled(2);
    windows.fold(0, delta, 0);
    assertThat(windows.nextDueMillis()).isEqualTo(10);
    LossSummary takenBack = new LossSummary();
    takenBack.addUnlabeled(-2);
    windows.fold(0, takenBack, 0);
    assertThat(windows.isEmpty()).isTrue();
    assertThat(windows.nextDueMillis()).isEqualTo(Long.MAX_VALUE);
    assertThat(advance(windows, 100)).isEmpty();
  }

  @Test
  void emptyDelta_changesNothing() {
    SeriesWindows windows = windows("tumbling:10ms", 0, 0);
    assertThat(windows.fold(0, new LossSummary(), 0)).isTrue();
    assertThat(windows.isEmpty()).isTrue();
  }

  @Test
  void endOfStream_makesEverythingFinal() {
    SeriesWindows windows = windows("rolling:20ms/10ms tumbling:1h", 60_000, 10_000);
    windows.fold(0, losses(1), Long.MIN_VALUE);
    assertThat(advance(windows, Long.MAX_VALUE))
        .containsExactly(
            "rolling:20ms/10ms [-10,10) #0 sum 1.0 of 1 late 0 final",
            "rolling:20ms/10ms [0,20) #0 sum 1.0 of 1 late 0 final",
            "rolling:20ms/10ms [10,30) #0 sum 0.0 of 0 late 0 final",
            "tumbling:1h [0,3600000) #0 sum 1.0 of 1 late 0 final",
            "tumbling:1h [3600000,7200000) #0 sum 0.0 of 0 late 0 final");
    assertThat(windows.fold(0, losses(1), Long.MAX_VALUE)).isFalse();
    assertThat(windows.isEmpty()).isTrue();
  }

  @Test
  void fold_beforeADueAdvance_isRefused() {
    SeriesWindows windows = windows("tumbling:10ms", 0, 0);
    windows.fold(0, losses(1), 0);
    assertThatThrownBy(() -> windows.fold(20, losses(1), 12))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("at watermark 12, since it is due at 10");
  }

  @Test
  void fold_ofAPaneOffTheGrid_isRefused() {
    SeriesWindows windows = windows("rolling:20ms/10ms", 0, 0);
    for (long start : new long[] {5, -1, Long.MIN_VALUE, Long.MAX_VALUE, (1L << 61) / 10 * 10}) {
      assertThatThrownBy(() -> windows.fold(start, losses(1), 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("a multiple of 10")
          .hasMessageContaining(Long.toString(start));
    }
  }

  @Test
  void summary_ofAResult_isTheReceivers() {
    SeriesWindows windows = windows("rolling:20ms/10ms", 0, 0);
    windows.fold(0, losses(1), 0);
    windows.advance(10).get(0).summary().add(100, 1);
    assertThat(advance(windows, 20))
        .containsExactly("rolling:20ms/10ms [0,20) #0 sum 1.0 of 1 late 0 final");
  }
}
