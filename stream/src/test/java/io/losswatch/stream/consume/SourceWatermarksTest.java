package io.losswatch.stream.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.stream.consume.SourceWatermarks.Slowest;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which source the others wait for. */
class SourceWatermarksTest {
  private static final SourcePartition A = new SourcePartition("predictions", 0);
  private static final SourcePartition B = new SourcePartition("predictions", 1);
  private static final SourcePartition C = new SourcePartition("more", 0);

  private final SourceWatermarks watermarks = new SourceWatermarks(Map.of("predictions", 2));

  @Test
  void slowest_nothingHeard_isNotKnown() {
    watermarks.publish();

    assertThat(watermarks.slowest(Map.of())).isNull();
  }

  @Test
  void slowest_heardButNotPublished_isNotKnown() {
    watermarks.hear(A, 10);

    assertThat(watermarks.slowest(Map.of())).isNull();
  }

  @Test
  void slowest_ofTwo_isTheSmaller() {
    hear(A, 10);
    hear(B, 20);
    assertThat(watermarks.slowest(Map.of())).isEqualTo(new Slowest(A, 10));

    hear(A, 30);
    assertThat(watermarks.slowest(Map.of())).isEqualTo(new Slowest(B, 20));
  }

  @Test
  void slowest_olderWord_doesNotCount() {
    hear(B, 50);
    hear(A, 30);
    hear(A, 10);

    assertThat(watermarks.slowest(Map.of())).isEqualTo(new Slowest(A, 30));
  }

  @Test
  void source_neverHeardOf_countsAsWhereTheSlowestStoodThen() {
    hear(A, 10);
    hear(A, 1000);

    assertThat(watermarks.slowest(Map.of())).isEqualTo(new Slowest(B, 10));
  }

  @Test
  void source_thatSaysItHasNotSpoken_isNotHeardOf() {
    hear(B, Lane.SILENT);
    hear(A, 10);
    hear(A, 1000);

    assertThat(watermarks.slowest(Map.of())).isEqualTo(new Slowest(B, 10));
  }

  @Test
  void source_firstHeardOfFurtherBack_isTheSlowest() {
    hear(A, 10);
    hear(B, -5000);

    assertThat(watermarks.slowest(Map.of())).isEqualTo(new Slowest(B, -5000));
  }

  @Test
  void roster_thatGrows_missesTheNewcomerFromThenOn() {
    hear(A, 10);
    hear(B, 10);
    hear(A, 500);
    hear(B, 400);
    watermarks.expect("more", 1);
    watermarks.publish();
    hear(A, 900);
    hear(B, 900);

    assertThat(watermarks.slowest(Map.of())).isEqualTo(new Slowest(C, 400));
  }

  @Test
  void slowest_fallenSilent_isNotKnownUntilItIsPublishedAgain() {
    hear(A, 10);
    watermarks.fallSilent();
    assertThat(watermarks.slowest(Map.of())).isNull();

    hear(A, 20);
    hear(B, 15);
    assertThat(watermarks.slowest(Map.of())).isEqualTo(new Slowest(B, 15));
  }

  @Test
  void slowest_withWhatIsTheCallersOwn_takesItsWord() {
    hear(A, 10);
    hear(B, 20);

    assertThat(watermarks.slowest(Map.of(A, 30L))).isEqualTo(new Slowest(B, 20));
    assertThat(watermarks.slowest(Map.of(A, 5L))).isEqualTo(new Slowest(A, 5));
  }

  @Test
  void slowest_nothingHeard_isOfTheCallersOwn() {
    assertThat(watermarks.slowest(Map.of(A, 30L, B, 20L))).isEqualTo(new Slowest(B, 20));
  }

  private void hear(SourcePartition source, long watermarkMillis) {
    watermarks.hear(source, watermarkMillis);
    watermarks.publish();
  }
}
