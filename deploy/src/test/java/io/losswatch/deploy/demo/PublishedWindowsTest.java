package io.losswatch.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.deploy.demo.PublishedWindows.Publication;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PublishedWindowsTest {
  private static final WindowKey KEY = new WindowKey("digits-ce/digits/1/", 5_000);

  private final PublishedWindows published = new PublishedWindows("tumbling:5s");

  @Test
  void revisions_inOrder_leaveTheLastOne() {
    add(0, false, 1);
    add(1, true, 2);
    assertThat(published.last()).isEqualTo(Map.of(KEY, new Publication(3, 2, 1, true)));
    assertThat(published.faults()).isEmpty();
  }

  @Test
  void revision_afterTheFinalOne_isAFault() {
    add(0, true, 1);
    add(1, true, 1);
    assertThat(published.faults())
        .containsExactly(
            "digits-ce/digits/1/ window 00:00:05: revision 1 came after the final revision 0");
  }

  @Test
  void revision_publishedTwice_isAFault() {
    add(0, false, 1);
    add(0, false, 1);
    assertThat(published.faults())
        .containsExactly("digits-ce/digits/1/ window 00:00:05: revision 0 came after revision 0");
  }

  @Test
  void windows_withOneNotFinalOrMissing_areNotFinal() {
    add(0, false, 1);
    assertThat(published.areFinal(List.of(KEY))).isFalse();
    add(1, true, 1);
    assertThat(published.areFinal(List.of(KEY))).isTrue();
    assertThat(published.areFinal(List.of(KEY, new WindowKey(KEY.series(), 0)))).isFalse();
  }

  @Test
  void windows_ofAnotherKind_arePassedOver() {
    published.add(KEY.series(), RollingLosses.of("rolling:10s/1s", 5_000, 15_000, 0, true, 1));
    assertThat(published.last()).isEmpty();
  }

  private void add(int revision, boolean isFinal, double mean) {
    published.add(
        KEY.series(),
        RollingLosses.of("tumbling:5s", KEY.startMillis(), 10_000, revision, isFinal, mean));
  }
}
