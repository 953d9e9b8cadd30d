package io.losswatch.stream.fold;

import io.losswatch.core.loss.Losses;
import io.losswatch.core.window.LossSummary;
import io.losswatch.core.window.Window;
import io.losswatch.schemas.LossSums;
import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.PartialEntry;
import io.losswatch.schemas.SourceTopic;
import io.losswatch.schemas.codec.AvroSums;
import io.losswatch.stream.Monitor;
import io.losswatch.stream.TimeSettings;
import io.losswatch.stream.consume.CommitGrid;
import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.Portion;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.consume.SourceRecord;
import io.losswatch.stream.decode.Decoded;
import io.losswatch.stream.decode.DecodedPortion;
import io.losswatch.stream.evaluate.MonitorPlan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import reactor.core.publisher.Sinks;

/**
 * A lane of hop 2 and so many series, each with samples in every pane: what its partials partition
 * brings of them, pane by pane, and the stage that folds it. One thread.
 */
public final class ManySeries {
  /** Entries of a record of the partials topic: some 100 KB. */
  private static final int CHUNK = 1_000;

  private static final long START_MILLIS = 1_700_000_000_000L / 100_000_000 * 100_000_000;
  private static final SourcePartition PARTIALS = new SourcePartition("partials", 0);

  private final MonitorPlan plan;
  private final List<PartialEntry> entries = new ArrayList<>();
  private final RollMemory memory;
  private final Sinks.Many<DecodedPortion<PartialBatch>> portions =
      Sinks.unsafe().many().unicast().onBackpressureBuffer();
  private long paneStart = START_MILLIS;
  private long offset;

  /**
   * Opens the lane.
   *
   * @param out is told every cut
   */
  public ManySeries(MonitorPlan plan, int count, Consumer<RolledPortion> out) {
    this.plan = plan;
    this.memory = new RollMemory(List.of(plan));
    LossSummary delta = new LossSummary();
    delta.add(0.3, 1);
    delta.add(0.8, 1);
    LossSums sums = AvroSums.of(delta);
    for (int i = 0; i < count; i++) {
      entries.add(new PartialEntry(key(i), plan.fingerprint(), Instant.EPOCH, sums));
    }
    WindowFolding folding = new WindowFolding(count, CommitGrid.ALWAYS);
    folding.fold(Lane.unowned(PARTIALS), memory, 0, portions.asFlux()).subscribe(out);
  }

  /** A monitor with these windows, a minute of lateness and revisions each 10 s. */
  public static MonitorPlan plan(List<String> windows) {
    List<Window> parsed = windows.stream().map(Window::parse).toList();
    Monitor monitor = new Monitor("churn", "*", Losses.of("mse", Map.of()), parsed, List.of());
    return MonitorPlan.of(List.of(monitor), TimeSettings.defaults()).get(0);
  }

  private static String key(int series) {
    return "churn/churn-model/2026-11-23/device=phone-%05d,region=eu-west-%d"
        .formatted(series, series % 7);
  }

  /** Folds a pane of each series, and the watermark reaches its end: its windows are published. */
  public void foldAndPublish() {
    fold(paneStart, paneStart + plan.windows().paneMillis());
    paneStart += plan.windows().paneMillis();
  }

  /** Folds more of the next pane of each series; the watermark stands still. */
  public void fold() {
    fold(paneStart, paneStart);
  }

  private void fold(long pane, long watermark) {
    Instant start = Instant.ofEpochMilli(pane);
    entries.forEach(entry -> entry.setPaneStart(start));
    List<Decoded<PartialBatch>> records = new ArrayList<>();
    long from = offset;
    for (int first = 0; first < entries.size(); first += CHUNK) {
      int end = Math.min(first + CHUNK, entries.size());
      records.add(record(entries.subList(first, end), end == entries.size() ? watermark : pane));
    }
    List<SourceRecord> sources = records.stream().map(Decoded::source).toList();
    Portion portion =
        new Portion(sources, new Portion.OffsetRange(from, offset), watermark, false, 0);
    portions.tryEmitNext(new DecodedPortion<>(portion, records)).orThrow();
  }

  private Decoded<PartialBatch> record(List<PartialEntry> some, long watermark) {
    PartialBatch batch =
        new PartialBatch(
            "predictions",
            0,
            offset,
            offset + 1,
            0,
            1,
            Instant.ofEpochMilli(watermark),
            List.of(new SourceTopic("predictions", 1)),
            some,
            List.of());
    SourceRecord.Content none = new SourceRecord.Content(null, List.of());
    return new Decoded<>(new SourceRecord(PARTIALS, offset++, 0, null, none), batch, null);
  }

  /** Number of series that the lane remembers. */
  public int remembered() {
    return memory.series().size();
  }
}
