package io.losswatch.stream.fold;

import io.losswatch.schemas.PartialBatch;
import io.losswatch.stream.consume.CommitGrid;
import io.losswatch.stream.consume.Effort;
import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.decode.DecodedPortion;
import java.util.List;
import reactor.core.publisher.Flux;

/** The stage of hop 2: pane deltas of one lane in, rolling windows out. */
public final class WindowFolding {
  private final int maxSeries;
  private final CommitGrid commits;
  private final Effort effort;

  /**
   * A stage that cuts once a commit interval.
   *
   * @param maxSeries that a lane keeps
   * @param commits when it cuts
   */
  public WindowFolding(int maxSeries, CommitGrid commits) {
    this(maxSeries, commits, new Effort());
  }

  /** The same stage, which tells how long it takes. */
  public WindowFolding(int maxSeries, CommitGrid commits, Effort effort) {
    this.effort = effort;
    this.maxSeries = maxSeries;
    this.commits = commits;
  }

  /** The stage for one lane; the last element it emits says so. */
  public Flux<RolledPortion> fold(
      Lane lane, RollMemory memory, long fromOffset, Flux<DecodedPortion<PartialBatch>> in) {
    return Flux.defer(() -> {
      OpenWindows open =
          new OpenWindows(lane, memory, fromOffset, maxSeries, OpenWindows.MAX_WINDOWS);
      return in.concatMapIterable(portion -> fold(portion, open, lane), 1)
          .concatWith(Flux.defer(() -> Flux.fromIterable(open.last())));
    });
  }

  private List<RolledPortion> fold(
      DecodedPortion<PartialBatch> portion, OpenWindows open, Lane lane) {
    List<RolledPortion> cuts = effort.time(Effort.Stage.FOLD, () -> open.fold(portion, commits));
    lane.release(portion.portion());
    return cuts;
  }
}
