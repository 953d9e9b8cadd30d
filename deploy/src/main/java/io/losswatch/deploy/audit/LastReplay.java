package io.losswatch.deploy.audit;

import io.losswatch.core.window.Last;
import io.losswatch.core.window.LossSummary;
import io.losswatch.core.window.SampleRun;
import io.losswatch.stream.fold.PaneMemory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * One window of the last samples of a series: all of its samples pass by one after the other, and
 * each publication is summed up anew from those that it must hold. Mutable; one thread.
 */
final class LastReplay {
  /** A series that no sample comes to for so long begins anew. */
  private static final long LIFE_MILLIS = Duration.ofDays(1).toMillis();

  private final Last window;
  private final String monitor;
  private final Deque<Publication> published;
  private final Output output;
  private final Findings findings;
  private final Subject subject;
  private final Deque<Sample> samples = new ArrayDeque<>();
  private long passed;
  private long seenMillis = PaneMemory.SILENT;
  private boolean isBegun;
  private boolean isNew;

  private record Sample(double numerator, double weight, long eventTimeMillis) {}

  /**
   * Where a batch of the partials stands.
   *
   * @param watermarkMillis before it; {@link PaneMemory#SILENT}: it is not known yet
   * @param isDue as in {@link SeriesAudit.Crossing}
   * @param completeFrom as in {@link SeriesAudit.Crossing}
   * @param position of the batch
   */
  record Place(long watermarkMillis, boolean isDue, long completeFrom, String position) {
    boolean isTrimmed() {
      return completeFrom > Long.MIN_VALUE;
    }
  }

  LastReplay(Last window, String series, String monitor, Output output, Findings findings) {
    this.window = window;
    this.monitor = monitor;
    this.output = output;
    this.findings = findings;
    this.subject = findings.series(series);
    this.published = output.of(series).last(window);
  }

  void append(SampleRun run, long eventTimeMillis, Place place) {
    seenMillis = Math.max(seenMillis, Math.max(eventTimeMillis, place.watermarkMillis()));
    for (int i = 0; i < run.size(); i++) {
      samples.addLast(new Sample(run.numerator(i), run.weight(i), eventTimeMillis));
      if (samples.size() > window.samples()) {
        samples.removeFirst();
      }
      if (++passed % window.every() == 0) {
        judge(place);
      }
    }
  }

  /** The watermark has come here. */
  void advance(long watermarkMillis) {
    if (passed > 0 && watermarkMillis >= seenMillis + LIFE_MILLIS) {
      samples.clear();
      passed = 0;
      seenMillis = PaneMemory.SILENT;
    }
  }

  private void judge(Place place) {
    LossSummary sums = new LossSummary();
    samples.forEach(sample -> sums.add(sample.numerator(), sample.weight()));
    Publication.Slot slot = slot();
    long watermark =
        place.watermarkMillis() == PaneMemory.SILENT ? slot.startMillis() : place.watermarkMillis();
    Optional<String> excuse = isBegun ? Optional.empty() : excuse(watermark);
    if (excuse.isPresent() || published.isEmpty()) {
      isNew |= excuse.isPresent();
      judgeMissing(slot, excuse, place);
      return;
    }
    isBegun = true;
    Publication found = published.removeFirst();
    Optional<String> difference = difference(found, slot, sums, watermark);
    if (difference.isEmpty()) {
      subject.countWindow();
    } else {
      refute("%s: %s: %s".formatted(found.told().position(), slot, difference.get()), place);
    }
  }

  private Optional<String> excuse(long watermarkMillis) {
    return output.excuse(monitor, window.toString(), watermarkMillis);
  }

  private void judgeMissing(Publication.Slot slot, Optional<String> excuse, Place place) {
    String why = "%s is missing: its last sample is in %s".formatted(slot, place.position());
    if (excuse.isPresent()) {
      subject.leaveWindowOpen(why + "; " + excuse.get());
    } else if (place.isDue()) {
      refute(why, place);
    }
  }

  private void refute(String why, Place place) {
    if (place.isTrimmed()) {
      subject.leaveWindowOpen(why + "; retention has deleted some of its partials");
    } else if (isNew) {
      subject.leaveWindowOpen(why + "; where its samples were counted from is not known");
    } else {
      findings.refuteWindow(subject, why);
    }
  }

  private Publication.Slot slot() {
    long start = samples.stream().mapToLong(Sample::eventTimeMillis).min().orElseThrow();
    long last = samples.stream().mapToLong(Sample::eventTimeMillis).max().orElseThrow();
    return new Publication.Slot(window.toString(), window, start, last + 1);
  }

  private static Optional<String> difference(
      Publication found, Publication.Slot slot, LossSummary sums, long watermarkMillis) {
    if (!found.slot().equals(slot)) {
      return Optional.of(
          "where it belongs, a window of event times %s is published"
              .formatted(found.slot().times()));
    }
    if (!found.isFinal() || found.revision() != 0) {
      return Optional.of("it is never revised, but published as if it were");
    }
    return found.told().watermarkMillis() == watermarkMillis
        ? found.numbers().difference(sums)
        : Optional.of("published at a watermark that its partials did not have then");
  }

  /** The partials have been read to their end: nothing may be left. */
  void finish(long completeFrom) {
    Place end = new Place(0, false, completeFrom, "");
    while (!published.isEmpty()) {
      Publication each = published.removeFirst();
      refute("%s: %s is in no partials".formatted(each.told().position(), each.slot()), end);
    }
  }
}
