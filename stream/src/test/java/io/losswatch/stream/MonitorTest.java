package io.losswatch.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.losswatch.core.loss.Losses;
import io.losswatch.core.loss.Metrics;
import io.losswatch.core.window.Window;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MonitorTest {
  private static final List<Window> WINDOWS = List.of(Window.parse("tumbling:1s"));

  @Test
  void monitor_ofALossAlone_asksForNoMetrics() {
    Monitor monitor = new Monitor("m", "*", Losses.of("mse", Map.of()), WINDOWS, List.of());
    assertThat(monitor.loss().name()).isEqualTo("mse");
    assertThat(monitor.metrics()).isEqualTo(Metrics.NONE);
  }

  @Test
  void measure_withMetricsThatTheLossLacks_saysWhichItHas() {
    Metrics metrics = Metrics.of(List.of("accuracy", "ece", "perplexity"), 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Monitor.Measure(Losses.of("bce", Map.of()), metrics))
        .withMessage("bce has [accuracy, brier] beside it, but is asked for [ece, perplexity]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Monitor.Measure(Losses.of("mse", Map.of()), metrics))
        .withMessage("mse has no metrics beside it, but is asked for [accuracy, ece, perplexity]");
    assertThat(new Monitor.Measure(Losses.of("nll", Map.of()), metrics).metrics())
        .isEqualTo(metrics);
  }

  @Test
  void monitor_withoutNameOrWindow_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Monitor("", "*", Losses.of("mse", Map.of()), WINDOWS, List.of()))
        .withMessage("a monitor has a name");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Monitor("m", "*", Losses.of("mse", Map.of()), List.of(), List.of()))
        .withMessage("monitor m has no window");
  }

  @Test
  void monitor_withASliceByTheReservedTag_isRefused() {
    List<List<String>> slices = List.of(List.of("region"), List.of("region", "max-series"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Monitor("m", "*", Losses.of("mse", Map.of()), WINDOWS, slices))
        .withMessage(
            "monitor m has a slice by the tag max-series, which is reserved for what there is no"
                + " room for");
  }
}
