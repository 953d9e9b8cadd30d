package io.losswatch.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Each model on the half that it never saw, calm and in drift. */
class ModelsTest {
  @Test
  void digits_onUnseenHalf_areReadRightNineTimesOfTen() {
    RowFeed feed = RowFeed.digits();
    Answer answer = all(feed, false);
    assertThat(right(answer)).isGreaterThan(feed.live().size() * 90L / 100);
  }

  @Test
  void cancer_onUnseenHalf_isToldRight() {
    RowFeed feed = RowFeed.cancer();
    Answer answer = all(feed, false);
    long right =
        IntStream.range(0, feed.live().size())
            .filter(i -> (answer.predictions().at(i) > 0) == (answer.labels().at(i) == 1))
            .count();
    assertThat(right).isGreaterThan(feed.live().size() * 93L / 100);
  }

  @Test
  void diabetes_onUnseenHalf_leavesLessThanSevenTenthsOfTheVariance() {
    assertThat(mean(all(RowFeed.diabetes(), false))).isLessThan(0.7);
  }

  @Test
  void text_onUnseenLines_isFarFromUniform() {
    double uniform = Math.log(Alphabet.size());
    assertThat(mean(text(TextFeed.readme(), false))).isLessThan(0.8 * uniform);
  }

  @Test
  void digits_turned_costTenTimesAsMuch() {
    RowFeed feed = RowFeed.digits();
    assertThat(mean(all(feed, true))).isGreaterThan(10 * mean(all(feed, false)));
  }

  @Test
  void cancer_miscalibrated_costsThreeTimesAsMuch() {
    RowFeed feed = RowFeed.cancer();
    assertThat(mean(all(feed, true))).isGreaterThan(3 * mean(all(feed, false)));
  }

  @Test
  void diabetes_miscalibrated_costsTwiceAsMuch() {
    RowFeed feed = RowFeed.diabetes();
    assertThat(mean(all(feed, true))).isGreaterThan(2 * mean(all(feed, false)));
  }

  @Test
  void text_shuffled_costsAQuarterMore() {
    TextFeed feed = TextFeed.readme();
    assertThat(mean(text(feed, true))).isGreaterThan(1.25 * mean(text(feed, false)));
  }

  @Test
  void answers_ofTheSameRows_areTheSameAfterAnotherTraining() {
    double first = mean(all(RowFeed.digits(), false));
    assertThat(mean(all(RowFeed.digits(), false))).isEqualTo(first);
  }

  private static Answer all(RowFeed feed, boolean drifting) {
    return feed.answer(IntStream.range(0, feed.live().size()).toArray(), drifting);
  }

  private static Answer text(TextFeed feed, boolean drifting) {
    return feed.answer(new Random(7), 1600, drifting);
  }

  private static double mean(Answer answer) {
    return Arrays.stream(PlainLosses.of(answer)).average().orElseThrow();
  }

  private static long right(Answer answer) {
    return IntStream.range(0, answer.labels().size())
        .filter(i -> highest(answer.predictions(), i) == answer.labels().at(i))
        .count();
  }

  private static int highest(Numbers logits, int row) {
    int classes = logits.lastExtent();
    int highest = 0;
    for (int c = 1; c < classes; c++) {
      if (logits.at(row * classes + c) > logits.at(row * classes + highest)) {
        highest = c;
      }
    }
    return highest;
  }
}
