package io.losswatch.stream.fold;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeriesIdTest {
  @ParameterizedTest
  @CsvSource({
    "ce/digits/1/, 0",
    "ce/digits/1/region=north, -1",
    "a|b/c|d/1/, 255",
    "ce/|/|/|, 9223372036854775807",
    "'', -9223372036854775808"
  })
  void id_ofAPartKey_isTheOneItWasMadeOf(String series, long fingerprint) {
    SeriesId id = new SeriesId(series, fingerprint);
    String key = id.partKey("publication:rolling:5m/10s@1700000000000");

    assertThat(SeriesId.ofPartKey(key)).isEqualTo(id);
    assertThat(SeriesId.part(key)).isEqualTo("publication:rolling:5m/10s@1700000000000");
  }
}
