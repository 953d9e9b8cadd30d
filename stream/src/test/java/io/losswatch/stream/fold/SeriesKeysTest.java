package io.losswatch.stream.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.core.batch.BatchHeader;
import io.losswatch.stream.evaluate.MonitorPlan;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SeriesKeysTest {
  private static final List<String> REGION = List.of("region");
  private static final List<String> BOTH = List.of("region", "device");

  private final SeriesKeys keys = new SeriesKeys();

  @Test
  void series_batchWithAllTags_areTheWholeAndEverySlice() {
    assertThat(
            keys(
                plan(List.of(REGION, BOTH)),
                Map.of("region", "north", "device", "phone", "x", "y")))
        .containsExactly(
            "ce/digits/1/", "ce/digits/1/region=north", "ce/digits/1/device=phone,region=north");
  }

  @Test
  void series_batchWithoutATag_lackTheSlicesThatNeedIt() {
    assertThat(keys(plan(List.of(REGION, BOTH)), Map.of("region", "north")))
        .containsExactly("ce/digits/1/", "ce/digits/1/region=north");
    assertThat(keys(plan(List.of(REGION, BOTH)), Map.of("device", "phone")))
        .containsExactly("ce/digits/1/");
    assertThat(keys(plan(List.of(REGION, BOTH)), Map.of())).containsExactly("ce/digits/1/");
  }

  @Test
  void series_emptyTagValue_isAValue() {
    assertThat(keys(plan(List.of(REGION)), Map.of("region", ""))).contains("ce/digits/1/region=");
  }

  @Test
  void series_tagsWithTheKeysOwnCharacters_areToldApart() {
    assertThat(keys(plan(List.of(REGION)), Map.of("region", "a/b,c=d%")))
        .contains("ce/digits/1/region=a%2Fb%2Cc%3Dd%25");
  }

  @Test
  void series_sliceThatIsThereTwice_countsOnce() {
    MonitorPlan plan = plan(List.of(REGION, BOTH, REGION, List.of("device", "region"), List.of()));

    assertThat(keys(plan, Map.of("region", "north", "device", "phone")))
        .containsExactly(
            "ce/digits/1/", "ce/digits/1/region=north", "ce/digits/1/device=phone,region=north");
  }

  @Test
  void series_moreThanAreRemembered_areStillRight() {
    MonitorPlan plan = plan(List.of(REGION));
    for (int i = 0; i < 10_500; i++) {
      keys(plan, Map.of("region", "r" + i));
    }

    for (int i = 0; i < 10_500; i += 500) {
      assertThat(keys(plan, Map.of("region", "r" + i)))
          .containsExactly("ce/digits/1/", "ce/digits/1/region=r" + i);
    }
  }

  private static MonitorPlan plan(List<List<String>> slices) {
    return Folds.plan("ce", slices, "tumbling:1s");
  }

  private List<String> keys(MonitorPlan plan, Map<String, String> tags) {
    return keys.of(plan, new BatchHeader("digits", "1", OptionalLong.empty(), null, tags));
  }
}
