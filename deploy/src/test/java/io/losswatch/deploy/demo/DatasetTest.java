package io.losswatch.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DatasetTest {
  @Test
  void digits_loaded_areImagesWithPixelsBetweenZeroAndOne() {
    Dataset digits = Dataset.digits();
    assertThat(digits.size()).isEqualTo(1797);
    assertThat(digits.columns()).isEqualTo(64);
    assertThat(digits.row(0)[2]).isEqualTo(5.0 / 16);
    for (int i = 0; i < digits.size(); i++) {
      assertThat(Arrays.stream(digits.row(i))).allMatch(pixel -> pixel >= 0 && pixel <= 1);
      assertThat(digits.target(i)).isIn(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0);
    }
  }

  @Test
  void breastCancer_loaded_hasItsHeaderLineRemoved() {
    Dataset cancer = Dataset.breastCancer();
    assertThat(cancer.size()).isEqualTo(569);
    assertThat(cancer.columns()).isEqualTo(30);
    assertThat(cancer.row(0)[0]).isEqualTo(17.99);
    assertThat(cancer.targetMean()).isEqualTo(357.0 / 569);
  }

  @Test
  void diabetes_loaded_joinsRowsAndTargets() {
    Dataset diabetes = Dataset.diabetes();
    assertThat(diabetes.size()).isEqualTo(442);
    assertThat(diabetes.row(0)).containsExactly(59, 2, 32.1, 101, 157, 93.2, 38, 4, 4.8598, 87);
    assertThat(diabetes.target(1)).isEqualTo(75);
  }

  static Stream<Dataset> all() {
    return Stream.of(Dataset.digits(), Dataset.breastCancer(), Dataset.diabetes());
  }

  @ParameterizedTest
  @MethodSource("all")
  void halves_ofAnyData_areDisjointAndTogetherAll(Dataset data) {
    Dataset.Halves halves = data.halves();
    Set<double[]> rows = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Dataset half : new Dataset[] {halves.training(), halves.live()}) {
      for (int i = 0; i < half.size(); i++) {
        assertThat(rows.add(half.row(i))).isTrue();
      }
    }
    assertThat(rows).hasSize(data.size());
    assertThat(halves.live().size() - halves.training().size()).isBetween(0, 1);
  }

  @Test
  void targets_standardised_haveMeanZeroAndDeviationOne() {
    Dataset data = new Dataset(new double[][] {{0}, {0}, {0}}, new double[] {1, 2, 6});
    Dataset standard = data.withTargets(data.targetMean(), data.targetDeviation());
    assertThat(standard.targetMean()).isEqualTo(0);
    assertThat(standard.targetDeviation()).isCloseTo(1, within(1e-15));
  }

  @Test
  void rows_moreThanTargets_areRefused() {
    assertThatThrownBy(() -> new Dataset(new double[2][1], new double[1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("each row has a target, but there are 2 rows and 1 targets");
  }

  @Test
  void lines_ofMissingResource_sayWhichOne() {
    assertThatThrownBy(() -> Dataset.lines("absent.csv"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the resource absent.csv is missing beside the demo");
  }
}
