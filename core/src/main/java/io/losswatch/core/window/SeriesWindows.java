package io.losswatch.core.window;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * All windows of one series. Mutable; owned by one thread. It knows event time and the watermark,
 * and no clock.
 *
 * <p>The owner folds deltas and tells the watermark, in turns: {@link #advance} is called before
 * anything is folded at a watermark that has reached {@link #nextDueMillis}.
 *
 * <ul>
 *   <li>A window is published as revision 0 when the watermark reaches its end, if it holds a
 *       sample of any fate, or if it is the first one after such a window (then count 0: the series
 *       has fallen silent).
 *   <li>Something late that changes it, or makes it the first one after, is published at a later
 *       crossing, at most every {@link Lateness#reviseEveryMillis}.
 *   <li>The revision published when the window is final says so, once, whether something changed or
 *       not. Revision 0 is final if the watermark is that far already.
 *   <li>An {@link Ewma} is never revised: something late enters its next publication.
 *   <li>A {@link Last} is published by {@link #append} when its samples are there, and at no
 *       watermark.
 *   <li>A delta that comes when every window that holds its pane is final is not placed: its
 *       samples are counted as late in the pane that holds the watermark.
 * </ul>
 */
public final class SeriesWindows {
  private static final long NEVER = Long.MAX_VALUE;
  private static final long NO_MARK = Long.MIN_VALUE;

  private final WindowPlan plan;
  private final boolean recording;
  private final List<Panes> panes = new ArrayList<>(1);
  private final List<WindowTrack> tracks;
  private final List<SampleRing> rings;
  private long markMillis = NO_MARK;
  private boolean markChanged;
  private long dueMillis = NEVER;
  private boolean dueKnown = true;

  private SeriesWindows(WindowPlan plan, boolean recording) {
    this.plan = plan;
    this.recording = recording;
    this.tracks = new ArrayList<>(plan.timed().size());
    for (int i = 0; i < plan.timed().size(); i++) {
      tracks.add(new WindowTrack(plan, i, panesOf(plan.timed().get(i)), recording));
    }
    this.rings = plan.lasts().stream().map(each -> new SampleRing(each, recording)).toList();
  }

  /** A series without samples whose state is kept nowhere else. */
  public static SeriesWindows of(WindowPlan plan) {
    return new SeriesWindows(plan, false);
  }

  /** A series without samples whose owner asks for its {@link #drainChanges} again and again. */
  public static SeriesWindows recording(WindowPlan plan) {
    return new SeriesWindows(plan, true);
  }

  private Panes panesOf(Window window) {
    if (window instanceof Ewma average) {
      return added(Panes.of(average, recording));
    }
    for (Panes each : panes) {
      if (each.isSharedOf(window.paneMillis())) {
        return each;
      }
    }
    return added(Panes.shared(window.paneMillis(), recording));
  }

  private Panes added(Panes created) {
    panes.add(created);
    return created;
  }

  /**
   * Merges a delta into the windows that hold its pane.
   *
   * @param paneStartMillis a multiple of {@link WindowPlan#paneMillis}
   * @param delta of samples with event times in that pane; stays the caller's
   * @param watermarkMillis as it stands now
   * @return false if every window that holds the pane is final, so that the delta only counts as
   *     late
   * @throws IllegalArgumentException if the pane's start is no multiple, or beyond 2^60
   * @throws IllegalStateException if {@code advance} is due at this watermark
   */
  public boolean fold(long paneStartMillis, LossSummary delta, long watermarkMillis) {
    checkPane(paneStartMillis);
    long watermark = Math.max(watermarkMillis, markMillis);
    if (watermark >= nextDueMillis() && nextDueMillis() != NEVER) {
      throw new IllegalStateException(
          "advance comes before a fold at watermark %d, since it is due at %d"
              .formatted(watermark, nextDueMillis()));
    }
    boolean isTooLate = plan.isTooLate(paneStartMillis, watermark);
    if (tracks.isEmpty()) {
      return true;
    }
    if (isTooLate) {
      foldTooLate(delta, watermark);
    } else if (!delta.isEmpty()) {
      place(paneStartMillis, delta, watermark);
    }
    return !isTooLate;
  }

  /**
   * Takes samples into the windows of the last ones; {@link #fold} is told of them apart.
   *
   * @param run in the order in which they came
   * @param eventTimeMillis of all of them
   * @param watermarkMillis as it stands now; {@code Long.MIN_VALUE}: it is not known yet
   * @return the windows that they complete, in their order
   * @throws IllegalArgumentException if the time is beyond 2^60
   */
  public List<WindowResult> append(SampleRun run, long eventTimeMillis, long watermarkMillis) {
    if (Math.abs(eventTimeMillis) > Grid.MAX_TIME_MILLIS) {
      throw new IllegalArgumentException(
          "an event time is within 2^60 ms of the epoch, but this is " + eventTimeMillis);
    }
    List<WindowResult> results = new ArrayList<>();
    long nowMillis = Math.max(eventTimeMillis, watermarkMillis);
    rings.forEach(ring -> ring.append(run, eventTimeMillis, nowMillis, results));
    dueKnown = false;
    return results;
  }

  private void checkPane(long paneStartMillis) {
    if (plan.paneStartMillis(paneStartMillis) != paneStartMillis
        || paneStartMillis < -Grid.MAX_TIME_MILLIS
        || paneStartMillis > Grid.MAX_TIME_MILLIS) {
      throw new IllegalArgumentException(
          "a pane starts at a multiple of %d within 2^60 ms of the epoch, but this is %d"
              .formatted(plan.paneMillis(), paneStartMillis));
    }
  }

  private void foldTooLate(LossSummary delta, long watermarkMillis) {
    long tooLate = samplesOf(delta);
    // beyond that time the stream has ended and no window is left to show the number
    if (tooLate == 0 || watermarkMillis > Grid.MAX_TIME_MILLIS) {
      return;
    }
    LossSummary count = new LossSummary();
    count.addLate(tooLate);
    place(plan.paneStartMillis(watermarkMillis), count, watermarkMillis);
  }

  /** Samples of any fate; what is taken back does not count. */
  private static long samplesOf(LossSummary delta) {
    LossSummary.Counts counts = delta.state().counts();
    return counts.samples()
        + counts.ignored()
        + counts.nan()
        + counts.inf()
        + counts.late()
        + Math.max(0, counts.unlabeled());
  }

  private void place(long paneStartMillis, LossSummary delta, long watermarkMillis) {
    boolean isElsewhere = false;
    for (Panes each : panes) {
      isElsewhere |=
          isOver(each, paneStartMillis, watermarkMillis)
              ? foldLate(each, paneStartMillis, delta, watermarkMillis)
              : fold(each, paneStartMillis, delta, watermarkMillis);
    }
    if (paneStartMillis + plan.paneMillis() <= watermarkMillis) {
      mark(watermarkMillis);
    }
    for (WindowTrack track : tracks) {
      dueMillis = Math.min(dueMillis, track.concern(paneStartMillis, watermarkMillis));
    }
    if (isElsewhere) {
      settle();
    }
  }

  /** True if it is the pane of an average that was published. */
  private static boolean isOver(Panes of, long paneStartMillis, long watermarkMillis) {
    return of.average() != null && of.endMillis(paneStartMillis) <= watermarkMillis;
  }

  /** Returns whether a pane was removed. */
  private boolean fold(Panes into, long paneStartMillis, LossSummary delta, long watermarkMillis) {
    return !isDoneWith(into, paneStartMillis, watermarkMillis) && into.fold(paneStartMillis, delta);
  }

  /** Returns whether the pane that holds the watermark took it. */
  private boolean foldLate(
      Panes into, long paneStartMillis, LossSummary delta, long watermarkMillis) {
    Ewma average = into.average();
    long endMillis = into.endMillis(paneStartMillis);
    if (average == null || plan.isFinal(endMillis, watermarkMillis)) {
      return false;
    }
    LossSummary late = average.late(delta, into.endMillis(watermarkMillis) - endMillis);
    if (late.isEmpty()) {
      return false;
    }
    into.fold(watermarkMillis, late);
    return true;
  }

  private boolean isDoneWith(Panes of, long paneStartMillis, long watermarkMillis) {
    return watermarkMillis >= doneMillis(of, paneStartMillis);
  }

  /** Watermark at which no window needs the pane any longer. */
  private long doneMillis(Panes of, long paneStartMillis) {
    long doneMillis = Long.MIN_VALUE;
    for (WindowTrack track : tracks) {
      if (track.panes() == of) {
        doneMillis = Math.max(doneMillis, track.doneMillis(paneStartMillis));
      }
    }
    return doneMillis;
  }

  /**
   * Publishes what is due.
   *
   * @param watermarkMillis as it stands now; {@code Long.MAX_VALUE} at the end of a stream, which
   *     makes everything final
   * @return by end, then in the order of the plan's windows; empty before {@link #nextDueMillis}
   */
  public List<WindowResult> advance(long watermarkMillis) {
    if (watermarkMillis < nextDueMillis()) {
      return List.of();
    }
    List<WindowResult> results = new ArrayList<>();
    for (WindowTrack track : tracks) {
      track.advance(watermarkMillis, markMillis, results);
    }
    results.sort(Comparator.comparingLong(result -> result.bounds().endMillis()));
    mark(watermarkMillis);
    panes.forEach(each -> dropDone(each, watermarkMillis));
    tracks.forEach(track -> track.dropDone(watermarkMillis));
    rings.forEach(ring -> ring.dropDone(watermarkMillis));
    settle();
    return results;
  }

  private void dropDone(Panes from, long watermarkMillis) {
    int count = 0;
    while (count < from.size() && isDoneWith(from, from.startMillis(count), watermarkMillis)) {
      count++;
    }
    from.dropFirst(count);
  }

  private void mark(long watermarkMillis) {
    markChanged |= recording && markMillis != watermarkMillis;
    markMillis = watermarkMillis;
  }

  private void settle() {
    if (isEmpty()) {
      mark(NO_MARK);
    }
    dueKnown = false;
  }

  /** The smallest watermark at which {@link #advance} has work to do; Long.MAX_VALUE: none. */
  public long nextDueMillis() {
    if (!dueKnown) {
      dueMillis = NEVER;
      for (WindowTrack track : tracks) {
        dueMillis = Math.min(dueMillis, track.dueMillis(markMillis));
      }
      for (SampleRing ring : rings) {
        dueMillis = Math.min(dueMillis, ring.doneMillis());
      }
      for (Panes each : panes) {
        if (each.size() > 0) {
          // the closing window is final then, if it was in the plan when the watermark passed it
          dueMillis = Math.min(dueMillis, doneMillis(each, each.startMillis(0)));
        }
      }
      dueKnown = true;
    }
    return dueMillis;
  }

  /** True if nothing remains: the owner may drop the series and begin anew with the next delta. */
  public boolean isEmpty() {
    return panes.stream().allMatch(each -> each.size() == 0)
        && tracks.stream().allMatch(WindowTrack::isSettled)
        && rings.stream().allMatch(SampleRing::isEmpty);
  }

  /** Panes that hold something, of all its windows; what windows share counts once. */
  public int paneCount() {
    int count = 0;
    for (Panes each : panes) {
      count += each.size();
    }
    return count;
  }

  /** What changed since the last call, of a series that is {@link #recording}. */
  public WindowChanges drainChanges() {
    List<WindowPart> kept = new ArrayList<>();
    List<String> removed = new ArrayList<>();
    panes.forEach(each -> each.drainChanges(kept, removed));
    tracks.forEach(track -> track.drainChanges(kept, removed));
    rings.forEach(ring -> ring.drainChanges(kept, removed));
    if (markChanged && markMillis == NO_MARK) {
      removed.add(WindowPart.Mark.KEY);
    } else if (markChanged) {
      kept.add(new WindowPart.Mark(markMillis));
    }
    markChanged = false;
    return new WindowChanges(kept, removed);
  }

  /**
   * Puts back a part that was kept, before anything is folded.
   *
   * @return false if the plan has no place for it, since its windows were others then
   */
  public boolean restore(WindowPart part) {
    dueKnown = false;
    if (part instanceof WindowPart.Pane pane) {
      return restorePane(pane);
    }
    if (part instanceof WindowPart.Publication publication) {
      return tracks.stream().anyMatch(track -> track.restore(publication));
    }
    if (part instanceof WindowPart.Decayed decayed) {
      return tracks.stream().anyMatch(track -> track.restore(decayed));
    }
    if (part instanceof WindowPart.Block block) {
      return rings.stream().anyMatch(ring -> ring.restore(block));
    }
    markMillis = ((WindowPart.Mark) part).watermarkMillis();
    return true;
  }

  private boolean restorePane(WindowPart.Pane part) {
    for (Panes each : panes) {
      if (each.isSharedOf(part.widthMillis())) {
        each.restore(part.startMillis(), LossSummary.of(part.sums()));
        return true;
      }
    }
    return false;
  }
}
