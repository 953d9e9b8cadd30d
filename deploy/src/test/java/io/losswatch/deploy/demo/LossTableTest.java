package io.losswatch.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.deploy.demo.LossHistory.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LossTableTest {
  @Test
  void table_inDrift_isThisText() {
    List<LossTable.Row> rows =
        List.of(
            row("digits-ce", "all", true, 1, 2, 3),
            row("digits-ce", "eu", true, 1, 5, 9),
            row("diabetes-mse", "all", false, 0.5),
            new LossTable.Row("text-ce", "all", false, List.of()));
    assertThat(String.join("\n", LossTable.lines(view(rows, Map.of("bad-label", 2L)))))
        .isEqualTo(
            """
            losswatch demo  1:05  drift in eu  412 predictions/s
            monitor       slice          mean ± std. error  the last 40 s                              samples
            digits-ce     all        ▲     3.0000 ± 0.0123                                       ▁▂▃     1,234
                          eu         ▲     9.0000 ± 0.0123                                       ▁▅█     1,234
            diabetes-mse  all              0.5000 ± 0.0123                                         ▁     1,234
            text-ce       all
            dead letters:  bad-label 2\
            """);
  }

  @Test
  void deadLetters_ofManyReasons_areWrappedWithinTheWidth() {
    Map<String, Long> counts = new TreeMap<>();
    for (String reason :
        List.of("bad-label", "bad-length", "malformed-frame", "malformed-record", "wrong-kind")) {
      counts.put(reason, 123_456L);
    }
    List<String> lines = LossTable.lines(view(List.of(), counts));
    assertThat(lines.subList(2, 4))
        .containsExactly(
            "dead letters:  bad-label 123456  bad-length 123456  malformed-frame 123456  malformed-record 123456",
            "               wrong-kind 123456");
  }

  @Test
  void table_withFullHistories_isNotWiderThanAHundred() {
    double[] means = new double[LossHistory.LENGTH];
    for (int i = 0; i < means.length; i++) {
      means[i] = 1000 + i;
    }
    List<LossTable.Row> rows = List.of(row("diabetes-mse", "region=eu", true, means));
    assertThat(LossTable.lines(view(rows, Map.of())))
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(LossTable.WIDTH));
  }

  @Test
  void table_withoutDeadLetters_saysNone() {
    assertThat(LossTable.lines(view(List.of(), Map.of()))).last().isEqualTo("dead letters: none");
  }

  @Test
  void plainLines_ofTwoMonitors_areOneEachAndTheDeadLetters() {
    List<LossTable.Row> rows =
        List.of(
            row("digits-ce", "all", true, 3),
            row("digits-ce", "eu", true, 9),
            row("digits-ce", "us", false, 0.25),
            new LossTable.Row("text-ce", "all", false, List.of()));
    assertThat(LossTable.plainLines(view(rows, Map.of())))
        .containsExactly(
            "1:05 drift in eu     digits-ce      all 3.0000▲  eu 9.0000▲  us 0.2500",
            "1:05 drift in eu     text-ce        all -",
            "1:05 dead letters: none");
  }

  private static LossTable.View view(List<LossTable.Row> rows, Map<String, Long> deadLetters) {
    SortedMap<String, Long> sorted = new TreeMap<>(deadLetters);
    return new LossTable.View(65_432, "drift in eu", 412.4, rows, sorted);
  }

  private static LossTable.Row row(
      String monitor, String slice, boolean drifting, double... means) {
    List<Point> history = new ArrayList<>();
    for (double mean : means) {
      history.add(new Point(mean, 0.0123, 1234));
    }
    return new LossTable.Row(monitor, slice, drifting, history);
  }
}
