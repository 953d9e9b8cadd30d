package io.losswatch.core.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {
  @ParameterizedTest
  @CsvSource({
    "0s, 0, 0s",
    "0ms, 0, 0s",
    "1ms, 1, 1ms",
    "200ms, 200, 200ms",
    "1500ms, 1500, 1500ms",
    "5s, 5000, 5s",
    "005s, 5000, 5s",
    "90s, 90000, 90s",
    "300s, 300000, 5m",
    "10m, 600000, 10m",
    "60m, 3600000, 1h",
    "1h, 3600000, 1h",
    "24h, 86400000, 1d",
    "7d, 604800000, 7d",
    "9223372036854775807ms, 9223372036854775807, 9223372036854775807ms",
    "106751991167d, 9223372036828800000, 106751991167d"
  })
  void duration_parsedAndFormatted_usesTheLargestExactUnit(
      String text, long millis, String canonical) {
    assertThat(DurationText.parseMillis(text)).isEqualTo(millis);
    assertThat(DurationText.format(millis)).isEqualTo(canonical);
    assertThat(DurationText.parseMillis(canonical)).isEqualTo(millis);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "5",
        "s",
        "-5s",
        "+5s",
        "5 s",
        " 5s",
        "5s\n",
        "1.5h",
        "5S",
        "5sec",
        "1h30m",
        "PT5S",
        "٥s",
        "9223372036854775808ms",
        "106751991168d",
        "99999999999999999999s"
      })
  void duration_notOfThatForm_isRefusedWithTheText(String text) {
    assertThatThrownBy(() -> DurationText.parseMillis(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a duration")
        .hasMessageContaining("'" + text + "'");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE})
  void duration_negative_isNotFormatted(long millis) {
    assertThatThrownBy(() -> DurationText.format(millis))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Long.toString(millis));
  }
}
