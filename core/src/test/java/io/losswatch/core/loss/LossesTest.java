package io.losswatch.core.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LossesTest {
  @Test
  void names_sorted_eachMakesItsLoss() {
    assertThat(Losses.names())
        .isSorted()
        .contains("bce", "bce_with_logits", "cross_entropy", "mse", "nll");
    for (String name : Losses.names()) {
      Loss loss = Losses.of(name, Map.of());
      assertThat(loss.name()).isEqualTo(name);
      assertThat(loss.parameters()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "mse_loss, mse",
    "nll_loss, nll",
    "binary_cross_entropy, bce",
    "binary_cross_entropy_with_logits, bce_with_logits"
  })
  void of_functionalName_isTheSameLoss(String functional, String name) {
    assertThat(Losses.of(functional, Map.of()).name()).isEqualTo(name);
  }

  @Test
  void of_unknownName_listsTheNames() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Losses.of("mean_squared", Map.of()))
        .withMessageContaining("cross_entropy")
        .withMessageContaining("\"mean_squared\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mse | delta | 1 | mse takes no parameters, but is given delta=1",
        "bce | pos-weight | 1 | bce takes [class-weights], but is given pos-weight=1",
        "nll | label-smoothing | 0 | nll takes [class-weights, ignore-index]",
        "cross_entropy | label-smoothing | 1.1 | a number in [0, 1], but it is \"1.1\"",
        "cross_entropy | label-smoothing | -0.1 | a number in [0, 1]",
        "cross_entropy | label-smoothing | NaN | a number in [0, 1]",
        "cross_entropy | label-smoothing | much | but it is \"much\"",
        "cross_entropy | ignore-index | 1.5 | an integer, but it is \"1.5\"",
        "cross_entropy | class-weights | 1,,2 | but it is \"\"",
        "cross_entropy | class-weights | 1,-2 | finite and >= 0, but it is \"-2\"",
        "bce_with_logits | pos-weight | Infinity | finite and >= 0"
      })
  void of_badParameter_saysRuleAndValue(String name, String key, String text, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Losses.of(name, Map.of(key, text)))
        .withMessageContaining(message);
  }

  @Test
  void parameters_canonicalSpelling_doesNotDependOnTheGivenOne() {
    Loss one =
        Losses.of("cross_entropy", Map.of("label-smoothing", "0.10", "class-weights", "1, 2"));
    Loss other =
        Losses.of("cross_entropy", Map.of("label-smoothing", "1e-1", "class-weights", "1.0,2"));
    assertThat(one.parameters()).isEqualTo(other.parameters());
    assertThat(one.parameters().toString())
        .isEqualTo("{class-weights=1.0,2.0, label-smoothing=0.1}");
    assertThat(Losses.of("nll", Map.of("ignore-index", "-100")).parameters()).isEmpty();
  }

  @Test
  void isLikelihood_weightsOrSmoothing_neverIs() {
    assertThat(Losses.of("cross_entropy", Map.of()).isLikelihood()).isTrue();
    assertThat(Losses.of("nll", Map.of("ignore-index", "3")).isLikelihood()).isTrue();
    assertThat(Losses.of("bce_with_logits", Map.of()).isLikelihood()).isTrue();
    assertThat(Losses.of("mse", Map.of()).isLikelihood()).isFalse();
    assertThat(Losses.of("cross_entropy", Map.of("label-smoothing", "0.1")).isLikelihood())
        .isFalse();
    assertThat(Losses.of("bce", Map.of("class-weights", "2")).isLikelihood()).isFalse();
    assertThat(Losses.of("bce_with_logits", Map.of("pos-weight", "2")).isLikelihood()).isFalse();
  }
}
