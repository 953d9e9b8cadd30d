package io.losswatch.core.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GridTest {
  @ParameterizedTest
  @CsvSource({"1,1", "5,5", "6,2", "7,3", "10,4", "5,3"})
  void ends_ofEveryTime_areThoseOfTheWindowsThatContainIt(long size, long every) {
    Grid grid = new Grid(size, every);
    for (long time = -50; time <= 50; time++) {
      List<Long> ends = new ArrayList<>();
      long closing = Long.MAX_VALUE;
      for (long start = -40 * every - 60 * every; start <= 100 * every; start += every) {
        if (start <= time && time < start + size) {
          ends.add(start + size);
        }
        if (start > time && closing == Long.MAX_VALUE) {
          closing = start + size;
        }
      }
      assertThat(grid.firstEndAfter(time)).as("time %d", time).isEqualTo(ends.get(0));
      assertThat(grid.lastEndOf(time)).as("time %d", time).isEqualTo(ends.get(ends.size() - 1));
      assertThat(grid.closingEndOf(time)).as("time %d", time).isEqualTo(closing);
    }
  }

  @ParameterizedTest
  @CsvSource({"0,10,0", "9,10,0", "10,10,10", "-1,10,-10", "-10,10,-10", "-11,10,-20"})
  void floor_beforeTheEpoch_goesDownwards(long time, long width, long floor) {
    assertThat(Grid.floor(time, width)).isEqualTo(floor);
  }
}
