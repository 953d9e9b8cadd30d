package io.losswatch.deploy.audit;

import io.losswatch.core.window.Ewma;
import io.losswatch.core.window.Last;
import io.losswatch.core.window.LossSummary;
import io.losswatch.core.window.Rolling;
import io.losswatch.core.window.SampleRun;
import io.losswatch.core.window.Tumbling;
import io.losswatch.core.window.Window;
import io.losswatch.core.window.WindowPlan;
import io.losswatch.stream.evaluate.MonitorPlan;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Whether the windows of one series are what its partials add up to. Mutable; one thread.
 *
 * <p>It follows the log of its partials partition. A window that was published at a watermark holds
 * what lies in its bounds of all that came before the watermark got there; that is summed up here
 * without regard to how the service does it.
 */
final class SeriesAudit {
  private final MonitorPlan monitor;
  private final WindowPlan plan;
  private final Findings findings;
  private final Subject subject;
  private final Published published;
  private final Output output;
  private final TreeMap<Long, LossSummary> panes = new TreeMap<>();
  private final @Nullable AverageReplay averages;
  private final List<LastReplay> lasts;
  private final boolean hasPanes;

  /**
   * Where the lane of the series stands.
   *
   * @param before watermark before
   * @param now watermark now, above it
   * @param isDue true if the service has committed this place: all that is due must be there
   * @param completeFrom windows that start earlier may hold partials that are deleted
   * @param position of the batch that brought the watermark
   */
  record Crossing(long before, long now, boolean isDue, long completeFrom, String position) {}

  SeriesAudit(String series, MonitorPlan monitor, Output output, Findings findings) {
    this.monitor = monitor;
    this.plan = monitor.windows();
    this.findings = findings;
    this.subject = findings.series(series);
    this.output = output;
    this.published = output.of(series);
    boolean hasAverages = plan.windows().stream().anyMatch(Ewma.class::isInstance);
    this.averages =
        hasAverages ? new AverageReplay(monitor, published, output, findings, subject) : null;
    String name = monitor.monitor().name();
    this.lasts =
        plan.lasts().stream()
            .map(window -> new LastReplay(window, series, name, output, findings))
            .toList();
    this.hasPanes = plan.windows().stream().anyMatch(window -> !(window instanceof Last));
  }

  void fold(long paneStartMillis, LossSummary sums, long watermarkMillis) {
    if (averages != null) {
      averages.fold(paneStartMillis, sums, watermarkMillis);
    }
    if (watermarkMillis == Long.MIN_VALUE || !plan.isTooLate(paneStartMillis, watermarkMillis)) {
      add(paneStartMillis, sums);
      return;
    }
    LossSummary late = new LossSummary();
    late.addLate(samples(sums));
    add(plan.paneStartMillis(watermarkMillis), late);
  }

  /** Samples of a batch, in their order; {@link #fold} is told of them apart. */
  void append(SampleRun run, long eventTimeMillis, LastReplay.Place place) {
    lasts.forEach(each -> each.append(run, eventTimeMillis, place));
  }

  private void add(long paneStartMillis, LossSummary sums) {
    if (hasPanes && !sums.isEmpty()) {
      panes.computeIfAbsent(paneStartMillis, none -> new LossSummary()).merge(sums);
    }
  }

  /**
   * The partials have been read to their end.
   *
   * @param completeFrom as in {@link Crossing}
   */
  void finish(long completeFrom) {
    if (averages != null) {
      averages.finish(completeFrom);
    }
    lasts.forEach(each -> each.finish(completeFrom));
  }

  private static long samples(LossSummary sums) {
    return sums.count()
        + sums.ignored()
        + sums.nanCount()
        + sums.infCount()
        + sums.lateCount()
        + Math.max(0, sums.unlabeledCount());
  }

  void advance(Crossing crossing) {
    if (averages != null) {
      averages.advance(crossing);
    }
    lasts.forEach(each -> each.advance(crossing.now()));
    for (Publication each : published.takeUpTo(crossing.now())) {
      judge(each, crossing);
    }
    if (crossing.isDue()) {
      for (Window window : plan.windows()) {
        judgeDue(window, crossing);
      }
    }
    while (!panes.isEmpty() && plan.isTooLate(panes.firstKey(), crossing.now())) {
      panes.pollFirstEntry();
    }
  }

  private void judge(Publication each, Crossing crossing) {
    Window window = each.slot().window();
    if (window == null || !isChecked(window)) {
      subject.leaveUnchecked(each.slot().text());
      return;
    }
    if (window instanceof Ewma) {
      return; // the replay compares it
    }
    Optional<String> difference = difference(each, window, crossing);
    if (difference.isEmpty()) {
      subject.countWindow();
      return;
    }
    String why = "%s: %s: %s".formatted(each.told().position(), each.slot(), difference.get());
    if (each.slot().startMillis() < crossing.completeFrom()) {
      subject.leaveWindowOpen(why + "; retention has deleted some of its partials");
    } else {
      findings.refuteWindow(subject, why);
    }
  }

  private boolean isChecked(Window window) {
    return plan.windows().contains(window) && (window instanceof Ewma || everyMillis(window) > 0);
  }

  private Optional<String> difference(Publication each, Window window, Crossing crossing) {
    long end = each.slot().endMillis();
    long start = each.slot().startMillis();
    if (each.told().watermarkMillis() != crossing.now()) {
      return Optional.of(
          "published at watermark %s, which its partials never made"
              .formatted(Instant.ofEpochMilli(each.told().watermarkMillis())));
    }
    if (start != end - sizeMillis(window) || Math.floorMod(start, everyMillis(window)) != 0) {
      return Optional.of("no window begins at " + Instant.ofEpochMilli(start));
    }
    boolean isFinal = crossing.now() >= end + plan.lateness().allowedMillis();
    if (each.isFinal() != isFinal || crossing.now() < end) {
      return Optional.of(
          "published %s at watermark %s"
              .formatted(
                  each.isFinal() ? "as final" : "as not final",
                  Instant.ofEpochMilli(crossing.now())));
    }
    return each.numbers().difference(sum(start, end));
  }

  private LossSummary sum(long startMillis, long endMillis) {
    LossSummary sum = new LossSummary();
    panes.subMap(startMillis, endMillis).values().forEach(sum::merge);
    return sum;
  }

  private void judgeDue(Window window, Crossing crossing) {
    long every = everyMillis(window);
    if (every == 0 || panes.isEmpty()) {
      return;
    }
    long allowed = plan.lateness().allowedMillis();
    long size = sizeMillis(window);
    long first = (Math.floorDiv(panes.firstKey() - size, every) + 1) * every + size;
    long last = Math.floorDiv(panes.lastKey(), every) * every + size;
    for (long end = firstAfter(crossing.before(), first, every);
        end <= Math.min(last, crossing.now());
        end += every) {
      judgeDue(slot(window, end), crossing, false);
    }
    for (long end = firstAfter(back(crossing.before(), allowed), first, every);
        end <= Math.min(last, crossing.now() - allowed);
        end += every) {
      judgeDue(slot(window, end), crossing, true);
    }
  }

  private static long back(long timeMillis, long byMillis) {
    return timeMillis == Long.MIN_VALUE ? timeMillis : timeMillis - byMillis;
  }

  /** The first end behind a watermark, of those that begin with one. */
  private static long firstAfter(long watermarkMillis, long firstEndMillis, long everyMillis) {
    return watermarkMillis < firstEndMillis
        ? firstEndMillis
        : firstEndMillis
            + (Math.floorDiv(watermarkMillis - firstEndMillis, everyMillis) + 1) * everyMillis;
  }

  private Publication.Slot slot(Window window, long endMillis) {
    return new Publication.Slot(
        window.toString(), window, endMillis - sizeMillis(window), endMillis);
  }

  private void judgeDue(Publication.Slot slot, Crossing crossing, boolean asFinal) {
    if (panes.subMap(slot.startMillis(), slot.endMillis()).isEmpty()) {
      return;
    }
    boolean isThere =
        asFinal ? published.isFinal(slot, crossing.now()) : published.isThere(slot, crossing.now());
    if (isThere) {
      return;
    }
    String why =
        "%s is missing%s: the watermark is %s at %s"
            .formatted(
                slot,
                asFinal ? " as final" : "",
                Instant.ofEpochMilli(crossing.now()),
                crossing.position());
    Optional<String> excuse = output.excuse(monitor.monitor().name(), slot.text(), crossing.now());
    excuse.ifPresentOrElse(
        text -> subject.leaveWindowOpen(why + "; " + text),
        () -> findings.refuteWindow(subject, why));
  }

  /** Distance of two windows; 0 if this kind is checked elsewhere or not at all. */
  private static long everyMillis(Window window) {
    if (window instanceof Rolling rolling) {
      return rolling.everyMillis();
    }
    return window instanceof Tumbling tumbling ? tumbling.sizeMillis() : 0;
  }

  private static long sizeMillis(Window window) {
    return window instanceof Rolling rolling ? rolling.sizeMillis() : everyMillis(window);
  }
}
