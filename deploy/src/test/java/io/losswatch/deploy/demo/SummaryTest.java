package io.losswatch.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.deploy.demo.ExpectedLosses.Sum;
import io.losswatch.deploy.demo.PublishedWindows.Publication;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SummaryTest {
  private static final String SERIES = "digits-ce/digits/1/region=eu";

  /** Traffic begins at 2 s; drift is on from 9 s to 17 s of the same clock. */
  private static final DriftSchedule SCHEDULE =
      new DriftSchedule(7_000, 15_000, 1_000_000, List.of("eu"));

  private final SortedMap<WindowKey, Sum> expected = new TreeMap<>();
  private final SortedMap<WindowKey, Publication> published = new TreeMap<>();

  SummaryTest() {
    double[] means = {1, 3, 9, 6, 2};
    for (int i = 0; i < means.length; i++) {
      WindowKey key = new WindowKey(SERIES, 5_000L * i);
      expected.put(key, new Sum(400, 400 * means[i]));
      published.put(key, new Publication(400, means[i], 0, true));
    }
  }

  @Test
  void summary_whenAllAgree_showsCalmAndDriftOfWholeWindows() {
    SortedMap<String, Long> letters = new TreeMap<>(Map.of("bad-label", 2L));
    Comparison comparison = Comparison.of(expected, published).with(letters, letters, List.of());
    assertThat(String.join("\n", lines(comparison)))
        .isEqualTo(
            """

            monitor       slice                     windows   samples   calm mean  drift mean  agrees
            digits-ce     region=eu                       5     2,000      1.5000      9.0000  yes

            dead letters:  bad-label 2
            All 5 windows agree with the losses that the demo computed by itself.\
            """);
  }

  @Test
  void summary_ofManySeries_hasTheMonitorsInTheirOrderAndTheWholeFirst() {
    for (String series :
        List.of(
            "text-ce/bigram/1/", "digits-ce/digits/1/", "digits-ce/digits/1/device=a,region=a")) {
      expected.put(new WindowKey(series, 0), new Sum(1, 1));
    }
    assertThat(lines(Comparison.of(expected, published)).subList(2, 6))
        .extracting(line -> line.substring(0, 38).stripTrailing())
        .containsExactly(
            "digits-ce     all",
            "digits-ce     region=eu",
            "digits-ce     device=a,region=a",
            "text-ce       all");
  }

  @Test
  void summary_whenAWindowDiffers_namesIt() {
    published.put(new WindowKey(SERIES, 0), new Publication(399, 1, 0, true));
    assertThat(lines(Comparison.of(expected, published)))
        .contains(
            "1 differences:", SERIES + " window 00:00:00: 400 samples expected, 399 published")
        .anyMatch(line -> line.endsWith("NO, 1 differ"));
  }

  @Test
  void summary_whenNothingWasCompared_saysSo() {
    Comparison nothing = Comparison.of(new TreeMap<>(), new TreeMap<>());
    assertThat(lines(nothing)).last().isEqualTo("Nothing was compared: no window has samples.");
  }

  @Test
  void summary_ofManyDifferences_isCut() {
    Comparison comparison =
        new Comparison(
            new TreeMap<>(Map.of(SERIES, new Comparison.Verdict(50, 1, 50))),
            new TreeMap<>(),
            IntStream.range(0, 50).mapToObj(i -> "difference " + i).toList());
    assertThat(lines(comparison)).last().isEqualTo("... and 10 more");
  }

  private List<String> lines(Comparison comparison) {
    return Summary.lines(comparison, published, 5_000, SCHEDULE, 2_000);
  }
}
