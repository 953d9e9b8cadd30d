package io.losswatch.stream;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.LateLabels;
import io.losswatch.schemas.codec.LabelBatchReader;
import io.losswatch.schemas.codec.LogitBatchReader;
import io.losswatch.schemas.codec.WriterSchemas;
import io.losswatch.schemas.registry.RegistrySchemas;
import io.losswatch.stream.consume.ConsumeSettings;
import io.losswatch.stream.consume.Consuming;
import io.losswatch.stream.consume.Effort;
import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.LaneStart;
import io.losswatch.stream.consume.Obstacles;
import io.losswatch.stream.consume.Portion;
import io.losswatch.stream.consume.StateTopic;
import io.losswatch.stream.decode.DecodedPortion;
import io.losswatch.stream.decode.Decoding;
import io.losswatch.stream.decode.SchemaFetching;
import io.losswatch.stream.evaluate.EvaluatedPortion;
import io.losswatch.stream.evaluate.Evaluating;
import io.losswatch.stream.evaluate.MonitorPlan;
import io.losswatch.stream.fold.PaneFolding;
import io.losswatch.stream.fold.PaneMemory;
import io.losswatch.stream.fold.Roster;
import io.losswatch.stream.publish.PartialPublishing;
import io.losswatch.stream.publish.PublishSettings;
import io.losswatch.stream.publish.TopicCreation;
import io.losswatch.stream.publish.TransactionUnit;
import java.time.Clock;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import reactor.core.publisher.Flux;

/** Hop 1: predictions in, partials out. */
final class EvaluateHop {
  private static final String NAME = "evaluate";

  private final StreamSettings settings;
  private final Clock clock;
  private final StreamThreads threads;
  private final Obstacles obstacles;
  private final HopSettings hop;
  private final Decoding<Batch> decoding;
  private final Decoding<LateLabels> labelDecoding;
  private final Evaluating evaluating;
  private final PaneFolding folding;

  EvaluateHop(StreamSettings settings, Clock clock, StreamThreads threads, HopWatch watch) {
    this.settings = settings;
    this.clock = clock;
    this.threads = threads;
    Effort effort = watch.effort();
    this.obstacles = watch.obstacles();
    this.hop = new HopSettings(settings, NAME, effort);
    List<MonitorPlan> plans = MonitorPlan.of(settings.monitors(), settings.policy().time());
    WriterSchemas writers = settings.policy().formats().writers();
    this.decoding = decoding(() -> new LogitBatchReader(writers)::read, writers).with(effort);
    this.evaluating = new Evaluating(plans, effort);
    this.labelDecoding = decoding(() -> new LabelBatchReader(writers)::read, writers).with(effort);
    this.folding = folding(plans).with(effort);
  }

  private <T> Decoding<T> decoding(
      Supplier<Decoding.RecordReader<T>> readers, WriterSchemas writers) {
    Decoding<T> plain = new Decoding<>(readers, settings.policy().limits().maxRecordBytes());
    RegistrySchemas registry = writers.registry();
    return registry == null
        ? plain
        : plain.with(new SchemaFetching(registry, threads.blocking(), threads.lanes(), obstacles));
  }

  private PaneFolding folding(List<MonitorPlan> plans) {
    PaneFolding plain = new PaneFolding(plans, settings.policy().time(), hop.commits());
    LateLabelSettings late = settings.policy().lateLabels();
    return late.topic() != null || settings.monitors().stream().anyMatch(Monitor::deduplicates)
        ? plain.withLateLabels(late, evaluating)
        : plain;
  }

  /**
   * Opens the clients: the producer first, since it fences an older self before anything is read.
   */
  Hop.Clients open() {
    SortedMap<String, Integer> partitions = partitions();
    PublishSettings publish = hop.publish(settings.topics().predictions());
    String partials = settings.topics().partials();
    PartialPublishing.PartialsTopic partialsTopic =
        new PartialPublishing.PartialsTopic(partials, partitions.getOrDefault(partials, 1));
    Roster atStart = roster(partitions);
    TimeSettings time = settings.policy().time();
    ConsumeSettings consume =
        hop.consume(
            new ConsumeSettings.Inputs(
                settings.topics().predictions(), settings.policy().lateLabels().topic()),
            new ConsumeSettings.Pace(hop.commits(), time.idleAfter(), HopSettings.REVOCATION),
            new ConsumeSettings.Skew(partials, atStart.partitions(), time.maxSkew()));
    return hop.open(
        consume,
        publish,
        clock,
        (lane, consuming) ->
            units(
                lane,
                consuming,
                new PartialPublishing(
                    publish,
                    partialsTopic,
                    // an input may get more partitions while it is read
                    () -> atStart.union(roster(consuming.partitions())))));
  }

  private SortedMap<String, Integer> partitions() {
    try (Admin admin = Admin.create(hop.clients().admin())) {
      return TopicCreation.ensure(admin, settings);
    }
  }

  /** Labels are no sources: nobody waits for their watermarks. */
  private Roster roster(SortedMap<String, Integer> partitions) {
    SortedMap<String, Integer> sources = new TreeMap<>(partitions);
    sources.keySet().retainAll(settings.topics().predictions());
    return new Roster(sources);
  }

  private Flux<TransactionUnit> units(
      Lane lane, Consuming consuming, PartialPublishing publishing) {
    PaneMemory memory = new PaneMemory(settings.policy().formats().writers());
    StateTopic state = hop.growingState(lane.source().topic());
    return consuming
        .restore(lane, state, memory, threads.blocking())
        .flatMapMany(start -> {
          Flux<EvaluatedPortion> evaluated =
              decoding.decode(lane, portions(lane, start.offset())).transform(evaluating);
          return folding
              .fold(lane, memory, start, evaluated, labels(lane, start))
              .map(publishing::unit);
        });
  }

  private Flux<DecodedPortion<LateLabels>> labels(Lane lane, LaneStart start) {
    Lane companion = lane.companion();
    return companion == null
        ? Flux.empty()
        : labelDecoding.decode(companion, portions(companion, start.companionOffset()));
  }

  private Flux<Portion> portions(Lane lane, long from) {
    return lane.portions(from).publishOn(threads.lanes(), HopSettings.LANE_PREFETCH);
  }
}
