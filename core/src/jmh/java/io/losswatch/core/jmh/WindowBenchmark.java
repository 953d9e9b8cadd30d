package io.losswatch.core.jmh;

import io.losswatch.core.window.Lateness;
import io.losswatch.core.window.LossSummary;
import io.losswatch.core.window.Rolling;
import io.losswatch.core.window.SeriesWindows;
import io.losswatch.core.window.Window;
import io.losswatch.core.window.WindowPlan;
import io.losswatch.core.window.WindowResult;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a pane of a series costs, by the length of its window: it must not grow with that. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class WindowBenchmark {
  private static final long PANE = 10_000;
  private static final Lateness LATENESS = new Lateness(60_000, 10_000);
  private static final long LATE = 30_000;

  /** Windows of 6, 30, 360, 2160 and 8640 panes. */
  @Param({"rolling:1m/10s", "rolling:5m/10s", "rolling:1h/10s", "rolling:6h/10s", "rolling:1d/10s"})
  public String window = "";

  private final LossSummary delta = new LossSummary();
  private SeriesWindows windows = SeriesWindows.of(plan("tumbling:10s"));
  private long paneStart;

  private static WindowPlan plan(String window) {
    return new WindowPlan(List.of(Window.parse(window)), LATENESS);
  }

  /** Fills the whole window: each of its panes has samples. */
  @Setup
  public void fill() {
    delta.add(0.3, 1);
    delta.add(0.8, 1);
    WindowPlan plan = plan(window);
    windows = SeriesWindows.of(plan);
    long end = ((Rolling) plan.windows().get(0)).sizeMillis() + 2 * LATENESS.allowedMillis();
    while (paneStart < end) {
      foldAndAdvance();
    }
  }

  /** One delta, one publication and the final revision of an older window. */
  @Benchmark
  public List<WindowResult> foldAndAdvance() {
    windows.fold(paneStart, delta, paneStart);
    paneStart += PANE;
    return windows.advance(paneStart);
  }

  /** The same with a delta half a minute late, which changes windows that have been published. */
  @Benchmark
  public List<WindowResult> foldLateAndAdvance() {
    windows.fold(paneStart - LATE, delta, paneStart);
    return foldAndAdvance();
  }
}
