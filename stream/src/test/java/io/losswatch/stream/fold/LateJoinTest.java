package io.losswatch.stream.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.LateLabels;
import io.losswatch.core.loss.Losses;
import io.losswatch.core.loss.Metrics;
import io.losswatch.core.window.LabelLatency;
import io.losswatch.core.window.LossSummary;
import io.losswatch.core.window.Window;
import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.PartialEntry;
import io.losswatch.schemas.SourceTopic;
import io.losswatch.schemas.codec.AvroSums;
import io.losswatch.schemas.codec.LabelBatchReader;
import io.losswatch.schemas.codec.LogitBatchReader;
import io.losswatch.schemas.codec.WriterSchemas;
import io.losswatch.stream.LateLabelSettings;
import io.losswatch.stream.Monitor;
import io.losswatch.stream.TimeSettings;
import io.losswatch.stream.consume.CommitGrid;
import io.losswatch.stream.consume.LaneFeed;
import io.losswatch.stream.consume.PairFeed;
import io.losswatch.stream.consume.Portion;
import io.losswatch.stream.consume.Portion.OffsetRange;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.consume.SourceRecord;
import io.losswatch.stream.decode.DecodedPortion;
import io.losswatch.stream.decode.Decoding;
import io.losswatch.stream.evaluate.Evaluating;
import io.losswatch.stream.evaluate.MonitorPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/**
 * Law: a lane with labels that come later tells what a naive join over all events tells, also when
 * it is cut off at any moment and begins anew from what its last cut wrote; and hop 2 makes the
 * same of it in its final windows, never showing a sample taken back before it was counted.
 */
class LateJoinTest {
  private static final int SEEDS = 200;
  private static final int EVENTS = 120;
  private static final long T0 = 1_700_000_000_000L;
  private static final long SPAN = 60_000;
  private static final SourcePartition PREDICTIONS = new SourcePartition("predictions", 0);
  private static final SourcePartition LABELS = new SourcePartition("labels", 0);
  private static final NaiveJoin.Times TIMES = new NaiveJoin.Times(2000, 10_000, 12_000, 12_000);
  private static final TimeSettings TIME =
      new TimeSettings(
          Duration.ofMillis(TIMES.outOfOrder()),
          Duration.ofMillis(TIMES.idleAfter()),
          Duration.ofMinutes(5),
          new TimeSettings.Lateness(Duration.ofMillis(TIMES.allowed()), Duration.ZERO));
  private static final LateLabelSettings SETTINGS =
      new LateLabelSettings(LABELS.topic(), Duration.ofMillis(TIMES.horizon()), 64 << 20);
  private static final LogitBatchReader READER = new LogitBatchReader(WriterSchemas.builtIn());
  private static final LabelBatchReader LABEL_READER =
      new LabelBatchReader(WriterSchemas.builtIn());
  private static final List<Monitor> MONITORS =
      List.of(
          monitor("plain", Monitor.TimeAxis.PREDICTION, false),
          monitor("once", Monitor.TimeAxis.PREDICTION, true),
          monitor("labelled", Monitor.TimeAxis.LABEL, false));
  private static final List<MonitorPlan> PLANS = MonitorPlan.of(MONITORS, TIME);

  private static Monitor monitor(String name, Monitor.TimeAxis axis, boolean deduplicate) {
    return new Monitor(
        name,
        "*",
        new Monitor.Measure(Losses.of("mse", Map.of()), Metrics.NONE),
        List.of(Window.parse("tumbling:1s")),
        List.of(),
        new Monitor.Counting(axis, deduplicate));
  }

  /** A lane, what is committed of it, and what it has read since. */
  private static final class Run {
    private final Map<DeltaKey, LossSummary> sums = new HashMap<>();
    private final Map<String, byte[]> state = new LinkedHashMap<>();
    private final Tally tally = new Tally();
    private final List<String> letters = new ArrayList<>();
    private final List<Fed> uncommitted = new ArrayList<>();
    private final long interval;
    private PaneMemory memory = new PaneMemory();
    private OpenDeltas open;
    private long nextPrediction;
    private long nextLabel;
    private final SecondHop roll = new SecondHop();

    private record Fed(Portion portion, boolean ofLabels) {}

    Run(long interval) {
      this.interval = interval;
      this.open = open();
    }

    private OpenDeltas open() {
      LateLabelling labelling =
          new LateLabelling(SETTINGS, new Evaluating(PLANS).evaluator(), nextLabel);
      return new OpenDeltas(
          new PairFeed(PREDICTIONS, LABELS).lane(),
          memory,
          nextPrediction,
          new PaneClock(PLANS, TIME),
          labelling);
    }

    void feed(Portion portion, boolean ofLabels) {
      uncommitted.add(new Fed(portion, ofLabels));
      @Nullable PaneDeltas cut = fold(portion, ofLabels);
      if (cut != null) {
        commit(cut);
        uncommitted.clear();
      }
    }

    private @Nullable PaneDeltas fold(Portion portion, boolean ofLabels) {
      if (ofLabels) {
        Decoding<LateLabels> decoding = new Decoding<>(() -> LABEL_READER::read, 1 << 20);
        DecodedPortion<LateLabels> decoded =
            Folds.present(Flux.just(portion).transform(decoding).blockFirst());
        return open.foldLabels(decoded, new CommitGrid(interval, 0));
      }
      Decoding<Batch> decoding = new Decoding<>(() -> READER::read, 1 << 20);
      return open.fold(
          Folds.present(
              Flux.just(portion).transform(decoding).transform(new Evaluating(PLANS)).blockFirst()),
          new CommitGrid(interval, 0));
    }

    private void commit(PaneDeltas cut) {
      PaneDeltas.LabelDeltas labels = Folds.present(cut.cut().beside().labels());
      roll.tell(LABELS, labels.range(), PaneMemory.SILENT, labels.sums());
      roll.tell(PREDICTIONS, cut.cut().range(), cut.cut().watermark(), cut.sums());
      add(labels.sums());
      add(cut.sums());
      tally.add(cut.tally());
      cut.deadLetters().forEach(letter -> letters.add(letter.source().position()));
      assertThat(cut.cut().range().from()).isEqualTo(nextPrediction);
      assertThat(labels.range().from()).isEqualTo(nextLabel);
      nextPrediction = cut.cut().range().to();
      nextLabel = labels.range().to();
      List<StateChange> changes = new ArrayList<>(cut.cut().beside().changes());
      changes.add(PaneMemory.position(nextPrediction, cut.cut().watermark()));
      for (StateChange change : changes) {
        if (change.value() == null) {
          state.remove(change.key());
        } else {
          state.put(change.key(), change.value());
        }
      }
      Tally.Waiting waiting = Folds.present(cut.tally().standing()).waiting();
      assertThat(waiting.batches()).isEqualTo(keys("batch:"));
      assertThat(waiting.labels()).isEqualTo(keys("label:"));
      assertThat(waiting.bytes()).isEqualTo(memory.late().bytes());
    }

    private long keys(String prefix) {
      return state.keySet().stream().filter(key -> key.startsWith(prefix)).count();
    }

    private void add(Map<DeltaKey, LossSummary> deltas) {
      deltas.forEach(
          (key, delta) -> sums.computeIfAbsent(key, none -> new LossSummary()).merge(delta));
    }

    /** What is not committed is lost, and read again. */
    void restart() {
      memory = new PaneMemory();
      state.forEach(memory::restore);
      if (!state.isEmpty()) {
        assertThat(memory.nextOffset()).hasValue(nextPrediction);
        assertThat(memory.companionOffset()).hasValue(nextLabel);
      }
      open = open();
      List<Fed> again = List.copyOf(uncommitted);
      uncommitted.clear();
      again.forEach(each -> feed(each.portion(), each.ofLabels()));
    }

    void end() {
      commit(open.last());
      OffsetRange nothing = new OffsetRange(nextPrediction, nextPrediction);
      roll.tell(PREDICTIONS, nothing, T0 + 10 * SPAN, Map.of());
    }

    Map<String, List<Object>> numbers() {
      Map<String, List<Object>> numbers = new HashMap<>();
      sums.forEach((key, held) -> put(numbers, key.series(), key.paneStartMillis(), held));
      return numbers;
    }
  }

  /** What hop 2 makes of the partials, in the order in which they are published. */
  private static final class SecondHop {
    private final PartialsTape tape = new PartialsTape(1);
    private final OpenWindows windows =
        new OpenWindows(new LaneFeed("partials", 0).lane(), new RollMemory(PLANS), 0, 1000, 1000);
    private final Map<String, List<Object>> finals = new HashMap<>();

    void tell(
        SourcePartition source,
        OffsetRange range,
        long watermark,
        Map<DeltaKey, LossSummary> sums) {
      List<PartialEntry> entries = new ArrayList<>();
      sums.forEach((key, sum) ->
          entries.add(
              new PartialEntry(
                  key.series(),
                  key.fingerprint(),
                  Instant.ofEpochMilli(key.paneStartMillis()),
                  AvroSums.of(sum))));
      tape.put(
          new PartialBatch(
              source.topic(),
              source.partition(),
              range.from(),
              range.to(),
              0,
              1,
              Instant.ofEpochMilli(watermark),
              List.of(new SourceTopic(PREDICTIONS.topic(), 1)),
              entries,
              List.of()));
      for (RolledPortion cut : windows.fold(tape.polled(T0), CommitGrid.ALWAYS)) {
        cut.windows().forEach(this::hear);
      }
    }

    private void hear(RolledWindow window) {
      LossSummary held = window.result().summary();
      assertThat(held.unlabeledCount()).as("%s", window).isNotNegative();
      if (window.result().isFinal()) {
        long pane = window.result().bounds().startMillis();
        put(finals, window.series(), pane, held);
      }
    }
  }

  private static void put(
      Map<String, List<Object>> numbers, String key, long pane, LossSummary held) {
    LabelLatency latency = held.labelLatency();
    List<Object> each =
        List.of(
            held.count(),
            held.sum(),
            held.unlabeledCount(),
            held.lateCount(),
            latency == null ? 0L : latency.samples(),
            latency == null ? 0L : latency.sumMillis(),
            latency == null ? 0L : latency.maxMillis());
    if (!each.equals(List.of(0L, 0.0, 0L, 0L, 0L, 0L, 0L))) {
      String[] series = key.split("/", -1);
      assertThat(numbers.put(series[0] + "/" + series[2] + "@" + pane, each)).isNull();
    }
  }

  /** Both sides of a lane, offset by offset. */
  private static final class Tapes {
    private final List<SourceRecord> predictions = new ArrayList<>();
    private final List<SourceRecord> labels = new ArrayList<>();
    private long predictionOffset;
    private long labelOffset;

    void put(LateEvents.Event event) {
      byte[] value = event.value();
      boolean ofLabels = event instanceof LateEvents.Label;
      List<SourceRecord> side = ofLabels ? labels : predictions;
      long offset = (ofLabels ? labelOffset : predictionOffset) + side.size();
      side.add(
          new SourceRecord(
              ofLabels ? LABELS : PREDICTIONS,
              offset,
              event.timeMillis(),
              null,
              new SourceRecord.Content(
                  new SourceRecord.Payload(value, 0, value.length), List.of())));
    }

    Portion polled(boolean ofLabels, long now, boolean idle) {
      List<SourceRecord> side = ofLabels ? labels : predictions;
      List<SourceRecord> records = List.copyOf(side);
      side.clear();
      long from = ofLabels ? labelOffset : predictionOffset;
      long to = from + records.size();
      if (ofLabels) {
        labelOffset = to;
      } else {
        predictionOffset = to;
      }
      return new Portion(records, new OffsetRange(from, to), now, idle, 0);
    }
  }

  @Test
  void lane_ofAnyEvents_tellsWhatTheNaiveJoinTells() {
    long seen = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      seen += play(seed, 0);
    }
    assertThat(seen).as("what was joined, expired and repeated").isGreaterThan(10L * SEEDS);
  }

  @Test
  void lane_restartedAnywhere_tellsWhatTheNaiveJoinTells() {
    for (long seed = 1001; seed <= 1000 + SEEDS; seed++) {
      play(seed, 5);
    }
  }

  private static long play(long seed, int restartsIn) {
    Random random = new Random(seed);
    NaiveJoin naive = new NaiveJoin(MONITORS, TIMES);
    Run run = new Run(random.nextBoolean() ? 0 : 3000);
    Tapes tapes = new Tapes();
    List<LateEvents.Event> events = new LateEvents(seed, TIMES.horizon()).events(EVENTS, T0, SPAN);
    for (int i = 0; i < events.size(); i++) {
      LateEvents.Event event = events.get(i);
      boolean ofLabels = event instanceof LateEvents.Label;
      long now = T0 + SPAN * i / EVENTS;
      tapes.put(event);
      run.feed(tapes.polled(ofLabels, now, false), ofLabels);
      naive.see(event, now);
      if (random.nextInt(10) == 0) {
        boolean idle = random.nextBoolean();
        run.feed(tapes.polled(idle, now, true), idle);
        naive.idle(idle, now);
      }
      if (restartsIn > 0 && random.nextInt(restartsIn) == 0) {
        run.restart();
      }
    }
    run.end();
    check("seed " + seed, run, naive);
    LateTally fates = run.tally.lateLabels();
    return Math.min(fates.joined(), Math.min(fates.expired(), fates.duplicateLabels()));
  }

  private static void check(String where, Run run, NaiveJoin naive) {
    assertThat(run.numbers()).as(where).isEqualTo(naive.sums());
    assertThat(run.roll.finals).as("%s: final windows", where).isEqualTo(naive.sums());
    LateTally fates = run.tally.lateLabels();
    assertThat(
            List.of(
                fates.waiting(),
                fates.joined(),
                fates.expired(),
                fates.duplicateLabels(),
                fates.duplicateBatches(),
                fates.evicted()))
        .as("%s: waiting, joined, expired, duplicate labels, duplicate batches, evicted", where)
        .isEqualTo(
            List.of(
                naive.fates().waiting,
                naive.fates().joined,
                naive.fates().expired,
                naive.fates().duplicateLabels,
                naive.fates().duplicateBatches,
                0L));
    assertThat(run.letters.stream().filter(each -> each.startsWith("predictions")).count())
        .as("%s: dead letters of predictions", where)
        .isEqualTo(naive.fates().deadLetters);
  }
}
