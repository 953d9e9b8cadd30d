package io.losswatch.deploy.audit;

import io.losswatch.core.window.LossSummary;
import io.losswatch.stream.evaluate.MonitorPlan;
import io.losswatch.stream.fold.DeltaKey;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Whether what the partials tell of a range is what its records say. Mutable; one per source. */
final class RangeAudit implements RangeJudge {
  private final Map<Long, MonitorPlan> plans;
  private final LetterAudit letters;
  private final Findings findings;
  private final boolean mayBeCompacted;
  private final Set<Long> seenFingerprints = new HashSet<>();

  /** Fingerprints of monitors whose samples were told one by one. */
  private final Set<Long> toldSingly = new HashSet<>();

  /**
   * An audit of one source's ranges.
   *
   * @param mayBeCompacted true: offsets without a record may have had one when they were counted
   */
  RangeAudit(
      Map<Long, MonitorPlan> plans,
      LetterAudit letters,
      boolean mayBeCompacted,
      Findings findings) {
    this.mayBeCompacted = mayBeCompacted;
    this.plans = plans;
    this.letters = letters;
    this.findings = findings;
  }

  private record Key(String series, long fingerprint) {
    static Key of(DeltaKey key) {
      return new Key(key.series(), key.fingerprint());
    }
  }

  @Override
  public void pass(Range range, List<Recounted> records) {
    letters.pass(range, records);
  }

  @Override
  public void judge(Range range, List<Recounted> records) {
    Map<Key, SortedMap<Long, LossSummary>> recounted = new LinkedHashMap<>();
    Map<Key, SampleLog> samples = new HashMap<>();
    for (Recounted record : records) {
      if (letters.isCounted(range, record)) {
        for (Recounted.Share share : record.shares()) {
          panes(recounted, share.key())
              .computeIfAbsent(share.key().paneStartMillis(), none -> new LossSummary())
              .merge(share.sums());
          if (share.samples() != null) {
            samples
                .computeIfAbsent(Key.of(share.key()), none -> new SampleLog())
                .add(share.samples(), record.eventTimeMillis());
          }
        }
      }
    }
    Map<Key, SortedMap<Long, LossSummary>> told = new LinkedHashMap<>();
    range.told().forEach((key, sums) -> panes(told, key).put(key.paneStartMillis(), sums));
    told.keySet().forEach(key -> seenFingerprints.add(key.fingerprint()));
    boolean isWhole = !mayBeCompacted || records.size() == range.to() - range.from();
    Set<Key> keys = new HashSet<>(recounted.keySet());
    keys.addAll(told.keySet());
    for (Key key : keys) {
      compare(
          new Panes(range, isWhole, told.getOrDefault(key, new TreeMap<>())),
          new Recount(
              recounted.getOrDefault(key, new TreeMap<>()),
              samples.getOrDefault(key, new SampleLog())),
          key);
    }
  }

  private static SortedMap<Long, LossSummary> panes(
      Map<Key, SortedMap<Long, LossSummary>> sums, DeltaKey key) {
    return sums.computeIfAbsent(Key.of(key), none -> new TreeMap<>());
  }

  /**
   * What a range tells of one series.
   *
   * @param range the range
   * @param isWhole true if no record of it can have been deleted
   * @param told sums by pane
   */
  private record Panes(Range range, boolean isWhole, SortedMap<Long, LossSummary> told) {}

  /**
   * What its records say of one series.
   *
   * @param panes sums
   * @param samples one by one, of a monitor with windows of the last ones
   */
  private record Recount(SortedMap<Long, LossSummary> panes, SampleLog samples) {}

  private void compare(Panes panes, Recount recount, Key key) {
    SortedMap<Long, LossSummary> recounted = recount.panes();
    Subject subject = findings.series(key.series());
    MonitorPlan plan = plans.get(key.fingerprint());
    if (plan == null) {
      subject.leaveOpen(
          panes.range() + " was counted by a definition of the monitor that is not configured");
      return;
    }
    if (!seenFingerprints.contains(key.fingerprint())) {
      subject.leaveOpen(
          panes.range()
              + " tells nothing of this monitor, nor does any range before: it may be new");
      return;
    }
    Optional<String> difference =
        difference(panes, recounted, plan)
            .or(() -> difference(panes.range(), recount.samples(), key, plan));
    if (difference.isEmpty()) {
      recounted.values().forEach(sums -> subject.count(samples(sums)));
      return;
    }
    String why = panes.range() + ": " + difference.get();
    if (panes.isWhole() || tells(panes.told()) <= tells(recounted)) {
      subject.refute(why);
    } else {
      subject.leaveOpen(why + "; compaction may have deleted some of its records");
    }
  }

  private Optional<String> difference(Range range, SampleLog recounted, Key key, MonitorPlan plan) {
    SampleLog told = range.samples(key.series(), key.fingerprint());
    if (plan.windows().lasts().isEmpty()) {
      return Optional.empty(); // such a window was configured for a time
    }
    if (!told.isEmpty()) {
      toldSingly.add(key.fingerprint());
    } else if (!toldSingly.contains(key.fingerprint()) && !recounted.isEmpty()) {
      findings
          .series(key.series())
          .leaveOpen(
              range + " tells no single samples, nor does any range before: the window may be new");
      return Optional.empty();
    }
    return told.difference(recounted);
  }

  private static long tells(SortedMap<Long, LossSummary> panes) {
    return panes.values().stream().mapToLong(sums -> samples(sums) + sums.lateCount()).sum();
  }

  static long samples(LossSummary sums) {
    return sums.count()
        + sums.ignored()
        + sums.nanCount()
        + sums.infCount()
        + sums.unlabeledCount();
  }

  /**
   * A sample that is too late is told as a number alone, in the pane of the watermark. Which ones
   * were depends on the clock of that time; but only those of panes that are over by the watermark
   * behind the range may be, and all that is missing must be told as late.
   */
  private static Optional<String> difference(
      Panes panes, SortedMap<Long, LossSummary> recounted, MonitorPlan plan) {
    SortedSet<Long> starts = new TreeSet<>(recounted.keySet());
    starts.addAll(panes.told().keySet());
    long missing = 0;
    for (long start : starts) {
      LossSummary told = withoutLate(panes.told().getOrDefault(start, new LossSummary()));
      LossSummary all = recounted.getOrDefault(start, new LossSummary());
      Optional<String> difference =
          plan.windows().isTooLate(start, panes.range().watermarkMillis())
              ? surplus(told, all)
              : Disagreement.of(told, all);
      if (difference.isPresent()) {
        return Optional.of("pane " + Instant.ofEpochMilli(start) + ": " + difference.get());
      }
      missing += samples(all) - samples(told);
    }
    long late = panes.told().values().stream().mapToLong(LossSummary::lateCount).sum();
    return late == missing
        ? Optional.empty()
        : Optional.of("late_count is %d, but it must be %d".formatted(late, missing));
  }

  static LossSummary withoutLate(LossSummary sums) {
    LossSummary rest = sums.copy();
    rest.addLate(-sums.lateCount());
    return rest;
  }

  /** Of panes whose samples may have been late, all or some of them: there cannot be more. */
  private static Optional<String> surplus(LossSummary told, LossSummary all) {
    boolean isSurplus =
        told.count() > all.count()
            || told.ignored() > all.ignored()
            || told.nanCount() > all.nanCount()
            || told.infCount() > all.infCount()
            || told.unlabeledCount() > all.unlabeledCount();
    return isSurplus || samples(told) == samples(all)
        ? Disagreement.of(told, all)
        : Optional.empty();
  }
}
