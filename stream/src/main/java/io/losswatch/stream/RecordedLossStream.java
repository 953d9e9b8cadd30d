package io.losswatch.stream;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.Reason;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.schemas.RollingLoss;
import io.losswatch.stream.consume.Portion;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.consume.SourceRecord;
import io.losswatch.stream.decode.Decoded;
import io.losswatch.stream.decode.DecodedPortion;
import io.losswatch.stream.evaluate.Evaluating;
import io.losswatch.stream.evaluate.MonitorPlan;
import io.losswatch.stream.publish.RollingLosses;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * The stream over batches that were recorded: what the service would have published for them in
 * this order, from one partition. Event time is the only clock, so every batch has one, nothing
 * lies in the future or falls idle, and a rolling loss is emitted at its watermark. When the input
 * completes, all that is open is published as final. Immutable; each subscription has a state of
 * its own.
 */
public final class RecordedLossStream implements Function<Flux<Batch>, Flux<RollingLoss>> {
  private static final SourcePartition SOURCE = new SourcePartition("recorded", 0);
  private static final SourceRecord.Content NO_CONTENT = new SourceRecord.Content(null, List.of());

  /** Year 9999: a time behind it is no time of an event. */
  private static final long LATEST_MILLIS = 253_402_300_799_999L;

  private final List<MonitorPlan> plans;
  private final TimeSettings time;
  private final Consumer<EmbeddedLossStream.Refused> refused;

  private RecordedLossStream(
      List<MonitorPlan> plans, TimeSettings time, Consumer<EmbeddedLossStream.Refused> refused) {
    this.plans = plans;
    this.time = time;
    this.refused = refused;
  }

  /**
   * A stream.
   *
   * @param monitors what is watched
   * @param time how event time runs
   * @param refused is told of batches that cannot be evaluated, come too late or have no event time
   */
  public static RecordedLossStream of(
      List<Monitor> monitors, TimeSettings time, Consumer<EmbeddedLossStream.Refused> refused) {
    return new RecordedLossStream(MonitorPlan.of(monitors, time), time, refused);
  }

  /** Rolling losses of these batches; for {@code batches.transform(stream)}. */
  @Override
  public Flux<RollingLoss> apply(Flux<Batch> batches) {
    return EmbeddedLossStream.folding(plans, time, refused)
        .fold(batches.index(RecordedLossStream::portion).transform(new Evaluating(plans)))
        .map(window -> RollingLosses.of(window, window.watermark()));
  }

  private static DecodedPortion<Batch> portion(long index, Batch batch) {
    SourceRecord record = new SourceRecord(SOURCE, index, 0, null, NO_CONTENT);
    Portion portion =
        new Portion(
            List.of(record), new Portion.OffsetRange(index, index + 1), LATEST_MILLIS, false, 0);
    @Nullable RefusedException refusal = noTime(batch);
    return new DecodedPortion<>(
        portion, List.of(new Decoded<>(record, refusal == null ? batch : null, refusal)));
  }

  private static @Nullable RefusedException noTime(Batch batch) {
    OptionalLong time = batch.header().eventTimeMillis();
    if (time.isEmpty()) {
      return new RefusedException(
          Reason.BAD_VALUE, "event_time is required where event time is the only clock");
    }
    return time.getAsLong() <= LATEST_MILLIS
        ? null
        : new RefusedException(
            Reason.BAD_VALUE, "event_time " + time.getAsLong() + " is after the year 9999");
  }
}
