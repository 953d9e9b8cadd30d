package io.losswatch.stream.fold;

import io.losswatch.core.window.Ewma;
import io.losswatch.core.window.LossSummary;
import io.losswatch.core.window.SeriesWindows;
import io.losswatch.core.window.WindowResult;
import io.losswatch.stream.TimeSettings;
import io.losswatch.stream.consume.CommitGrid;
import io.losswatch.stream.consume.Lane;
import io.losswatch.stream.consume.SourcePartition;
import io.losswatch.stream.evaluate.EvaluatedPortion;
import io.losswatch.stream.evaluate.MonitorPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * Both folds in one, for a stream inside another program: one source, nothing kept elsewhere. In:
 * evaluated portions. Out: windows.
 */
public final class EmbeddedFolding {
  private static final SourcePartition SOURCE = new SourcePartition("embedded", 0);

  private final List<MonitorPlan> plans;
  private final TimeSettings time;
  private final int maxSeries;
  private final Consumer<DeadLetter> refused;

  /**
   * A stage.
   *
   * @param plans what is watched
   * @param time how event time runs
   * @param maxSeries that hold something at most; what is beyond goes to {@code other}
   * @param refused is told what is refused
   */
  public EmbeddedFolding(
      List<MonitorPlan> plans, TimeSettings time, int maxSeries, Consumer<DeadLetter> refused) {
    this.plans = List.copyOf(plans);
    this.time = time;
    this.maxSeries = maxSeries;
    this.refused = refused;
  }

  /** The stage; when the input ends, all that is open is published as final. */
  public Flux<RolledWindow> fold(Flux<EvaluatedPortion> portions) {
    return Flux.defer(() -> {
      Open open = new Open();
      return portions
          .concatMapIterable(open::fold, 1)
          .concatWith(Flux.defer(() -> Flux.fromIterable(open.end())));
    });
  }

  /** What has been folded. Mutable; owned by the subscription. */
  private final class Open {
    private final Map<Long, MonitorPlan> plansByFingerprint = new HashMap<>();
    private final Map<SeriesId, SeriesWindows> series = new LinkedHashMap<>();
    private final Admission admission = new Admission(plans, 0, maxSeries);
    private final Overflow overflow = new Overflow(SOURCE, maxSeries);
    private final OpenDeltas deltas =
        new OpenDeltas(Lane.unowned(SOURCE), new PaneMemory(), 0, new PaneClock(plans, time));
    private long watermark = PaneMemory.SILENT;

    Open() {
      plans.forEach(plan -> plansByFingerprint.put(plan.fingerprint(), plan));
    }

    List<RolledWindow> fold(EvaluatedPortion portion) {
      @Nullable PaneDeltas cut = deltas.fold(portion, CommitGrid.ALWAYS);
      if (cut == null) {
        return List.of();
      }
      cut.deadLetters().forEach(refused);
      cut.sums().forEach(this::fold);
      List<RolledWindow> windows = new ArrayList<>();
      cut.samples().forEach(samples -> append(samples, windows));
      overflow.report(portion.portion().wallClockMillis());
      watermark = cut.cut().watermark();
      if (watermark != PaneMemory.SILENT) {
        windows.addAll(roll(watermark));
      }
      return windows;
    }

    /**
     * What is open. A series has not fallen silent because the input ends, so there are no new
     * empty windows; one that was published is final now.
     */
    List<RolledWindow> end() {
      List<RolledWindow> last = roll(Long.MAX_VALUE);
      last.removeIf(
          window -> window.result().summary().isEmpty() && window.result().revision() == 0);
      return last;
    }

    private void fold(DeltaKey key, LossSummary sums) {
      SeriesId id = new SeriesId(key.series(), key.fingerprint());
      SeriesId place = admission.place(id, series.keySet());
      if (!place.equals(id)) {
        overflow.count(sums);
      }
      series
          .computeIfAbsent(place, none -> SeriesWindows.of(plan(key.fingerprint()).windows()))
          .fold(key.paneStartMillis(), sums, watermark);
    }

    private void append(SampleDelta samples, List<RolledWindow> to) {
      SeriesId id =
          admission.place(new SeriesId(samples.series(), samples.fingerprint()), series.keySet());
      MonitorPlan plan = plan(samples.fingerprint());
      SeriesWindows windows = series.computeIfAbsent(id, none -> SeriesWindows.of(plan.windows()));
      for (WindowResult result :
          windows.append(samples.run(), samples.eventTimeMillis(), watermark)) {
        long known = OpenWindows.known(result, watermark);
        to.add(new RolledWindow(id.series(), plan, result, known));
      }
    }

    private MonitorPlan plan(long fingerprint) {
      return Objects.requireNonNull(plansByFingerprint.get(fingerprint));
    }

    private List<RolledWindow> roll(long now) {
      List<RolledWindow> windows = new ArrayList<>();
      series.forEach((id, each) -> {
        for (WindowResult result : each.advance(now)) {
          windows.add(
              new RolledWindow(id.series(), plan(id.fingerprint()), result, told(result, now)));
        }
      });
      series.values().removeIf(SeriesWindows::isEmpty);
      return windows;
    }

    /** At the end of input the watermark is as far as the window needed it to be. */
    private long told(WindowResult result, long now) {
      if (now != Long.MAX_VALUE) {
        return now;
      }
      boolean isRevised = !(result.window() instanceof Ewma);
      long allowedMillis = isRevised ? time.lateness().allowed().toMillis() : 0;
      return Math.max(watermark, result.bounds().endMillis() + allowedMillis);
    }
  }
}
