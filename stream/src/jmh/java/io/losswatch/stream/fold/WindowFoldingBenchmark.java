package io.losswatch.stream.fold;

import io.losswatch.stream.evaluate.MonitorPlan;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
import org.openjdk.jmh.infra.Blackhole;

/**
 * What a batch of partials costs in hop 2, by the number of series that it touches and of the
 * monitor's windows; the changes of the state topic are encoded in it, too. The windows are {@code
 * rolling:10s/10s}, {@code rolling:20s/10s} and so on, which share their panes.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx4g")
public class WindowFoldingBenchmark {
  private static final int PANES = 120;

  /** Number of series, and of windows. */
  @Param({"1/1", "100/1", "10000/1", "100/10", "100/100"})
  public String seriesAndWindows = "";

  private ManySeries many = new ManySeries(plan(1), 1, cut -> {});

  private static MonitorPlan plan(int windows) {
    List<String> texts =
        IntStream.rangeClosed(1, windows).mapToObj(i -> "rolling:" + i + "0s/10s").toList();
    return ManySeries.plan(texts);
  }

  /** Fills the longest window and the time in which it is revised. */
  @Setup
  public void fill(Blackhole out) {
    int slash = seriesAndWindows.indexOf('/');
    int series = Integer.parseInt(seriesAndWindows.substring(0, slash));
    int windows = Integer.parseInt(seriesAndWindows.substring(slash + 1));
    many = new ManySeries(plan(windows), series, out::consume);
    for (int pane = 0; pane < Math.min(PANES, windows + 10); pane++) {
      many.foldAndPublish();
    }
  }

  /** A delta for each series. */
  @Benchmark
  public void fold() {
    many.fold();
  }

  /** A delta for each series, and every window of each is due; one older one becomes final. */
  @Benchmark
  public void foldAndPublish() {
    many.foldAndPublish();
  }
}
