package io.losswatch.deploy.http;

import static io.losswatch.deploy.http.Published.published;
import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.stream.LossStream;
import io.losswatch.stream.StreamCounts;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LossBoardTest {
  private StreamCounts.Standing standing = Published.owned(1);
  private final LossBoard board = new LossBoard(() -> standing);

  @Test
  void windows_ofOneSeries_areOneRowWithTheNewestAndAllMeans() {
    board.add(published(Map.of(), 10, 1.5, 3));
    board.add(published(Map.of(), 20, 2.5, 4));

    assertThat(board.rows())
        .singleElement()
        .satisfies(row -> {
          assertThat(row.latest().getMean()).isEqualTo(2.5);
          assertThat(board.points(row.id()))
              .containsExactly(new LossBoard.Point(10_000, 1.5), new LossBoard.Point(20_000, 2.5));
        });
  }

  @Test
  void revision_ofAnEarlierWindow_correctsItsPointAndNotTheRow() {
    board.add(published(Map.of(), 10, 1.5, 3));
    board.add(published(Map.of(), 20, 2.5, 4));
    board.add(published(Map.of(), 10, 9, 4));

    assertThat(board.rows())
        .singleElement()
        .satisfies(row -> {
          assertThat(row.latest().getMean()).isEqualTo(2.5);
          assertThat(board.points(row.id()))
              .containsExactly(new LossBoard.Point(10_000, 9), new LossBoard.Point(20_000, 2.5));
        });
  }

  @Test
  void slices_comeBehindTheirWhole() {
    board.add(published(Map.of("region", "eu", "device", "tv"), 10, 1, 1));
    board.add(published(Map.of("region", "us"), 10, 1, 1));
    board.add(published(Map.of(), 10, 1, 1));

    assertThat(board.rows())
        .extracting(row -> row.latest().getSlice())
        .containsExactly(Map.of(), Map.of("region", "us"), Map.of("region", "eu", "device", "tv"));
  }

  @Test
  void series_thatFallsSilent_goes() {
    board.add(published(Map.of(), 10, 1.5, 3));
    int id = board.rows().get(0).id();
    board.add(published(Map.of(), 20, Double.NaN, 0));

    assertThat(board.rows()).isEmpty();
    assertThat(board.points(id)).isEmpty();
  }

  @Test
  void closingOfAnEarlierWindow_leavesTheRow() {
    board.add(published(Map.of(), 30, 1.5, 3));
    board.add(published(Map.of(), 20, Double.NaN, 0));

    assertThat(board.rows()).hasSize(1);
  }

  @Test
  void series_ofAPartitionThatHasMoved_isNotShownUntilItIsPublishedHereAgain() {
    board.add(published(Map.of(), 10, 1.5, 3));
    int id = board.rows().get(0).id();
    standing = new StreamCounts.Standing(Map.of(), Map.of());
    assertThat(board.rows()).isEmpty();

    standing = Published.owned(2);
    assertThat(board.rows()).as("nothing is published in this ownership yet").isEmpty();

    LossStream.Published revision = published(Map.of(), 8, 3.5, 5);
    board.add(new LossStream.Published(revision.loss(), revision.partition(), 2));
    assertThat(board.rows())
        .singleElement()
        .satisfies(row -> {
          assertThat(row.id()).isEqualTo(id);
          assertThat(row.latest().getMean()).isEqualTo(3.5);
        });
  }

  @Test
  void series_thatIsNotShown_makesRoom() {
    for (int i = 0; i < LossBoard.MAX_ENTRIES; i++) {
      board.add(published(Map.of("user", Integer.toString(i)), 10, 1, 1));
    }
    standing = Published.owned(2);
    LossStream.Published newer = published(Map.of("user", "new"), 10, 1, 1);
    board.add(new LossStream.Published(newer.loss(), newer.partition(), 2));

    assertThat(board.rows()).hasSize(1);
    assertThat(board.refused()).isZero();
  }

  @Test
  void rowsAndPoints_areBoundedAndWhatGoesIsCounted() {
    for (int i = 0; i <= LossBoard.MAX_ENTRIES; i++) {
      board.add(published(Map.of("user", Integer.toString(i)), 10, 1, 1));
    }
    assertThat(board.rows()).hasSize(LossBoard.MAX_ENTRIES);
    assertThat(board.refused()).isEqualTo(1);

    Map<String, String> known = board.rows().get(0).latest().getSlice();
    for (int i = 1; i <= 2 * LossBoard.MAX_POINTS; i++) {
      board.add(published(known, 10 + i, i, 1));
    }
    assertThat(board.points(board.rows().get(0).id()))
        .hasSize(LossBoard.MAX_POINTS)
        .last()
        .isEqualTo(new LossBoard.Point((10 + 2L * LossBoard.MAX_POINTS) * 1000, 1000));
  }
}
