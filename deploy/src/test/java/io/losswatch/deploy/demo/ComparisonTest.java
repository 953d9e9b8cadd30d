package io.losswatch.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.deploy.demo.ExpectedLosses.Sum;
import io.losswatch.deploy.demo.PublishedWindows.Publication;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final String SERIES = "digits-ce/digits/1/region=eu";
  private static final WindowKey FIRST = new WindowKey(SERIES, 0);
  private static final WindowKey SECOND = new WindowKey(SERIES, 5_000);
  private static final SortedMap<WindowKey, Sum> EXPECTED =
      new TreeMap<>(Map.of(FIRST, new Sum(10, 20), SECOND, new Sum(4, 2)));

  private final SortedMap<WindowKey, Publication> published =
      new TreeMap<>(
          Map.of(
              FIRST, new Publication(10, 2, 0, true),
              SECOND, new Publication(4, 0.5, 3, true)));

  @Test
  void numbers_thatAreTheSame_agree() {
    Comparison comparison = Comparison.of(EXPECTED, published);
    assertThat(comparison.differences()).isEmpty();
    assertThat(comparison.agrees()).isTrue();
    assertThat(comparison.windows()).isEqualTo(2);
    assertThat(comparison.series()).containsEntry(SERIES, new Comparison.Verdict(2, 14, 0));
  }

  @Test
  void mean_withinAMillionth_agrees() {
    published.put(FIRST, new Publication(10, 2 + 1.9e-6, 0, true));
    assertThat(Comparison.of(EXPECTED, published).agrees()).isTrue();
  }

  @Test
  void mean_beyondAMillionth_differs() {
    published.put(FIRST, new Publication(10, 2.000003, 0, true));
    assertDiffers("window 00:00:00: mean 2.0 expected, 2.000003 published");
  }

  @Test
  void mean_thatIsNaN_differs() {
    published.put(FIRST, new Publication(10, Double.NaN, 0, true));
    assertDiffers("window 00:00:00: mean 2.0 expected, NaN published");
  }

  @Test
  void count_oneLess_differs() {
    published.put(SECOND, new Publication(3, 0.5, 0, true));
    assertDiffers("window 00:00:05: 4 samples expected, 3 published");
  }

  @Test
  void window_missing_differs() {
    published.remove(SECOND);
    assertDiffers("window 00:00:05: 4 samples expected, nothing published");
  }

  @Test
  void window_notFinal_differs() {
    published.put(SECOND, new Publication(4, 0.5, 2, false));
    assertDiffers("window 00:00:05: revision 2 is not final");
  }

  @Test
  void window_thatNobodyExpects_differs() {
    published.put(new WindowKey(SERIES, 10_000), new Publication(1, 0.5, 0, true));
    assertDiffers("window 00:00:10: no samples expected, 1 published");
  }

  @Test
  void window_emptyAfterSilence_isNotCompared() {
    published.put(new WindowKey(SERIES, 10_000), new Publication(0, Double.NaN, 0, true));
    assertThat(Comparison.of(EXPECTED, published).agrees()).isTrue();
  }

  @Test
  void deadLetters_oneTooFew_differ() {
    Comparison comparison =
        Comparison.of(EXPECTED, published)
            .with(letters("bad-label", 2), letters("bad-label", 1), List.of());
    assertThat(comparison.differences()).containsExactly("dead letters bad-label: 2 sent, 1 found");
  }

  @Test
  void deadLetters_thatNobodySent_differ() {
    Comparison comparison =
        Comparison.of(EXPECTED, published).with(new TreeMap<>(), letters("too-late", 1), List.of());
    assertThat(comparison.differences()).containsExactly("dead letters too-late: 0 sent, 1 found");
  }

  @Test
  void faults_ofPublishing_areDifferences() {
    Comparison comparison =
        Comparison.of(EXPECTED, published)
            .with(new TreeMap<>(), new TreeMap<>(), List.of("revision 1 came after revision 1"));
    assertThat(comparison.agrees()).isFalse();
  }

  @Test
  void nothing_compared_doesNotAgree() {
    assertThat(Comparison.of(new TreeMap<>(), new TreeMap<>()).agrees()).isFalse();
  }

  private void assertDiffers(String difference) {
    Comparison comparison = Comparison.of(EXPECTED, published);
    assertThat(comparison.agrees()).isFalse();
    assertThat(comparison.differences()).containsExactly(SERIES + " " + difference);
    assertThat(comparison.series().get(SERIES).differing()).isEqualTo(1);
  }

  private static SortedMap<String, Long> letters(String reason, long count) {
    return new TreeMap<>(Map.of(reason, count));
  }
}
