package io.losswatch.core.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowTest {
  @ParameterizedTest
  @CsvSource({
    "rolling:5m/10s, rolling:5m/10s, 10000",
    "rolling:300s/10000ms, rolling:5m/10s, 10000",
    "rolling:1m/1m, rolling:1m/1m, 60000",
    "rolling:5m/7s, rolling:5m/7s, 1000",
    "rolling:1ms/1ms, rolling:1ms/1ms, 1",
    "tumbling:1h, tumbling:1h, 3600000",
    "tumbling:60m, tumbling:1h, 3600000",
    "tumbling:3650d, tumbling:3650d, 315360000000",
    "last:10000/1000, last:10000/1000, 0",
    "last:007/007, last:7/7, 0",
    "last:1000/1, last:1000/1, 0",
    "last:2147483647/2147483647, last:2147483647/2147483647, 0",
    "ewma:10m, ewma:10m, 75000",
    "ewma:600s, ewma:10m, 75000",
    "ewma:8ms, ewma:8ms, 1",
    "ewma:3650d, ewma:3650d, 39420000000"
  })
  void window_parsed_printsItsCanonicalText(String text, String canonical, long paneMillis) {
    Window window = Window.parse(text);
    assertThat(window).hasToString(canonical).isEqualTo(Window.parse(canonical));
    assertThat(window.paneMillis()).isEqualTo(paneMillis);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rolling:5m | rolling:SIZE/EVERY",
        "rolling:5m/10s/1s | a duration is written",
        "rolling:10s/5m | at least once in its size 10s, but every is 5m",
        "rolling:0s/10s | size is from 1ms to 3650d, but this is 0s",
        "rolling:5m/0s | every is from 1ms to 3650d, but this is 0s",
        "rolling:/10s | a duration is written",
        "tumbling: | a duration is written",
        "tumbling:1h/1m | a duration is written",
        "tumbling:0ms | size is from 1ms to 3650d",
        "tumbling:3651d | but this is 3651d",
        "last:100 | last:N/M",
        "last:100/ | in digits: ''",
        "last:-5/1 | in digits: '-5'",
        "last:5m/1m | in digits: '5m'",
        "last:0/0 | 1 <= M <= N",
        "last:10/11 | 1 <= M <= N, but N is 10 and M is 11",
        "last:1001/1 | at least N/1000, but here it is 1",
        "last:2147483648/1 | at most 2147483647, but this is 2147483648",
        "ewma: | a duration is written",
        "ewma:10m/1m | a duration is written",
        "ewma:0s | half-life is from 1ms to 3650d, but this is 0s",
        "ewma:3651d | but this is 3651d",
        "ewma:4ms | a half-life is a multiple of 8ms",
        "ewma:1001ms | but this is 1001ms",
        "Tumbling:1h | rolling:SIZE/EVERY, tumbling:SIZE, last:N/M or ewma:HALF-LIFE",
        "sliding:1h | rolling:SIZE/EVERY, tumbling:SIZE, last:N/M or ewma:HALF-LIFE",
        "5m | rolling:SIZE/EVERY, tumbling:SIZE, last:N/M or ewma:HALF-LIFE"
      })
  void window_badText_isRefusedWithRuleAndText(String text, String rule) {
    assertThatThrownBy(() -> Window.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(rule)
        .hasMessageContaining("'" + text + "'");
  }

  @Test
  void window_negativeSize_isRefusedWithTheNumber() {
    assertThatThrownBy(() -> new Tumbling(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1 ms");
  }

  @ParameterizedTest
  @CsvSource({
    "rolling:5m/10s tumbling:1h, 10000",
    "rolling:1m/15s rolling:1m/10s, 5000",
    "tumbling:7s tumbling:3s, 1000",
    "tumbling:1h, 3600000",
    "rolling:5m/10s last:10/1, 10000",
    "last:10/1, 0",
    "rolling:5m/10s ewma:80s, 10000",
    "rolling:5m/10s ewma:10m, 5000"
  })
  void panes_ofSeveralWindows_haveTheGreatestCommonDivisor(String windows, long paneMillis) {
    List<Window> parsed = Arrays.stream(windows.split(" ")).map(Window::parse).toList();
    assertThat(Window.paneMillis(parsed)).isEqualTo(paneMillis);
  }

  @Test
  void plan_withoutWindows_isRefused() {
    assertThatThrownBy(() -> new WindowPlan(List.of(), new Lateness(0, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one window");
  }

  @Test
  void plan_withAWindowTwice_isRefused() {
    List<Window> twice = List.of(Window.parse("tumbling:60m"), Window.parse("tumbling:1h"));
    assertThatThrownBy(() -> new WindowPlan(twice, new Lateness(0, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("each window once, but has [tumbling:1h, tumbling:1h]");
  }

  @Test
  void lateness_negative_isRefusedWithTheNumber() {
    assertThatThrownBy(() -> new Lateness(-3, 0)).hasMessageContaining("allowed lateness");
    assertThatThrownBy(() -> new Lateness(0, -4)).hasMessageContaining("-4");
  }
}
