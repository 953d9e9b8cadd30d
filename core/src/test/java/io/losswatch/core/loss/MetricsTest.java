package io.losswatch.core.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricsTest {
  @Test
  void known_isSorted_andEachCanBeAskedFor() {
    assertThat(Metrics.known()).containsExactly("accuracy", "brier", "ece", "perplexity", "top_k");
    for (String name : Metrics.known()) {
      assertThat(Metrics.of(List.of(name), 1).names()).containsExactly(name);
    }
  }

  @Test
  void of_unknownName_listsTheNames() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metrics.of(List.of("brier", "f1"), 5))
        .withMessage(
            "a metric is one of [accuracy, brier, ece, perplexity, top_k], but it is \"f1\"");
  }

  @Test
  void of_kBelowOne_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metrics.of(List.of(), 0))
        .withMessage("k is >= 1, but it is 0");
  }

  @Test
  void text_isCanonical() {
    Metrics one = Metrics.of(List.of("top_k", "accuracy", "top_k"), 3);
    Metrics other = Metrics.of(List.of("accuracy", "top_k"), 3);
    assertThat(one).isEqualTo(other).hasSameHashCodeAs(other).hasToString("accuracy,top_k=3");
    assertThat(one).isNotEqualTo(Metrics.of(List.of("accuracy", "top_k"), 4));
    assertThat(one.k()).isEqualTo(3);
  }

  @Test
  void k_withoutTopK_changesNothing() {
    assertThat(Metrics.of(List.of("ece"), 3)).isEqualTo(Metrics.of(List.of("ece"), 4));
    assertThat(Metrics.of(List.of("ece"), 3).k()).isEqualTo(Metrics.DEFAULT_K);
    assertThat(Metrics.of(List.of(), 3)).isSameAs(Metrics.NONE).hasToString("");
  }

  @Test
  void values_ofSumsOfOthers_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metrics.of(List.of("accuracy"), 1).values(new double[3]))
        .withMessage("metrics [accuracy] are read from 2 sums, but there are 3");
    assertThat(Metrics.NONE.values(new double[0])).isEmpty();
  }

  @Test
  void losses_nameTheirCompanions() {
    assertThat(Losses.of("cross_entropy", Map.of()).metrics()).hasSize(5);
    assertThat(Losses.of("nll", Map.of()).metrics()).hasSize(5);
    assertThat(Losses.of("bce", Map.of()).metrics()).containsExactly("accuracy", "brier");
    assertThat(Losses.of("bce_with_logits", Map.of()).metrics())
        .containsExactly("accuracy", "brier");
    assertThat(Losses.of("focal", Map.of()).metrics()).containsExactly("accuracy", "brier");
    assertThat(Losses.of("multilabel_soft_margin", Map.of()).metrics())
        .containsExactly("accuracy", "brier");
    assertThat(Losses.of("multi_margin", Map.of()).metrics()).containsExactly("accuracy", "top_k");
    assertThat(Losses.of("mse", Map.of()).metrics()).isEmpty();
  }
}
