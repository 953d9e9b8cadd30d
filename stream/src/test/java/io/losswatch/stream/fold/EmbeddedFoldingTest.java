package io.losswatch.stream.fold;

import static io.losswatch.stream.fold.Folds.T0;
import static io.losswatch.stream.fold.Folds.TIME;
import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.core.window.Series;
import io.losswatch.stream.evaluate.EvaluatedPortion;
import io.losswatch.stream.evaluate.MonitorPlan;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Both folds in one, with room for few series. */
class EmbeddedFoldingTest {
  private static final MonitorPlan PLAN =
      Folds.plan("ce", List.of(List.of("region")), "tumbling:1s");
  private static final List<MonitorPlan> PLANS = List.of(PLAN);

  @Test
  void series_beyondMaxSeries_goToOtherUntilOneEnds() {
    Tape tape = new Tape(PLANS);
    EvaluatedPortion first =
        tape.tagged(Map.of("region", "eu"))
            .batch(T0, 1)
            .tagged(Map.of("region", "us"))
            .batch(T0, 2, 4)
            .tagged(Map.of("region", "asia"))
            .batch(T0, 6)
            .polled(T0);
    EvaluatedPortion second = tape.tagged(Map.of()).batch(T0 + 30_000, 1).polled(T0 + 30_000);
    EvaluatedPortion third =
        tape.tagged(Map.of("region", "us")).batch(T0 + 60_000, 8).polled(T0 + 60_000);

    List<String> windows =
        new EmbeddedFolding(PLANS, TIME, 2, letter -> {})
            .fold(Flux.just(first, second, third))
            .filter(window -> window.result().revision() == 0)
            .filter(window -> !window.result().summary().isEmpty())
            .filter(window -> !window.series().equals("ce/digits/1/"))
            .map(window -> window.series() + " " + window.result().summary().mean())
            .collectList()
            .block(Duration.ofSeconds(10));

    assertThat(windows)
        .containsExactly(
            "ce/digits/1/region=eu 1.0",
            Series.other("ce", 0).key() + " 4.0",
            "ce/digits/1/region=us 8.0");
  }
}
