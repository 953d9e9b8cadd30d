package io.losswatch.stream.fold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.losswatch.core.batch.LateLabels;
import io.losswatch.core.loss.Losses;
import io.losswatch.core.tensor.Tensor;
import io.losswatch.core.window.LossSummary;
import io.losswatch.core.window.Window;
import io.losswatch.schemas.LabelBatch;
import io.losswatch.schemas.Layout;
import io.losswatch.schemas.LogitBatch;
import io.losswatch.schemas.OutputKind;
import io.losswatch.schemas.codec.AvroTensors;
import io.losswatch.schemas.codec.LabelBatchReader;
import io.losswatch.schemas.codec.LogitBatchReader;
import io.losswatch.schemas.codec.RecordCodec;
import io.losswatch.schemas.codec.WriterSchemas;
import io.losswatch.stream.LateLabelSettings;
import io.losswatch.stream.Monitor;
import io.losswatch.stream.TimeSettings;
import io.losswatch.stream.consume.CommitGrid;
import io.losswatch.stream.consume.Lane;
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
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** What the law of {@link LateJoinTest} leaves out: bounds, bad labels, shapes, poison, balance. */
class LateJoinEdgesTest {
  private static final long T0 = 1_700_000_000_000L;
  private static final Duration HORIZON = Duration.ofMinutes(1);
  private static final TimeSettings TIME =
      new TimeSettings(
          Duration.ofSeconds(2),
          Duration.ofSeconds(10),
          Duration.ofMinutes(5),
          new TimeSettings.Lateness(HORIZON, Duration.ZERO));
  private static final RecordCodec<LogitBatch> BATCHES = RecordCodec.of(LogitBatch.class);
  private static final RecordCodec<LabelBatch> LABELS = RecordCodec.of(LabelBatch.class);
  private static final List<MonitorPlan> PLANS =
      MonitorPlan.of(
          List.of(
              new Monitor(
                  "ce",
                  "*",
                  Losses.of("cross_entropy", Map.of()),
                  List.of(Window.parse("tumbling:1s"), Window.parse("last:4/1")),
                  List.of())),
          TIME);

  private final Lane lane =
      new PairFeed(new SourcePartition("predictions", 1), new SourcePartition("labels", 1)).lane();
  private final PaneMemory memory = new PaneMemory();
  private OpenDeltas open = open(64 << 20);
  private long nextPrediction;
  private long nextLabel;
  private long now = T0;

  private OpenDeltas open(long maxPendingBytes) {
    LateLabelSettings settings = new LateLabelSettings("labels", HORIZON, maxPendingBytes);
    return new OpenDeltas(
        lane,
        memory,
        0,
        new PaneClock(PLANS, TIME),
        new LateLabelling(settings, new Evaluating(PLANS).evaluator(), 0));
  }

  private PaneDeltas predict(LogitBatch... batches) {
    List<byte[]> values = new ArrayList<>();
    for (LogitBatch batch : batches) {
      values.add(BATCHES.encode(batch));
    }
    Portion portion = portion("predictions", nextPrediction, values);
    nextPrediction += values.size();
    return Folds.present(
        open.fold(
            Folds.present(
                Flux.just(portion)
                    .transform(
                        new Decoding<>(
                            () -> new LogitBatchReader(WriterSchemas.builtIn())::read, 1 << 20))
                    .transform(new Evaluating(PLANS))
                    .blockFirst()),
            CommitGrid.ALWAYS));
  }

  private PaneDeltas label(LabelBatch... labels) {
    List<byte[]> values = new ArrayList<>();
    for (LabelBatch label : labels) {
      values.add(LABELS.encode(label));
    }
    return Folds.present(labelled(portion("labels", nextLabel, values)));
  }

  private @Nullable PaneDeltas labelled(Portion portion) {
    nextLabel = portion.range().to();
    Decoding<LateLabels> decoding =
        new Decoding<>(() -> new LabelBatchReader(WriterSchemas.builtIn())::read, 1 << 20);
    DecodedPortion<LateLabels> decoded =
        Folds.present(Flux.just(portion).transform(decoding).blockFirst());
    return open.foldLabels(decoded, CommitGrid.ALWAYS);
  }

  private Portion portion(String topic, long from, List<byte[]> values) {
    List<SourceRecord> records = new ArrayList<>();
    for (byte[] value : values) {
      records.add(
          new SourceRecord(
              new SourcePartition(topic, 1),
              from + records.size(),
              now,
              new byte[] {7},
              new SourceRecord.Content(
                  new SourceRecord.Payload(value, 0, value.length),
                  List.of(Map.entry("trace", new byte[] {1})))));
    }
    return new Portion(records, new OffsetRange(from, from + values.size()), now, false, 0);
  }

  /** Logits [rows, 3] under a batch id. */
  private static LogitBatch batch(String id, int rows) {
    return batch(id, Tensor.ofFloats(new float[rows * 3], rows, 3));
  }

  private static LogitBatch batch(String id, Tensor logits) {
    return LogitBatch.newBuilder()
        .setModel("m")
        .setVersion("1")
        .setEventTime(Instant.ofEpochMilli(T0))
        .setBatchId(id)
        .setKind(OutputKind.LOGITS)
        .setLayout(Layout.CLASS_LAST)
        .setPredictions(AvroTensors.of(logits))
        .build();
  }

  private static LabelBatch labelOf(String id, long... classes) {
    return labelOf(Tensor.ofLongs(classes, classes.length), id, List.of());
  }

  private static LabelBatch labelOf(Tensor labels, @Nullable String id, List<String> ids) {
    return LabelBatch.newBuilder()
        .setModel("m")
        .setLabelTime(Instant.ofEpochMilli(T0))
        .setBatchId(id)
        .setSampleIds(ids.isEmpty() ? null : ids)
        .setLabels(AvroTensors.of(labels))
        .build();
  }

  private static LossSummary labelSum(PaneDeltas cut) {
    Map<DeltaKey, LossSummary> sums = Folds.present(cut.cut().beside().labels()).sums();
    assertThat(sums).hasSize(1);
    return sums.values().iterator().next();
  }

  private static List<String> letters(PaneDeltas cut) {
    return cut.deadLetters().stream()
        .map(letter -> letter.reason().code() + " " + letter.source().position())
        .toList();
  }

  private static List<String> keys(PaneDeltas cut) {
    return cut.cut().beside().changes().stream()
        .map(change -> (change.value() == null ? "-" : "+") + change.key())
        .toList();
  }

  @Test
  void label_inALaterCut_takesBackThatThereWasNone() {
    PaneDeltas before = predict(batch("a", 2));
    PaneDeltas after = label(labelOf("a", 0, 1));

    assertThat(before.sums().values()).allMatch(sum -> sum.unlabeledCount() == 2);
    assertThat(after.sums()).isEmpty();
    assertThat(labelSum(after).unlabeledCount()).isEqualTo(-2);
    assertThat(labelSum(after).count()).isEqualTo(2);
    assertThat(labelSum(after).mean()).isCloseTo(Math.log(3), within(1e-6));
  }

  @Test
  void samples_ofAWindowOfTheLast_comeWithTheirLabelsOnceEach() {
    PaneDeltas before = predict(batch("a", 2), batch("b", 1));
    PaneDeltas after = label(labelOf("b", 0), labelOf("a", 0, 1), labelOf("b", 2));
    PaneDeltas.LabelDeltas labels = Folds.present(after.cut().beside().labels());

    assertThat(before.samples()).isEmpty();
    assertThat(after.samples()).isEmpty();
    assertThat(labels.samples())
        .extracting(each -> each.run().size(), SampleDelta::eventTimeMillis)
        .containsExactly(tuple(1, T0), tuple(2, T0));
    assertThat(labels.samples())
        .allMatch(each -> Math.abs(each.run().numerator(0) - Math.log(3)) < 1e-6);
  }

  @Test
  void samples_whoseLabelWasThereFirst_areThePredictions() {
    label(labelOf("a", 0, 1));
    PaneDeltas joined = predict(batch("a", 2));

    assertThat(joined.samples()).extracting(each -> each.run().size()).containsExactly(2);
    assertThat(Folds.present(joined.cut().beside().labels()).samples()).isEmpty();
  }

  @Test
  void state_ofABatch_isItsIdentityAndItsRecordUntilItIsLabelled() {
    assertThat(keys(predict(batch("a", 2)))).containsExactly("+seen:0", "+batch:0", "+labels");
    assertThat(keys(label(labelOf("a", 0, 1)))).containsExactly("+rows:0", "-batch:0", "+labels");
  }

  @Test
  void labelBeforeItsPrediction_isKeptAndGoneWhenItIsUsed() {
    assertThat(keys(label(labelOf("a", 0, 1)))).containsExactly("+label:0", "+labels");
    PaneDeltas joined = predict(batch("a", 2));

    assertThat(keys(joined)).containsExactly("+seen:0", "-label:0", "+rows:0", "+labels");
    assertThat(joined.sums().values())
        .allMatch(sum -> sum.unlabeledCount() == 0 && sum.count() == 2);
  }

  @Test
  void label_thatIsNoClass_isDeadLetteredAndTheRowsGoOnWaiting() {
    predict(batch("a", 2));
    PaneDeltas bad = label(labelOf("a", 0, 3));
    PaneDeltas good = label(labelOf("a", 0, 2));

    assertThat(letters(bad)).containsExactly("bad-label labels-1@0");
    assertThat(Folds.present(bad.cut().beside().labels()).sums()).isEmpty();
    assertThat(labelSum(good).count()).isEqualTo(2);
  }

  @Test
  void labels_ofAnotherShape_areDeadLettered() {
    predict(batch("a", 2));

    assertThat(letters(label(labelOf("a", 0, 1, 2)))).containsExactly("bad-shape labels-1@0");
  }

  @Test
  void badLabelBeforeItsPrediction_isDeadLetteredAsItCame() {
    label(labelOf("a", 9, 9));
    PaneDeltas cut = predict(batch("a", 2));

    assertThat(letters(cut)).containsExactly("bad-label labels-1@0");
    SourceRecord letter = cut.deadLetters().get(0).source();
    assertThat(letter.key()).containsExactly(7);
    assertThat(letter.content().headers()).extracting(Map.Entry::getKey).containsExactly("trace");
    assertThat(cut.sums().values()).allMatch(sum -> sum.unlabeledCount() == 2);
  }

  @Test
  void labelThatWaits_afterARestart_isTheRecordThatItWas() {
    PaneDeltas cut = label(labelOf("a", 9, 9));
    PaneMemory restored = new PaneMemory();
    cut.cut().beside().changes().forEach(change -> restored.restore(change.key(), change.value()));
    restored.late().assemble(new SourcePartition("labels", 1));
    WaitingLabels waiting = Folds.present(restored.late().oldestLabels());

    assertThat(waiting.source().position()).isEqualTo("labels-1@0");
    assertThat(waiting.source().timestampMillis()).isEqualTo(T0);
    assertThat(waiting.source().key()).containsExactly(7);
    assertThat(waiting.source().content().headers().get(0).getValue()).containsExactly(1);
    assertThat(restored.companionOffset()).hasValue(1);
  }

  @Test
  void rows_ofABatchByTheirIds_areLabelledOneByOne() {
    LogitBatch batch = batch("a", Tensor.ofFloats(new float[] {9, 0, 0, 0, 9, 0}, 2, 3));
    batch.setSampleIds(List.of("x", "y"));
    predict(batch);
    LossSummary second =
        labelSum(label(labelOf(Tensor.ofLongs(new long[] {1}, 1), null, List.of("y"))));
    LossSummary rest = labelSum(label(labelOf("a", 0, 0)));

    assertThat(second.count()).isEqualTo(1);
    assertThat(second.unlabeledCount()).isEqualTo(-1);
    assertThat(second.mean()).isLessThan(0.001);
    assertThat(rest.count()).as("the row that had none").isEqualTo(1);
    assertThat(rest.mean()).isLessThan(0.001);
  }

  @Test
  void scoresOfOneSample_withItsId_takeAScalarLabel() {
    LogitBatch batch = batch("a", Tensor.ofFloats(new float[] {0, 9, 0}, 3));
    batch.setSampleIds(List.of("x"));
    predict(batch);
    LossSummary sum =
        labelSum(label(labelOf(Tensor.ofLongs(new long[] {1}, 1), null, List.of("x"))));

    assertThat(sum.count()).isEqualTo(1);
    assertThat(sum.mean()).isLessThan(0.001);
  }

  @Test
  void ids_thatDoNotFitTheRows_areDeadLettered() {
    LogitBatch batch = batch("a", 2);
    batch.setSampleIds(List.of("x", "y", "z"));
    PaneDeltas cut = predict(batch);

    assertThat(letters(cut)).containsExactly("bad-shape predictions-1@0");
    assertThat(cut.sums().values()).allMatch(sum -> sum.unlabeledCount() == 2);
  }

  @Test
  void whatWaits_aboveTheBound_goesOldestFirst() {
    open = open(3000);
    List<PaneDeltas> cuts = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      cuts.add(predict(batch("b" + i, 50)));
    }
    Tally tally = new Tally();
    cuts.forEach(cut -> tally.add(cut.tally()));

    assertThat(memory.late().bytes()).isLessThanOrEqualTo(3000);
    assertThat(tally.lateLabels().evicted()).isPositive();
    assertThat(keys(cuts.get(9)))
        .as("an older record goes")
        .anyMatch(key -> key.startsWith("-batch:"));
    assertThat(tally.lateLabels().waiting()).isEqualTo(500);
    PaneDeltas gone = label(labelOf("b0", new long[50]));
    assertThat(Folds.present(gone.cut().beside().labels()).sums()).isEmpty();
    PaneDeltas there = label(labelOf("b9", new long[50]));
    assertThat(labelSum(there).count()).isEqualTo(50);
  }

  @Test
  void label_withAnotherVersion_waitsForThatOne() {
    predict(batch("a", 1));
    LabelBatch other = labelOf("a", 0);
    other.setVersion("2");
    assertThat(keys(label(other))).contains("+label:0");
    LabelBatch same = labelOf("a", 0);
    same.setVersion("1");

    assertThat(labelSum(label(same)).count()).isEqualTo(1);
  }

  @Test
  void labelTime_inTheFuture_isDeadLetteredAndMovesNoWatermark() {
    LabelBatch future = labelOf("a", 0);
    future.setLabelTime(Instant.ofEpochMilli(T0 + 600_000));
    PaneDeltas cut = label(future);

    assertThat(letters(cut)).containsExactly("future-time labels-1@0");
    assertThat(memory.late().watermark()).isEqualTo(PaneMemory.SILENT);
  }

  @Test
  void labelsOfAModelThatNobodyWatches_areSkipped() {
    OpenDeltas none =
        new OpenDeltas(
            lane,
            memory,
            0,
            new PaneClock(List.of(), TIME),
            new LateLabelling(
                LateLabelSettings.in("labels"), new Evaluating(List.of()).evaluator(), 0));
    open = none;

    assertThat(label(labelOf("a", 0)).tally().skipped()).isEqualTo(1);
    assertThat(memory.late().bytes()).isZero();
  }

  @Test
  void backlog_ofOneSideFarAhead_isHeldUntilTheOtherFollows() {
    now = T0 + 3_600_000;
    label(labelOf("a", 0));
    LogitBatch ahead = batch("b", 1);
    ahead.setEventTime(Instant.ofEpochMilli(T0 + 100_000));
    predict(ahead);
    assertThat(PairFeed.isHeld(lane)).isTrue();
    assertThat(PairFeed.isHeld(Folds.present(lane.companion()))).isFalse();

    LabelBatch follows = labelOf("b", 0);
    follows.setLabelTime(Instant.ofEpochMilli(T0 + 90_000));
    label(follows);
    assertThat(PairFeed.isHeld(lane)).isFalse();
  }

  @Test
  void predictionsOfNow_areNeverHeld() {
    label(labelOf("a", 0));
    now = T0 + 100_000;
    LogitBatch ahead = batch("b", 1);
    ahead.setEventTime(Instant.ofEpochMilli(T0 + 100_000));
    predict(ahead);

    assertThat(PairFeed.isHeld(lane)).isFalse();
  }
}
