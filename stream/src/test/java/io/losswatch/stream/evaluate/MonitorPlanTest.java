package io.losswatch.stream.evaluate;

import static io.losswatch.stream.evaluate.Plans.loss;
import static io.losswatch.stream.evaluate.Plans.plan;
import static io.losswatch.stream.evaluate.Plans.windows;
import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.core.loss.Losses;
import io.losswatch.core.loss.Metrics;
import io.losswatch.stream.Monitor;
import io.losswatch.stream.TimeSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MonitorPlanTest {
  private static final MonitorPlan PLAN =
      plan("ce", "digits", loss("cross_entropy"), "rolling:10s/2s");

  @Test
  void fingerprint_sameDefinition_isTheSame() {
    assertThat(plan("ce", "digits", loss("cross_entropy"), "rolling:10s/2s").fingerprint())
        .isEqualTo(PLAN.fingerprint());
  }

  @Test
  void fingerprint_anotherName_isAnother() {
    assertThat(plan("ce2", "digits", loss("cross_entropy"), "rolling:10s/2s").fingerprint())
        .isNotEqualTo(PLAN.fingerprint());
  }

  @Test
  void fingerprint_anotherLoss_isAnother() {
    assertThat(plan("ce", "digits", loss("mse"), "rolling:10s/2s").fingerprint())
        .isNotEqualTo(PLAN.fingerprint());
  }

  @Test
  void fingerprint_anotherParameter_isAnother() {
    MonitorPlan smoothed =
        plan(
            "ce",
            "digits",
            Losses.of("cross_entropy", Map.of("label-smoothing", "0.1")),
            "rolling:10s/2s");
    MonitorPlan smoother =
        plan(
            "ce",
            "digits",
            Losses.of("cross_entropy", Map.of("label-smoothing", "0.2")),
            "rolling:10s/2s");

    assertThat(List.of(PLAN.fingerprint(), smoothed.fingerprint(), smoother.fingerprint()))
        .doesNotHaveDuplicates();
  }

  @Test
  void fingerprint_parameterInAnotherSpelling_isTheSame() {
    MonitorPlan spelled =
        plan(
            "ce",
            "digits",
            Losses.of("cross_entropy", Map.of("label-smoothing", "0.10")),
            "tumbling:2s");
    MonitorPlan again =
        plan(
            "ce",
            "digits",
            Losses.of("cross_entropy", Map.of("label-smoothing", "1e-1")),
            "tumbling:2s");

    assertThat(again.fingerprint()).isEqualTo(spelled.fingerprint());
  }

  /** Of "ce\ncross_entropy\n{}\n2000", as before metrics were there: what is kept stays valid. */
  @Test
  void fingerprint_withoutMetrics_isWhatItWas() {
    assertThat(PLAN.fingerprint()).isEqualTo(4243237643713036700L);
  }

  @Test
  void fingerprint_otherMetricsOrAnotherK_isAnother() {
    assertThat(
            List.of(
                PLAN.fingerprint(),
                withMetrics(5, "accuracy").fingerprint(),
                withMetrics(5, "accuracy", "top_k").fingerprint(),
                withMetrics(4, "accuracy", "top_k").fingerprint()))
        .doesNotHaveDuplicates();
    assertThat(withMetrics(5, "top_k", "accuracy").fingerprint())
        .isEqualTo(withMetrics(5, "accuracy", "top_k").fingerprint());
  }

  private static MonitorPlan withMetrics(int k, String... metrics) {
    Monitor.Measure measure =
        new Monitor.Measure(loss("cross_entropy"), Metrics.of(List.of(metrics), k));
    return plan(new Monitor("ce", "digits", measure, windows("rolling:10s/2s"), List.of()));
  }

  @Test
  void fingerprint_otherPanes_isAnother() {
    assertThat(plan("ce", "digits", loss("cross_entropy"), "rolling:10s/1s").fingerprint())
        .isNotEqualTo(PLAN.fingerprint());
  }

  @Test
  void fingerprint_otherWindowsOfTheSamePanes_isTheSame() {
    assertThat(
            plan("ce", "digits", loss("cross_entropy"), "rolling:10s/2s", "tumbling:1m")
                .fingerprint())
        .isEqualTo(PLAN.fingerprint());
  }

  @Test
  void fingerprint_otherModelsSlicesOrLateness_isTheSame() {
    Monitor monitor =
        new Monitor(
            "ce",
            "other*",
            loss("cross_entropy"),
            windows("rolling:10s/2s"),
            List.of(List.of("region")));
    TimeSettings time =
        new TimeSettings(
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            new TimeSettings.Lateness(Duration.ofDays(1), Duration.ZERO));

    assertThat(MonitorPlan.of(List.of(monitor), time).get(0).fingerprint())
        .isEqualTo(PLAN.fingerprint());
  }

  @Test
  void plans_ofMonitors_keepTheirOrderAndTheLateness() {
    List<Monitor> monitors =
        List.of(
            plan("b", "*", loss("mse"), "tumbling:1s").monitor(),
            plan("a", "*", loss("mse"), "tumbling:1s").monitor());

    List<MonitorPlan> plans = MonitorPlan.of(monitors, TimeSettings.defaults());

    assertThat(plans).extracting(MonitorPlan::monitor).isEqualTo(monitors);
    assertThat(plans)
        .allSatisfy(each -> {
          assertThat(each.windows().lateness().allowedMillis()).isEqualTo(60_000);
          assertThat(each.windows().lateness().reviseEveryMillis()).isEqualTo(10_000);
        });
  }
}
