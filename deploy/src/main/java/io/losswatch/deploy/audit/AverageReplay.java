package io.losswatch.deploy.audit;

import io.losswatch.core.window.Ewma;
import io.losswatch.core.window.LossSummary;
import io.losswatch.core.window.SeriesWindows;
import io.losswatch.core.window.Window;
import io.losswatch.core.window.WindowResult;
import io.losswatch.stream.evaluate.MonitorPlan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The averages of one series, by the product's own windows: what they publish from these partials
 * is what must have been published. Mutable; one thread.
 */
final class AverageReplay {
  private final SeriesWindows windows;
  private final String monitor;
  private final Output output;
  private final Findings findings;
  private final Subject subject;
  private final Map<Publication.Slot, Publication> published = new HashMap<>();
  private List<WindowResult> due = new ArrayList<>();

  AverageReplay(
      MonitorPlan monitor, Published published, Output output, Findings findings, Subject subject) {
    this.findings = findings;
    this.windows = SeriesWindows.of(monitor.windows());
    this.monitor = monitor.monitor().name();
    this.output = output;
    this.subject = subject;
    for (Publication each : published.all()) {
      Window window = each.slot().window();
      if (window instanceof Ewma
          && monitor.windows().windows().contains(window)
          && this.published.put(each.slot(), each) != null) {
        findings.refuteWindow(
            subject, each.told().position() + ": " + each.slot() + " was published before");
      }
    }
  }

  void fold(long paneStartMillis, LossSummary sums, long watermarkMillis) {
    due.addAll(windows.advance(watermarkMillis));
    windows.fold(paneStartMillis, sums, watermarkMillis);
  }

  void advance(SeriesAudit.Crossing crossing) {
    due.addAll(windows.advance(crossing.now()));
    for (WindowResult result : due) {
      if (result.window() instanceof Ewma) {
        judge(result, crossing);
      }
    }
    due = new ArrayList<>();
  }

  private void judge(WindowResult result, SeriesAudit.Crossing crossing) {
    Publication.Slot slot =
        new Publication.Slot(
            result.window().toString(),
            result.window(),
            result.bounds().startMillis(),
            result.bounds().endMillis());
    Publication found = published.remove(slot);
    if (found == null) {
      judgeMissing(slot, crossing);
      return;
    }
    Optional<String> difference =
        found.told().watermarkMillis() == crossing.now()
            ? found.numbers().difference(result.summary())
            : Optional.of("it is due at watermark " + Instant.ofEpochMilli(crossing.now()));
    if (difference.isEmpty()) {
      subject.countWindow();
    } else if (crossing.completeFrom() > Long.MIN_VALUE) {
      // an average remembers all that was ever in it
      subject.leaveWindowOpen(slot + ": retention has deleted some of its partials");
    } else {
      findings.refuteWindow(
          subject, "%s: %s: %s".formatted(found.told().position(), slot, difference.get()));
    }
  }

  private void judgeMissing(Publication.Slot slot, SeriesAudit.Crossing crossing) {
    if (!crossing.isDue()) {
      return;
    }
    String why =
        "%s is missing: the watermark is %s at %s"
            .formatted(slot, Instant.ofEpochMilli(crossing.now()), crossing.position());
    output
        .excuse(monitor, slot.text(), crossing.now())
        .ifPresentOrElse(
            text -> subject.leaveWindowOpen(why + "; " + text),
            () -> findings.refuteWindow(subject, why));
  }

  /** The partials have been read to their end: nothing may be left. */
  void finish(long completeFrom) {
    for (Publication each : published.values()) {
      String why = each.told().position() + ": " + each.slot() + " is in no partials";
      if (completeFrom > Long.MIN_VALUE) {
        subject.leaveWindowOpen(why + "; retention has deleted some");
      } else {
        findings.refuteWindow(subject, why);
      }
    }
  }
}
