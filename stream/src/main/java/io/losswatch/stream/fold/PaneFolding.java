package io.losswatch.stream.fold;

import io.losswatch.core.batch.LateLabels;
import io.losswatch.stream.LateLabelSettings;
import io.losswatch.stream.TimeSettings;
import io.losswatch.stream.consume.CommitGrid;
import io.losswatch.stream.consume.Effort;
import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.LaneStart;
import io.losswatch.stream.decode.DecodedPortion;
import io.losswatch.stream.evaluate.EvaluatedPortion;
import io.losswatch.stream.evaluate.Evaluating;
import io.losswatch.stream.evaluate.MonitorPlan;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The stage of hop 1: evaluated portions of one lane in, pane deltas out. */
public final class PaneFolding {
  private final List<MonitorPlan> plans;
  private final TimeSettings time;
  private final CommitGrid commits;
  private final @Nullable Labelling labelling;
  private final Effort effort;

  /**
   * A stage that cuts once a commit interval.
   *
   * @param plans what is watched
   * @param time how event time runs
   * @param commits when it cuts
   */
  public PaneFolding(List<MonitorPlan> plans, TimeSettings time, CommitGrid commits) {
    this(List.copyOf(plans), time, commits, null, new Effort());
  }

  private PaneFolding(
      List<MonitorPlan> plans,
      TimeSettings time,
      CommitGrid commits,
      @Nullable Labelling labelling,
      Effort effort) {
    this.plans = plans;
    this.time = time;
    this.commits = commits;
    this.labelling = labelling;
    this.effort = effort;
  }

  private record Labelling(LateLabelSettings settings, Evaluating evaluating) {}

  /**
   * The same stage with labels that come later, or that knows batches again.
   *
   * @param settings horizon and bounds
   * @param evaluating evaluates what is labelled later
   */
  public PaneFolding withLateLabels(LateLabelSettings settings, Evaluating evaluating) {
    return new PaneFolding(plans, time, commits, new Labelling(settings, evaluating), effort);
  }

  /** The same stage, which tells how long it takes. */
  public PaneFolding with(Effort told) {
    return new PaneFolding(plans, time, commits, labelling, told);
  }

  /** The stage for one lane without companion; the last element it emits says so. */
  public Flux<PaneDeltas> fold(
      Lane lane, PaneMemory memory, long fromOffset, Flux<EvaluatedPortion> in) {
    return fold(lane, memory, new LaneStart(fromOffset, 0), in, Flux.empty());
  }

  /**
   * The stage for one lane and its companion, which is folded on the same thread at a time.
   *
   * @param start where both begin
   * @param in portions of predictions
   * @param labels portions of labels
   */
  public Flux<PaneDeltas> fold(
      Lane lane,
      PaneMemory memory,
      LaneStart start,
      Flux<EvaluatedPortion> in,
      Flux<DecodedPortion<LateLabels>> labels) {
    return Flux.defer(() -> {
      OpenDeltas open = open(lane, memory, start);
      lane.advance(memory.watermark());
      Flux<Supplier<@Nullable PaneDeltas>> predictions =
          in.map(portion ->
              () -> {
                @Nullable PaneDeltas cut = open.fold(portion, commits);
                lane.advance(memory.watermark());
                lane.release(portion.portion());
                return cut;
              });
      Flux<Supplier<@Nullable PaneDeltas>> later =
          labels.map(portion ->
              () -> {
                @Nullable PaneDeltas cut = open.foldLabels(portion, commits);
                Objects.requireNonNull(lane.companion()).release(portion.portion());
                return cut;
              });
      // one at a time, whichever thread brings it
      return Flux.merge(1, predictions, later)
          .<PaneDeltas>handle((folding, sink) -> {
            @Nullable PaneDeltas cut = effort.time(Effort.Stage.FOLD, folding);
            if (cut != null) {
              sink.next(cut);
            }
          })
          .concatWith(Mono.fromSupplier(open::last));
    });
  }

  private OpenDeltas open(Lane lane, PaneMemory memory, LaneStart start) {
    PaneClock clock = new PaneClock(plans, time);
    if (labelling == null) {
      return new OpenDeltas(lane, memory, start.offset(), clock);
    }
    LateLabelling late =
        new LateLabelling(
            labelling.settings(), labelling.evaluating().evaluator(), start.companionOffset());
    return new OpenDeltas(lane, memory, start.offset(), clock, late);
  }
}
