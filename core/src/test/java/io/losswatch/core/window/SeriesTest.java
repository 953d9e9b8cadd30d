package io.losswatch.core.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeriesTest {
  private static final List<String> PIECES =
      List.of("", "a", "%", "/", ",", "=", "+", "%2F", "%25", " ", "é", "日本", "😀", "\n", "\0");

  @Test
  void key_ofHostileNames_isParsedBackAndUnique() {
    long seed = 20240607;
    Random random = new Random(seed);
    Set<Series> all = new HashSet<>();
    Set<String> keys = new HashSet<>();
    for (int i = 0; i < 5_000; i++) {
      SortedMap<String, String> slice = new TreeMap<>();
      for (int tags = random.nextInt(4); tags > 0; tags--) {
        slice.put(text(random), text(random));
      }
      Series series = new Series(text(random), text(random), text(random), slice);
      assertThat(Series.parse(series.key())).as("seed %d", seed).isEqualTo(series);
      all.add(series);
      keys.add(series.key());
    }
    assertThat(keys).hasSameSizeAs(all);
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int pieces = random.nextInt(4); pieces > 0; pieces--) {
      text.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return text.toString();
  }

  @Test
  void key_ofTheWhole_endsWithASlash() {
    assertThat(Series.of("ce", "digits", "").key()).isEqualTo("ce/digits//");
  }

  @Test
  void key_ofASlice_hasSortedTagsAndEncodesFourCharacters() {
    SortedMap<String, String> slice = new TreeMap<>(Comparator.reverseOrder());
    slice.put("b", "x+y z");
    slice.put("a=", "1/2,3%");
    assertThat(new Series("m", "d", "v1", slice).key())
        .isEqualTo("m/d/v1/a%3D=1%2F2%2C3%25,b=x+y z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/b/c", "a/b/c/d=e/f", "a/b/c/d", "a/b/c/d=1,d=2", "a/b/c/,"})
  void key_malformed_isRefusedWithTheText(String key) {
    assertThatThrownBy(() -> Series.parse(key))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("series key")
        .hasMessageContaining("'" + key + "'");
  }

  @Test
  void other_ofAMonitor_isWrittenAsAnySeries() {
    Series other = Series.other("ce", 3);

    assertThat(other.key()).isEqualTo("ce/other//max-series=exceeded,partition=3");
    assertThat(Series.parse(other.key())).isEqualTo(other);
    assertThat(other.slice()).containsKey(Series.RESERVED_TAG);
  }
}
