package io.losswatch.stream.fold;

import io.losswatch.core.batch.BatchHeader;
import io.losswatch.core.window.LossSummary;
import io.losswatch.stream.TimeSettings;
import io.losswatch.stream.consume.CommitGrid;
import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.Portion;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.consume.SourceRecord;
import io.losswatch.stream.evaluate.Evaluated;
import io.losswatch.stream.evaluate.EvaluatedPortion;
import io.losswatch.stream.evaluate.MonitorPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
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
import reactor.core.publisher.Sinks;

/**
 * What 10,000 evaluated prediction batches cost in hop 1's fold, by the number of series that they
 * are spread over and of the monitor's windows, up to the cut. Their losses are computed before.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PaneFoldingBenchmark {
  private static final int BATCHES = 10_000;
  private static final long NOW = 1_700_000_000_000L;
  private static final Map<String, String> TAGS = Map.of("device", "phone", "region", "eu-west");
  private static final SourcePartition SOURCE = new SourcePartition("predictions", 0);

  @Param({"1", "100", "10000"})
  public int series;

  @Param({"1", "10", "100"})
  public int windows;

  private final List<Evaluated> records = new ArrayList<>();
  private final List<SourceRecord> sources = new ArrayList<>();
  private Sinks.Many<EvaluatedPortion> portions = Sinks.many().unicast().onBackpressureBuffer();
  private long offset;

  /** Evaluates. */
  @Setup
  public void open(Blackhole out) {
    MonitorPlan plan =
        ManySeries.plan(
            IntStream.rangeClosed(1, windows).mapToObj(i -> "rolling:" + i + "0s/10s").toList());
    LossSummary summary = new LossSummary();
    summary.add(0.3, 1);
    summary.add(0.8, 1);
    for (int i = 0; i < BATCHES; i++) {
      BatchHeader header =
          new BatchHeader("model-" + i % series, "1", OptionalLong.of(NOW), null, TAGS);
      SourceRecord.Content none = new SourceRecord.Content(null, List.of());
      sources.add(new SourceRecord(SOURCE, i, NOW, null, none));
      records.add(
          new Evaluated(
              sources.get(i), header, List.of(new Evaluated.Evaluation(plan, summary)), null));
    }
    portions = Sinks.unsafe().many().unicast().onBackpressureBuffer();
    new PaneFolding(List.of(plan), TimeSettings.defaults(), CommitGrid.ALWAYS)
        .fold(Lane.unowned(SOURCE), new PaneMemory(), 0, portions.asFlux())
        .subscribe(out::consume);
  }

  @Benchmark
  public void foldAndCut() {
    Portion.OffsetRange range = new Portion.OffsetRange(offset, offset + BATCHES);
    offset += BATCHES;
    Portion portion = new Portion(sources, range, NOW, false, 0);
    portions.tryEmitNext(new EvaluatedPortion(portion, records)).orThrow();
  }
}
