package io.losswatch.stream;

import io.losswatch.schemas.PartialBatch;
import io.losswatch.schemas.RollingLoss;
import io.losswatch.schemas.codec.RecordCodec;
import io.losswatch.schemas.codec.SchemaFiles;
import io.losswatch.schemas.registry.RegistrySchemas;
import io.losswatch.stream.consume.ConsumeSettings;
import io.losswatch.stream.consume.Consuming;
import io.losswatch.stream.consume.Effort;
import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.LaneStart;
import io.losswatch.stream.consume.Portion;
import io.losswatch.stream.decode.Decoding;
import io.losswatch.stream.evaluate.MonitorPlan;
import io.losswatch.stream.fold.RollMemory;
import io.losswatch.stream.fold.WindowFolding;
import io.losswatch.stream.publish.LossPublishing;
import io.losswatch.stream.publish.PublishSettings;
import io.losswatch.stream.publish.TopicCreation;
import io.losswatch.stream.publish.TransactionUnit;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.apache.kafka.clients.admin.Admin;
import reactor.core.publisher.Flux;

/** Hop 2: partials in, rolling losses out. */
final class RollHop {
  private static final String NAME = "roll";
  private static final RecordCodec<PartialBatch> CODEC = RecordCodec.of(PartialBatch.class);

  private final StreamSettings settings;
  private final Clock clock;
  private final StreamThreads threads;
  private final HopSettings hop;
  private final List<MonitorPlan> plans;
  private final Decoding<PartialBatch> decoding;
  private final WindowFolding folding;

  RollHop(StreamSettings settings, Clock clock, StreamThreads threads, Effort effort) {
    this.settings = settings;
    this.clock = clock;
    this.threads = threads;
    this.hop = new HopSettings(settings, NAME, effort);
    this.plans = MonitorPlan.of(settings.monitors(), settings.policy().time());
    this.decoding =
        new Decoding<>(
                () -> Decoding.RecordReader.of(CODEC::decode),
                settings.policy().limits().maxRecordBytes())
            .with(effort);
    this.folding =
        new WindowFolding(settings.policy().limits().maxSeries(), hop.commits().shifted(), effort);
  }

  Hop.Clients open() {
    try (Admin admin = Admin.create(hop.clients().admin())) {
      TopicCreation.ensure(admin, settings);
    }
    List<String> partials = List.of(settings.topics().partials());
    PublishSettings publish = hop.publish(partials);
    LossPublishing publishing = new LossPublishing(publish, output(), clock);
    // no clock in this hop: nobody is idle, time comes with the watermarks
    ConsumeSettings consume =
        hop.consume(
            new ConsumeSettings.Inputs(partials, null),
            new ConsumeSettings.Pace(
                hop.commits().shifted(), Duration.ZERO, HopSettings.REVOCATION),
            null);
    return hop.open(
        consume, publish, clock, (lane, consuming) -> units(lane, consuming, publishing));
  }

  private LossPublishing.OutputTopic output() {
    String topic = settings.topics().output();
    StreamSettings.Formats formats = settings.policy().formats();
    RegistrySchemas schemas = formats.writers().registry();
    if (formats.output() == StreamSettings.OutputFormat.JSON || schemas == null) {
      return new LossPublishing.OutputTopic(topic, formats.output());
    }
    int id = schemas.registry().register(topic + "-value", SchemaFiles.of(RollingLoss.class));
    return new LossPublishing.OutputTopic(topic, formats.output(), OptionalInt.of(id));
  }

  private Flux<TransactionUnit> units(Lane lane, Consuming consuming, LossPublishing publishing) {
    RollMemory memory = new RollMemory(plans);
    return consuming
        .restore(lane, hop.fixedState(lane.source().topic()), memory, threads.blocking())
        .map(LaneStart::offset)
        .flatMapMany(from -> {
          Flux<Portion> portions =
              lane.portions(from).publishOn(threads.lanes(), HopSettings.LANE_PREFETCH);
          return folding
              .fold(lane, memory, from, portions.transform(decoding))
              .map(publishing::unit);
        });
  }
}
