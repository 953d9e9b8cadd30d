package io.losswatch.stream.fold;

import io.losswatch.schemas.PartialBatch;
import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.decode.DecodedPortion;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The stage of hop 2: pane deltas of one lane in, rolling windows out. */
public final class WindowFolding {
  private final int maxSeries;
  private final long commitIntervalMillis;

  /**
   * A stage that cuts once a commit interval.
   *
   * @param maxSeries that a lane keeps
   * @param commitInterval distance of two cuts
   */
  public WindowFolding(int maxSeries, Duration commitInterval) {
    this.maxSeries = maxSeries;
    this.commitIntervalMillis = commitInterval.toMillis();
  }

  /** The stage for one lane; the last element it emits says so. */
  public Flux<RolledPortion> fold(
      Lane lane, RollMemory memory, long fromOffset, Flux<DecodedPortion<PartialBatch>> in) {
    return Flux.defer(() -> {
      OpenWindows open = new OpenWindows(lane, memory, fromOffset, maxSeries);
      return in.<RolledPortion>handle(
              (portion, sink) -> {
                @Nullable RolledPortion cut = open.fold(portion, commitIntervalMillis);
                lane.release(portion.portion());
                if (cut != null) {
                  sink.next(cut);
                }
              })
          .concatWith(Mono.fromSupplier(open::last));
    });
  }
}
