package io.losswatch.core.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules of an average, one by one. Results read {@code [start,end) sum of weight, count}. */
class EwmaTest {
  private static final long FORGOTTEN = 50 * 80;

  private static SeriesWindows windows(long allowed, Window... windows) {
    return SeriesWindows.recording(new WindowPlan(List.of(windows), new Lateness(allowed, 0)));
  }

  private static LossSummary losses(double... losses) {
    LossSummary summary = new LossSummary();
    for (double loss : losses) {
      summary.add(loss, 1);
    }
    return summary;
  }

  private static List<String> advance(SeriesWindows windows, long watermark) {
    return windows.advance(watermark).stream().map(EwmaTest::text).toList();
  }

  private static String text(WindowResult result) {
    LossSummary summary = result.summary();
    return "[%d,%d) %.4f of %.4f, %d%s"
        .formatted(
            result.bounds().startMillis(),
            result.bounds().endMillis(),
            summary.sum(),
            summary.weight(),
            summary.count(),
            result.isFinal() && result.revision() == 0 ? "" : " not final");
  }

  private static LossSummary only(List<WindowResult> results) {
    assertThat(results).hasSize(1);
    return results.get(0).summary();
  }

  @Test
  void samples_halfALifeLater_weighHalf() {
    SeriesWindows windows = windows(0, new Ewma(80));
    windows.fold(0, losses(4, 8), 0);
    windows.fold(80, losses(1), 0);
    assertThat(advance(windows, 90))
        .containsExactly(
            "[0,10) 12.0000 of 2.0000, 2",
            "[10,20) 11.0040 of 1.8340, 0",
            "[80,90) 7.0000 of 2.0000, 1");
  }

  @Test
  void silence_isClosedOnceAndCostsNothingUntilTheAverageIsForgotten() {
    SeriesWindows windows = windows(0, new Ewma(80));
    windows.fold(0, losses(4), 0);
    assertThat(advance(windows, 20)).hasSize(2);
    assertThat(windows.nextDueMillis()).isEqualTo(10 + FORGOTTEN);
    assertThat(advance(windows, 9 + FORGOTTEN)).isEmpty();
    assertThat(windows.isEmpty()).isFalse();
    windows.drainChanges();
    assertThat(advance(windows, 10 + FORGOTTEN)).isEmpty();
    assertThat(windows.isEmpty()).isTrue();
    assertThat(windows.drainChanges())
        .isEqualTo(new WindowChanges(List.of(), List.of("average:ewma:80ms", "mark")));
  }

  @Test
  void seriesThatSpeaksAfterAJump_findsWhatTheFormulaLeft() {
    SeriesWindows windows = windows(0, new Ewma(80));
    windows.fold(0, losses(4), 0);
    advance(windows, 1_000);
    windows.fold(1_000, losses(1), 1_000);
    // 1000 ms later
    double left = Math.pow(2, -1_000 / 80.0);
    LossSummary summary = only(windows.advance(1_010));
    assertThat(summary.weight()).isCloseTo(1 + left, within(1e-14));
    assertThat(summary.mean()).isCloseTo((1 + 4 * left) / (1 + left), within(1e-13));
  }

  @Test
  void sampleThatIsLate_entersTheNextPublicationByItsOwnPane() {
    SeriesWindows windows = windows(1_000, new Ewma(80));
    windows.fold(0, losses(4), 0);
    assertThat(advance(windows, 85)).hasSize(2);
    assertThat(windows.fold(0, losses(2), 85)).isTrue();
    assertThat(windows.nextDueMillis()).isEqualTo(90);
    assertThat(advance(windows, 90)).containsExactly("[80,90) 3.0000 of 1.0000, 1");
  }

  @Test
  void sampleThatIsTooLate_isOnlyCounted() {
    SeriesWindows windows = windows(30, new Ewma(80));
    assertThat(windows.fold(0, losses(2), 39)).isTrue();
    LossSummary first = only(windows.advance(40));
    assertThat(first.count()).isEqualTo(1);
    assertThat(first.lateCount()).isZero();
    assertThat(windows.fold(0, losses(7, 8), 40)).isFalse();
    LossSummary second = only(windows.advance(50));
    assertThat(second.count()).isZero();
    assertThat(second.lateCount()).isEqualTo(2);
    assertThat(second.mean()).isCloseTo(2, within(1e-15));
  }

  @Test
  void sampleThatIsTooLateForTheAverageAlone_countsInTheOtherWindow() {
    SeriesWindows windows = windows(0, new Ewma(80), new Tumbling(100));
    assertThat(windows.fold(0, losses(2), 25)).isTrue();
    assertThat(advance(windows, 100)).containsExactly("[0,100) 2.0000 of 1.0000, 1");
  }

  @Test
  void labelsAfterThePublication_takeNothingBackFromTheNext() {
    SeriesWindows windows = windows(1_000, new Ewma(80));
    LossSummary unlabeled = new LossSummary();
    unlabeled.addUnlabeled(2);
    windows.fold(0, unlabeled, 0);
    assertThat(windows.advance(10).get(0).summary().unlabeledCount()).isEqualTo(2);
    LossSummary takenBack = new LossSummary();
    takenBack.addUnlabeled(-1);
    windows.fold(0, takenBack, 15);
    assertThat(only(windows.advance(20)).isEmpty()).as("the closing one").isTrue();
    LossSummary labelled = losses(4);
    labelled.addUnlabeled(-1);
    windows.fold(0, labelled, 25);
    LossSummary summary = only(windows.advance(30));
    assertThat(summary.count()).isEqualTo(1);
    assertThat(summary.unlabeledCount()).isZero();
  }

  @Test
  void samplesWithoutALabel_neverKeepAnAverageAlive() {
    SeriesWindows windows = windows(0, new Ewma(80));
    windows.fold(0, losses(4), 0);
    LossSummary unlabeled = new LossSummary();
    unlabeled.addUnlabeled(1);
    LossSummary last = new LossSummary();
    for (long start = 10; start <= FORGOTTEN; start += 10) {
      windows.advance(start);
      windows.fold(start, unlabeled, start);
      last = windows.advance(start + 10).get(0).summary();
      assertThat(last.mean()).isEqualTo(start < FORGOTTEN ? 4 : Double.NaN, within(1e-12));
    }
    assertThat(last.weight()).isZero();
    assertThat(last.unlabeledCount()).isEqualTo(1);
  }

  @Test
  void lossesNanAndInfinite_areCountedAndEnterNoSum() {
    SeriesWindows windows = windows(0, new Ewma(80));
    windows.fold(0, losses(Double.NaN, 3, Double.POSITIVE_INFINITY), 0);
    LossSummary summary = windows.advance(10).get(0).summary();
    assertThat(summary.nanCount()).isEqualTo(1);
    assertThat(summary.infCount()).isEqualTo(1);
    assertThat(summary.mean()).isEqualTo(3);
    assertThat(only(windows.advance(20)).mean()).isCloseTo(3, within(1e-15));
  }

  @Test
  void sumBeyondDoubles_isShownOnceAndTheAverageBeginsAnew() {
    SeriesWindows windows = windows(0, new Ewma(80));
    windows.fold(0, losses(Double.MAX_VALUE, Double.MAX_VALUE), 0);
    windows.fold(10, losses(3), 0);
    List<WindowResult> results = windows.advance(20);
    assertThat(results.get(0).summary().mean()).isInfinite();
    assertThat(results.get(1).summary().mean()).isEqualTo(3);
  }

  @Test
  void extremes_areOfThePanesOwnSamples() {
    SeriesWindows windows = windows(0, new Ewma(80));
    windows.fold(0, losses(1, 9), 0);
    windows.fold(10, losses(4, 5), 0);
    LossSummary summary = windows.advance(20).get(1).summary();
    assertThat(List.of(summary.min(), summary.max())).containsExactly(4.0, 5.0);
    LossSummary closing = only(windows.advance(30));
    assertThat(closing.min()).isNaN();
    assertThat(closing.mean()).isNotNaN();
  }

  @Test
  void stddev_ofOnePane_isThatOfEqualSamples() {
    SeriesWindows windows = windows(0, new Ewma(80));
    windows.fold(0, losses(1, 2, 3, 6), 0);
    windows.fold(10, losses(4), 0);
    LossSummary first = windows.advance(10).get(0).summary();
    assertThat(first.stddev()).isCloseTo(losses(1, 2, 3, 6).stddev(), within(1e-15));
    assertThat(first.stderr()).isCloseTo(losses(1, 2, 3, 6).stderr(), within(1e-15));
    assertThat(first.copy().stddev()).isEqualTo(first.stddev());
  }

  @Test
  void stddev_ofOneSample_isNan() {
    SeriesWindows windows = windows(0, new Ewma(80));
    windows.fold(0, losses(3), 0);
    for (WindowResult result : windows.advance(20)) {
      assertThat(result.summary().stddev()).isNaN();
      assertThat(result.summary().stderr()).isNaN();
    }
  }

  @Test
  void changes_ofAPublication_replaceTheAverage() {
    SeriesWindows windows = windows(0, new Ewma(80));
    windows.fold(0, losses(3), 0);
    assertThat(windows.drainChanges().kept())
        .containsExactly(new WindowPart.Decayed(new Ewma(80), 10, false, losses(3).copy().state()));
    windows.advance(20);
    WindowChanges changes = windows.drainChanges();
    assertThat(changes.removed()).containsExactly("average:ewma:80ms@10");
    assertThat(changes.kept().stream().map(WindowPart::key).toList())
        .containsExactly("average:ewma:80ms", "mark");
  }
}
