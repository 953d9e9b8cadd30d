package io.losswatch.core.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LossesTest {
  @Test
  void names_sorted_eachMakesItsLoss() {
    assertThat(Losses.names())
        .isSorted()
        .containsExactly(
            "bce",
            "bce_with_logits",
            "cross_entropy",
            "focal",
            "gaussian_nll",
            "hinge_embedding",
            "huber",
            "kl_div",
            "l1",
            "mse",
            "multi_margin",
            "multilabel_margin",
            "multilabel_soft_margin",
            "nll",
            "poisson_nll",
            "smooth_l1",
            "soft_margin");
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
    "binary_cross_entropy_with_logits, bce_with_logits",
    "l1_loss, l1",
    "smooth_l1_loss, smooth_l1",
    "huber_loss, huber",
    "poisson_nll_loss, poisson_nll",
    "gaussian_nll_loss, gaussian_nll",
    "soft_margin_loss, soft_margin",
    "hinge_embedding_loss, hinge_embedding",
    "multi_margin_loss, multi_margin",
    "multilabel_margin_loss, multilabel_margin",
    "multilabel_soft_margin_loss, multilabel_soft_margin",
    "sigmoid_focal_loss, focal"
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
        "bce_with_logits | pos-weight | Infinity | finite and >= 0",
        "l1 | beta | 1 | l1 takes no parameters",
        "smooth_l1 | beta | -0.1 | beta of smooth_l1 is a finite number >= 0, but it is \"-0.1\"",
        "smooth_l1 | beta | Infinity | a finite number >= 0",
        "huber | delta | 0 | delta of huber is a finite number > 0, but it is \"0\"",
        "huber | delta | -1 | a finite number > 0",
        "huber | delta | NaN | a finite number > 0",
        "huber | beta | 1 | huber takes [delta], but is given beta=1",
        "poisson_nll | eps | -1e-9 | a finite number >= 0",
        "poisson_nll | full | yes | full of poisson_nll is true or false, but it is \"yes\"",
        "poisson_nll | log-input | 1 | true or false",
        "gaussian_nll | eps | NaN | a finite number >= 0",
        "kl_div | log-target | TRUE | true or false, but it is \"TRUE\"",
        "multi_margin | p | 3 | p of multi_margin is 1 or 2, but it is \"3\"",
        "multi_margin | p | 1.5 | 1 or 2",
        "multi_margin | margin | NaN | margin of multi_margin is a finite number",
        "multi_margin | class-weights | 1,NaN | finite and >= 0",
        "multilabel_margin | margin | 2 | multilabel_margin takes no parameters",
        "multilabel_soft_margin | pos-weight | 2 | multilabel_soft_margin takes [class-weights]",
        "hinge_embedding | margin | Infinity | a finite number",
        "focal | alpha | 1.5 | alpha of focal is a number in [0, 1], or negative for none",
        "focal | alpha | NaN | a number in [0, 1]",
        "focal | gamma | -1 | gamma of focal is a finite number >= 0"
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "smooth_l1 | beta=0.50 | {beta=0.5}",
        "smooth_l1 | beta=-0 | {beta=0.0}",
        "smooth_l1 | beta=1.0 | {}",
        "huber | delta=2 | {delta=2.0}",
        "kl_div | log-target=true | {log-target=true}",
        "kl_div | log-target=false | {}",
        "poisson_nll | log-input=false; full= true ; eps=1e-3 | {eps=0.001, full=true, log-input=false}",
        "poisson_nll | log-input=true; full=false; eps=0.00000001 | {}",
        "gaussian_nll | full=true; eps=0.000001 | {full=true}",
        "multi_margin | p=2; margin=0.5; class-weights=1, 2 | {class-weights=1.0,2.0, margin=0.5, p=2.0}",
        "multi_margin | p=1; margin=1 | {}",
        "multilabel_soft_margin | class-weights=.5 | {class-weights=0.5}",
        "hinge_embedding | margin=-2 | {margin=-2.0}",
        "focal | alpha=-7; gamma=0 | {alpha=-1.0, gamma=0.0}",
        "focal | alpha=.25; gamma=2 | {}"
      })
  void parameters_ofAnyLoss_areThoseThatDifferFromTheDefault(
      String name, String given, String expected) {
    Map<String, String> parameters =
        Arrays.stream(given.split(";"))
            .map(text -> text.split("="))
            .collect(Collectors.toMap(sides -> sides[0].strip(), sides -> sides[1]));
    Loss loss = Losses.of(name, parameters);
    assertThat(loss.parameters().toString()).isEqualTo(expected);
    assertThat(Losses.of(name, loss.parameters()).parameters()).isEqualTo(loss.parameters());
  }

  @Test
  void isLikelihood_weightsOrSmoothing_neverIs() {
    assertThat(Losses.of("cross_entropy", Map.of()).isLikelihood()).isTrue();
    assertThat(Losses.of("nll", Map.of("ignore-index", "3")).isLikelihood()).isTrue();
    assertThat(Losses.of("bce_with_logits", Map.of()).isLikelihood()).isTrue();
    assertThat(Losses.names())
        .filteredOn(name -> Losses.of(name, Map.of()).isLikelihood())
        .containsExactly("bce", "bce_with_logits", "cross_entropy", "nll");
    assertThat(Losses.of("cross_entropy", Map.of("label-smoothing", "0.1")).isLikelihood())
        .isFalse();
    assertThat(Losses.of("bce", Map.of("class-weights", "2")).isLikelihood()).isFalse();
    assertThat(Losses.of("bce_with_logits", Map.of("pos-weight", "2")).isLikelihood()).isFalse();
  }
}
