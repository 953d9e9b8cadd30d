package io.losswatch.stream;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.Reason;
import io.losswatch.schemas.RollingLoss;
import io.losswatch.stream.decode.DecodedPortion;
import io.losswatch.stream.evaluate.Evaluating;
import io.losswatch.stream.evaluate.MonitorPlan;
import io.losswatch.stream.fold.EmbeddedFolding;
import io.losswatch.stream.publish.RollingLosses;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The stream without Kafka, for a service that knows its labels: batches in, rolling losses out, by
 * the same evaluation and the same windows. One source, held in memory alone: what is open when the
 * process dies is lost. Immutable; each subscription has a state of its own. Labels come inside the
 * batches: there are none that come later, batches are not known again, and every monitor goes by
 * event time.
 *
 * <p>At most {@link Limits#maxSeries} series of the default limits are held at a time; what belongs
 * to one beyond goes to the {@code other} of its monitor.
 *
 * <p>Batches are worked off where they arrive, one at a time, on demand. Idleness is seen on the
 * scheduler that is handed in. When the input completes, all that is open is published as final.
 */
public final class EmbeddedLossStream implements Function<Flux<Batch>, Flux<RollingLoss>> {
  private final List<MonitorPlan> plans;
  private final TimeSettings time;
  private final Consumer<Refused> refused;
  private final Scheduler timer;

  /**
   * A batch that is in no window.
   *
   * @param index of the batch in the input, from 0
   * @param reason code
   * @param message the rule and the actual values
   */
  public record Refused(long index, Reason reason, String message) {}

  private EmbeddedLossStream(
      List<MonitorPlan> plans, TimeSettings time, Consumer<Refused> refused, Scheduler timer) {
    this.plans = plans;
    this.time = time;
    this.refused = refused;
    this.timer = timer;
  }

  /**
   * A stream that looks for idleness on Reactor's shared timer.
   *
   * @param monitors what is watched
   * @param time how event time runs
   * @param refused is told of batches that cannot be evaluated or come too late, on the thread that
   *     brought them
   */
  public static EmbeddedLossStream of(
      List<Monitor> monitors, TimeSettings time, Consumer<Refused> refused) {
    return of(monitors, time, refused, Schedulers.parallel());
  }

  /** The same with a timer of the caller's, whose clock is the wall clock. */
  public static EmbeddedLossStream of(
      List<Monitor> monitors, TimeSettings time, Consumer<Refused> refused, Scheduler timer) {
    return new EmbeddedLossStream(MonitorPlan.of(monitors, time), time, refused, timer);
  }

  /** Rolling losses of these batches; for {@code batches.transform(stream)}. */
  @Override
  public Flux<RollingLoss> apply(Flux<Batch> batches) {
    return Flux.defer(() -> rolling(batches));
  }

  private Flux<RollingLoss> rolling(Flux<Batch> batches) {
    EmbeddedInput input = new EmbeddedInput(time.idleAfter(), timer);
    Flux<DecodedPortion<Batch>> portions =
        batches
            .map(input::portion)
            .publish(
                shared ->
                    Flux.merge(1, shared, silence(input).takeUntilOther(shared.ignoreElements())),
                1);
    return folding(plans, time, refused)
        .fold(portions.transform(new Evaluating(plans)))
        .map(window -> RollingLosses.of(window, input.nowMillis()));
  }

  static EmbeddedFolding folding(
      List<MonitorPlan> plans, TimeSettings time, Consumer<Refused> refused) {
    return new EmbeddedFolding(
        plans,
        time,
        Limits.defaults().maxSeries(),
        letter ->
            refused.accept(
                new Refused(letter.source().offset(), letter.reason(), letter.message())));
  }

  private Flux<DecodedPortion<Batch>> silence(EmbeddedInput input) {
    Duration period = Duration.ofMillis(Math.max(1, time.idleAfter().toMillis() / 4));
    return Flux.interval(period, timer).onBackpressureDrop().mapNotNull(tick -> input.silence());
  }
}
