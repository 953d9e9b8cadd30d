package io.losswatch.stream.publish;

import io.losswatch.schemas.RollingLoss;
import io.losswatch.schemas.codec.JsonRecords;
import io.losswatch.schemas.codec.RecordCodec;
import io.losswatch.stream.StreamSettings.OutputFormat;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.fold.RolledPortion;
import io.losswatch.stream.fold.RolledWindow;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The stage of hop 2 that writes: rolled windows in, units out. Immutable. */
public final class LossPublishing {
  private static final RecordCodec<RollingLoss> CODEC = RecordCodec.of(RollingLoss.class);

  private final PublishSettings settings;
  private final OutputTopic output;
  private final DeadLetters deadLetters;
  private final Clock clock;

  /**
   * Where rolling losses go.
   *
   * @param name of the topic
   * @param format of the values
   * @param schemaId of the values' schema in a registry; empty: Avro is single-object
   */
  public record OutputTopic(String name, OutputFormat format, OptionalInt schemaId) {
    /** A topic whose schema no registry knows. */
    public OutputTopic(String name, OutputFormat format) {
      this(name, format, OptionalInt.empty());
    }
  }

  /**
   * A stage.
   *
   * @param settings how the hop writes
   * @param output where to
   * @param clock stamps {@code emitted_at}; nothing else depends on it
   */
  public LossPublishing(PublishSettings settings, OutputTopic output, Clock clock) {
    this.settings = settings;
    this.output = output;
    this.clock = clock;
    this.deadLetters = new DeadLetters(settings.deadLetterTopic(), settings.maxRequestBytes());
  }

  /** What a cut sends. */
  public TransactionUnit unit(RolledPortion rolled) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    long emittedAtMillis = clock.millis();
    for (RolledWindow window : rolled.windows()) {
      byte[] key = window.series().getBytes(StandardCharsets.UTF_8);
      RollingLoss loss = RollingLosses.of(window, emittedAtMillis);
      records.add(new LossRecord(output.name(), key, encode(loss), loss));
    }
    rolled.account().deadLetters().forEach(letter -> records.add(deadLetters.of(letter)));
    SourcePartition source = rolled.lane().source();
    if (!rolled.changes().isEmpty()) {
      StateRecords.topic(settings, rolled.lane()).ifPresent(records::add);
    }
    rolled.changes().forEach(change -> records.add(StateRecords.of(settings, source, change)));
    return new TransactionUnit(
        rolled.lane(),
        rolled.cut().nextOffset(),
        records,
        rolled.account().tally(),
        rolled.cut().last());
  }

  private byte[] encode(RollingLoss loss) {
    if (output.format() == OutputFormat.JSON) {
      return JsonRecords.write(loss);
    }
    return output.schemaId().isPresent()
        ? CODEC.encode(loss, output.schemaId().getAsInt())
        : CODEC.encode(loss);
  }
}
