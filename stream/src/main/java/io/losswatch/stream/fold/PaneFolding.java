package io.losswatch.stream.fold;

import io.losswatch.stream.TimeSettings;
import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.evaluate.EvaluatedPortion;
import io.losswatch.stream.evaluate.MonitorPlan;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The stage of hop 1: evaluated portions of one lane in, pane deltas out. */
public final class PaneFolding {
  private final List<MonitorPlan> plans;
  private final TimeSettings time;
  private final long commitIntervalMillis;

  /**
   * A stage that cuts once a commit interval.
   *
   * @param plans what is watched
   * @param time how event time runs
   * @param commitInterval distance of two cuts
   */
  public PaneFolding(List<MonitorPlan> plans, TimeSettings time, Duration commitInterval) {
    this.plans = List.copyOf(plans);
    this.time = time;
    this.commitIntervalMillis = commitInterval.toMillis();
  }

  /** The stage for one lane; the last element it emits says so. */
  public Flux<PaneDeltas> fold(
      Lane lane, PaneMemory memory, long fromOffset, Flux<EvaluatedPortion> in) {
    return Flux.defer(() -> {
      OpenDeltas open = new OpenDeltas(lane, memory, fromOffset, new PaneClock(plans, time));
      lane.advance(memory.watermark());
      return in.<PaneDeltas>handle(
              (portion, sink) -> {
                @Nullable PaneDeltas cut = open.fold(portion, commitIntervalMillis);
                lane.advance(memory.watermark());
                lane.release(portion.portion());
                if (cut != null) {
                  sink.next(cut);
                }
              })
          .concatWith(Mono.fromSupplier(open::last));
    });
  }
}
