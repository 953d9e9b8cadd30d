package io.losswatch.stream;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.LateLabels;
import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.codec.LabelBatchReader;
import io.losswatch.schemas.codec.LogitBatchReader;
import io.losswatch.schemas.codec.RecordCodec;
import io.losswatch.schemas.codec.WriterSchemas;
import io.losswatch.stream.consume.CommitGrid;
import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.LaneStart;
import io.losswatch.stream.consume.Portion;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.decode.Decoding;
import io.losswatch.stream.evaluate.Evaluating;
import io.losswatch.stream.evaluate.MonitorPlan;
import io.losswatch.stream.fold.PaneFolding;
import io.losswatch.stream.fold.PaneMemory;
import io.losswatch.stream.fold.RollMemory;
import io.losswatch.stream.fold.Roster;
import io.losswatch.stream.fold.WindowFolding;
import io.losswatch.stream.publish.LossPublishing;
import io.losswatch.stream.publish.PartialPublishing;
import io.losswatch.stream.publish.TransactionUnit;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** The stages of both hops as they are wired, without clients. */
final class SimulatedStages {
  private static final Duration COMMIT_INTERVAL = Duration.ofSeconds(1);
  private static final LogitBatchReader READER = new LogitBatchReader(WriterSchemas.builtIn());
  private static final LabelBatchReader LABEL_READER =
      new LabelBatchReader(WriterSchemas.builtIn());
  private static final RecordCodec<PartialBatch> BATCHES = RecordCodec.of(PartialBatch.class);

  private SimulatedStages() {}

  /**
   * Numbers of partitions.
   *
   * @param predictions of the input
   * @param partials of the topic between the hops
   */
  record Partitions(int predictions, int partials) {}

  /** Hop 1 as it is wired. */
  static final class Evaluate implements SimulatedLane.Pipeline<PaneMemory> {
    private final Decoding<Batch> decoding = new Decoding<>(() -> READER::read, 1 << 20);
    private final Decoding<LateLabels> labelDecoding =
        new Decoding<>(() -> LABEL_READER::read, 1 << 20);
    private final LateLabelSettings late;
    private final Evaluating evaluating;
    private final PaneFolding folding;
    private final PartialPublishing publishing;
    private final Function<SourcePartition, SimulatedLane.Witness> witnesses;
    private int assigned;

    Evaluate(
        List<MonitorPlan> plans,
        TimeSettings time,
        LateLabelSettings late,
        int partialsPartitions,
        IntSupplier heard,
        Function<SourcePartition, SimulatedLane.Witness> witnesses) {
      this.witnesses = witnesses;
      this.evaluating = new Evaluating(plans);
      this.late = late;
      PaneFolding plain = new PaneFolding(plans, time, CommitGrid.of(COMMIT_INTERVAL));
      this.folding = late.topic() == null ? plain : plain.withLateLabels(late, evaluating);
      this.publishing =
          new PartialPublishing(
              SimulatedBroker.SETTINGS,
              new PartialPublishing.PartialsTopic(SimulatedBroker.PARTIALS, partialsPartitions),
              () -> roster(Math.max(assigned, heard.getAsInt())));
    }

    private static Roster roster(int partitions) {
      return new Roster(new TreeMap<>(Map.of(SimulatedBroker.PREDICTIONS, partitions)));
    }

    @Override
    public @Nullable String labels() {
      return late.topic();
    }

    @Override
    public PaneMemory memory() {
      return new PaneMemory();
    }

    @Override
    public Flux<TransactionUnit> units(
        Lane lane,
        PaneMemory memory,
        LaneStart from,
        Flux<Portion> portions,
        Flux<Portion> labels) {
      assigned = Math.max(assigned, lane.source().partition() + 1);
      return folding
          .fold(
              lane,
              memory,
              from,
              portions.transform(decoding).transform(evaluating),
              labels.transform(labelDecoding))
          .map(publishing::unit);
    }

    @Override
    public SimulatedLane.Witness witness(SourcePartition source) {
      return witnesses.apply(source);
    }
  }

  /** Hop 2 as it is wired. */
  static final class Roll implements SimulatedLane.Pipeline<RollMemory> {
    private final Decoding<PartialBatch> decoding =
        new Decoding<>(() -> Decoding.RecordReader.of(BATCHES::decode), 1 << 20);
    private final WindowFolding folding;
    private final LossPublishing publishing =
        new LossPublishing(
            SimulatedBroker.SETTINGS,
            new LossPublishing.OutputTopic(
                SimulatedBroker.OUTPUT, StreamSettings.OutputFormat.AVRO),
            Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
    private final List<MonitorPlan> plans;

    Roll(List<MonitorPlan> plans, int maxSeries) {
      this.folding = new WindowFolding(maxSeries, CommitGrid.of(COMMIT_INTERVAL));
      this.plans = plans;
    }

    @Override
    public RollMemory memory() {
      return new RollMemory(plans);
    }

    @Override
    public Flux<TransactionUnit> units(
        Lane lane,
        RollMemory memory,
        LaneStart from,
        Flux<Portion> portions,
        Flux<Portion> labels) {
      return folding
          .fold(lane, memory, from.offset(), portions.transform(decoding))
          .map(publishing::unit);
    }
  }
}
