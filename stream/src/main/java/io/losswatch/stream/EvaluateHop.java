package io.losswatch.stream;

import io.losswatch.core.batch.Batch;
import io.losswatch.schemas.codec.LogitBatchReader;
import io.losswatch.schemas.codec.WriterSchemas;
import io.losswatch.stream.consume.ConsumeSettings;
import io.losswatch.stream.consume.Consuming;
import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.Portion;
import io.losswatch.stream.decode.Decoding;
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
import org.apache.kafka.clients.admin.Admin;
import reactor.core.publisher.Flux;

/** Hop 1: predictions in, partials out. */
final class EvaluateHop {
  private static final String NAME = "evaluate";

  private final StreamSettings settings;
  private final Clock clock;
  private final StreamThreads threads;
  private final HopSettings hop;
  private final Decoding<Batch> decoding;
  private final Evaluating evaluating;
  private final PaneFolding folding;

  EvaluateHop(StreamSettings settings, Clock clock, StreamThreads threads) {
    this.settings = settings;
    this.clock = clock;
    this.threads = threads;
    this.hop = new HopSettings(settings, NAME);
    List<MonitorPlan> plans = MonitorPlan.of(settings.monitors(), settings.policy().time());
    this.decoding =
        new Decoding<>(
            () -> new LogitBatchReader(WriterSchemas.builtIn())::read,
            settings.policy().limits().maxRecordBytes());
    this.evaluating = new Evaluating(plans);
    this.folding =
        new PaneFolding(plans, settings.policy().time(), settings.policy().commitInterval());
  }

  /**
   * Opens the clients: the producer first, since it fences an older self before anything is read.
   */
  Hop.Clients open() {
    SortedMap<String, Integer> partitions = partitions();
    PublishSettings publish = hop.publish(settings.topics().predictions());
    String partials = settings.topics().partials();
    SortedMap<String, Integer> sources = sources(partitions);
    PartialPublishing publishing =
        new PartialPublishing(
            publish,
            new PartialPublishing.PartialsTopic(partials, partitions.getOrDefault(partials, 1)),
            new Roster(sources));
    TimeSettings time = settings.policy().time();
    ConsumeSettings consume =
        hop.consume(
            settings.topics().predictions(),
            time.idleAfter(),
            new ConsumeSettings.Skew(partials, sources, time.maxSkew()));
    return hop.open(
        consume, publish, clock, (lane, consuming) -> units(lane, consuming, publishing));
  }

  private SortedMap<String, Integer> partitions() {
    try (Admin admin = Admin.create(hop.clients().admin())) {
      return TopicCreation.ensure(admin, settings);
    }
  }

  private SortedMap<String, Integer> sources(SortedMap<String, Integer> partitions) {
    SortedMap<String, Integer> sources = new TreeMap<>(partitions);
    sources.keySet().retainAll(settings.topics().predictions());
    return sources;
  }

  private Flux<TransactionUnit> units(
      Lane lane, Consuming consuming, PartialPublishing publishing) {
    PaneMemory memory = new PaneMemory();
    String stateTopic = hop.stateTopic(lane.source().topic());
    return consuming
        .restore(lane, stateTopic, memory, threads.blocking())
        .flatMapMany(from -> {
          Flux<Portion> portions =
              lane.portions(from).publishOn(threads.lanes(), HopSettings.LANE_PREFETCH);
          Flux<EvaluatedPortion> evaluated = portions.transform(decoding).transform(evaluating);
          return folding.fold(lane, memory, from, evaluated).map(publishing::unit);
        });
  }
}
