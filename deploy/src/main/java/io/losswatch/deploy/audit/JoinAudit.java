package io.losswatch.deploy.audit;

import io.losswatch.core.batch.Batch;
import io.losswatch.core.batch.BatchHeader;
import io.losswatch.core.batch.LateLabels;
import io.losswatch.core.batch.RefusedException;
import io.losswatch.core.window.LossSummary;
import io.losswatch.stream.evaluate.MonitorPlan;
import io.losswatch.stream.fold.DeltaKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Whether what the partials tell of the predictions of one partition, and of the labels that came
 * later, is what both say: every sample has one fate, and every label is counted once at most. It
 * holds all records until they are read to their end. Mutable; one thread.
 *
 * <p>In which order the two sides were read is not in the topics, and hardly matters: a row gets
 * the first label that names it. Where a row has several, or several batches have its id, or
 * batches that come twice count once, the order may matter; what disagrees there is unproved. A
 * label that is counted nowhere may have come too late, expired or been evicted, so its series is
 * unproved, too; one that is counted twice, or with another loss, is refuted.
 */
final class JoinAudit implements RangeJudge {
  private final Map<Long, MonitorPlan> plans;
  private final Recounting recounting;
  private final LetterAudit letters;
  private final Findings findings;
  private final boolean mayBeCompacted;
  private final List<Recounted> predictions = new ArrayList<>();
  private final Map<Id, List<LabelRow>> labelsById = new HashMap<>();
  private final Map<Id, Integer> batchesById = new HashMap<>();
  private final Set<Id> batchesSeen = new HashSet<>();
  private final Map<Key, SortedMap<Long, LossSummary>> told = new LinkedHashMap<>();
  private final Map<Key, Recount> recounts = new LinkedHashMap<>();
  private boolean isTrimmed;

  private record Key(String series, long fingerprint) {
    static Key of(DeltaKey key) {
      return new Key(key.series(), key.fingerprint());
    }
  }

  /** Of a batch, or of a sample. */
  private record Id(String model, boolean isBatch, String id) {}

  /** A label that names an id; row −1: it is of all rows of a batch. */
  private record LabelRow(long offset, LateLabels labels, int row) {
    boolean isOf(BatchHeader header) {
      String version = labels.target().version();
      return version.isEmpty() || version.equals(header.version());
    }
  }

  /** What records say of one series. */
  private static final class Recount {
    final SortedMap<Long, LossSummary> panes = new TreeMap<>();
    boolean isAmbiguous;

    LossSummary pane(long startMillis) {
      return panes.computeIfAbsent(startMillis, none -> new LossSummary());
    }
  }

  JoinAudit(
      Map<Long, MonitorPlan> plans,
      Recounting recounting,
      LetterAudit letters,
      boolean mayBeCompacted,
      Findings findings) {
    this.plans = plans;
    this.recounting = recounting;
    this.letters = letters;
    this.mayBeCompacted = mayBeCompacted;
    this.findings = findings;
  }

  @Override
  public void pass(Range range, List<Recounted> records) {
    letters.pass(range, records);
    isTrimmed = true;
  }

  @Override
  public void judge(Range range, List<Recounted> records) {
    range
        .told()
        .forEach((key, sums) ->
            told.computeIfAbsent(Key.of(key), none -> new TreeMap<>())
                .computeIfAbsent(key.paneStartMillis(), none -> new LossSummary())
                .merge(sums));
    for (Recounted record : records) {
      LateLabels labels = record.content().labels();
      if (labels != null) {
        letters.passIfSound(range, record);
        add(record.offset(), labels);
      } else if (letters.isCounted(range, record) && record.content().batch() != null) {
        predictions.add(record);
      }
    }
  }

  private void add(long offset, LateLabels labels) {
    LateLabels.Target target = labels.target();
    if (target.batchId() != null) {
      add(new Id(target.model(), true, target.batchId()), new LabelRow(offset, labels, -1));
      return;
    }
    for (int row = 0; row < target.sampleIds().size(); row++) {
      Id id = new Id(target.model(), false, target.sampleIds().get(row));
      add(id, new LabelRow(offset, labels, row));
    }
  }

  private void add(Id id, LabelRow label) {
    labelsById.computeIfAbsent(id, none -> new ArrayList<>(1)).add(label);
  }

  /** Both sides have been read to their ends. */
  void finish() {
    predictions.forEach(
        record -> ids(batch(record)).forEach(id -> batchesById.merge(id, 1, Integer::sum)));
    predictions.forEach(this::count);
    Set<Key> keys = new HashSet<>(recounts.keySet());
    keys.addAll(told.keySet());
    keys.forEach(key ->
        compare(
            key,
            told.getOrDefault(key, new TreeMap<>()),
            recounts.getOrDefault(key, new Recount())));
  }

  private static Batch batch(Recounted record) {
    return Objects.requireNonNull(record.content().batch());
  }

  private static List<Id> ids(Batch batch) {
    List<Id> ids = new ArrayList<>();
    String batchId = batch.header().batchId();
    if (batchId != null) {
      ids.add(new Id(batch.header().model(), true, batchId));
    }
    batch.sampleIds().forEach(id -> ids.add(new Id(batch.header().model(), false, id)));
    return ids;
  }

  private void count(Recounted record) {
    Batch batch = batch(record);
    String batchId = batch.header().batchId();
    boolean isRepeated =
        batchId != null
            && !batchesSeen.add(
                new Id(batch.header().model() + "\n" + batch.header().version(), true, batchId));
    for (Recounted.Share share : record.shares()) {
      Recount recount = recount(share);
      recount.isAmbiguous |= isRepeated && share.plan().monitor().deduplicates();
      boolean waits = batch.labels() == null;
      if (!isIgnored(share, isRepeated) && !(waits && share.plan().monitor().isByLabelTime())) {
        recount.pane(share.key().paneStartMillis()).merge(share.sums());
      }
    }
    if (batch.labels() == null && RowJoin.fits(batch)) {
      label(record, batch, isRepeated);
    }
  }

  private static boolean isIgnored(Recounted.Share share, boolean isRepeated) {
    return isRepeated && share.plan().monitor().deduplicates();
  }

  private Recount recount(Recounted.Share share) {
    return recounts.computeIfAbsent(Key.of(share.key()), none -> new Recount());
  }

  /** Each row gets the first label that names it. */
  private void label(Recounted record, Batch batch, boolean isRepeated) {
    Map<Long, List<LabelRow>> candidates = new TreeMap<>();
    Map<Long, List<Integer>> rows = new HashMap<>();
    String batchId = batch.header().batchId();
    if (batchId != null) {
      for (LabelRow label : labels(batch, true, batchId)) {
        candidates.computeIfAbsent(label.offset(), none -> new ArrayList<>()).add(label);
      }
    }
    for (int row = 0; row < batch.sampleIds().size(); row++) {
      for (LabelRow label : labels(batch, false, batch.sampleIds().get(row))) {
        candidates.computeIfAbsent(label.offset(), none -> new ArrayList<>()).add(label);
        rows.computeIfAbsent(label.offset(), none -> new ArrayList<>()).add(row);
      }
    }
    boolean isAmbiguous = ids(batch).stream().anyMatch(id -> batchesById.getOrDefault(id, 0) > 1);
    boolean[] labelled = new boolean[RowJoin.rows(batch)];
    for (Map.Entry<Long, List<LabelRow>> each : candidates.entrySet()) {
      List<LabelRow> of = each.getValue();
      List<Integer> wanted = rows.getOrDefault(each.getKey(), all(labelled.length));
      List<Integer> left = new ArrayList<>();
      List<Integer> labelRows = new ArrayList<>();
      for (int i = 0; i < wanted.size(); i++) {
        if (!labelled[wanted.get(i)]) {
          left.add(wanted.get(i));
          labelRows.add(of.get(0).row() < 0 ? wanted.get(i) : Integer.valueOf(of.get(i).row()));
        }
      }
      isAmbiguous |= left.size() < wanted.size();
      if (!left.isEmpty() && add(record, of.get(0), left, labelRows, isRepeated)) {
        left.forEach(row -> labelled[row] = true);
      }
    }
    if (isAmbiguous) {
      record.shares().forEach(share -> recount(share).isAmbiguous = true);
    }
  }

  private List<LabelRow> labels(Batch batch, boolean ofBatch, String id) {
    return labelsById.getOrDefault(new Id(batch.header().model(), ofBatch, id), List.of()).stream()
        .filter(label -> label.isOf(batch.header()))
        .toList();
  }

  private static List<Integer> all(int rows) {
    List<Integer> all = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      all.add(row);
    }
    return all;
  }

  /** False if nobody takes the label. */
  private boolean add(
      Recounted record,
      LabelRow label,
      List<Integer> rows,
      List<Integer> labelRows,
      boolean isRepeated) {
    Batch batch = batch(record);
    List<Recounted.Share> shares;
    try {
      Batch labelled =
          label.row() < 0 && rows.size() == RowJoin.rows(batch)
              ? RowJoin.whole(batch, label.labels())
              : RowJoin.some(batch, rows, label.labels(), labelRows);
      shares = recounting.shares(labelled, label.offset());
    } catch (RefusedException | IllegalArgumentException e) {
      return false;
    }
    long labelTime = label.labels().labelTimeMillis();
    for (Recounted.Share share : shares) {
      if (!isIgnored(share, isRepeated)) {
        MonitorPlan plan = share.plan();
        long time = plan.monitor().isByLabelTime() ? labelTime : record.eventTimeMillis();
        LossSummary sums = share.sums().copy();
        long samples = RangeAudit.samples(sums);
        sums.addLabelLatency(samples, labelTime - record.eventTimeMillis());
        sums.addUnlabeled(plan.monitor().isByLabelTime() ? 0 : -samples);
        recount(share).pane(plan.windows().paneStartMillis(time)).merge(sums);
      }
    }
    return !shares.isEmpty();
  }

  private void compare(Key key, SortedMap<Long, LossSummary> panes, Recount recount) {
    Subject subject = findings.series(key.series());
    MonitorPlan plan = plans.get(key.fingerprint());
    if (plan == null) {
      subject.leaveOpen("a definition of the monitor that is not configured has counted");
      return;
    }
    if (panes.isEmpty()) {
      subject.leaveOpen("the partials tell nothing of this monitor: it may be new");
      return;
    }
    boolean byLabel = plan.monitor().isByLabelTime();
    Optional<String> fault = fault(panes, recount.panes, byLabel);
    if (fault.isPresent()) {
      judge(subject, fault.get(), recount.isAmbiguous);
      return;
    }
    long missing =
        byLabel ? rows(recount.panes) - rows(panes) - late(panes) : missing(panes, recount.panes);
    if (missing > 0) {
      subject.leaveOpen(
          "%d labels are not counted: they may have come too late, expired or been evicted"
              .formatted(missing));
    } else {
      recount.panes.values().forEach(sums -> subject.count(RangeAudit.samples(sums)));
    }
  }

  private void judge(Subject subject, String fault, boolean isAmbiguous) {
    if (isTrimmed || mayBeCompacted) {
      subject.leaveOpen(fault + "; retention or compaction may have deleted some of its records");
    } else if (isAmbiguous) {
      subject.leaveOpen(fault + "; ids that come twice may be counted in another order");
    } else {
      subject.refute(fault);
    }
  }

  /** What cannot be explained by labels that were not counted. */
  private static Optional<String> fault(
      SortedMap<Long, LossSummary> told, SortedMap<Long, LossSummary> recounted, boolean byLabel) {
    long toldRows = rows(told) + late(told);
    long rows = rows(recounted);
    if (byLabel ? toldRows > rows : toldRows != rows) {
      return Optional.of("%d samples are told, but it must be %d".formatted(toldRows, rows));
    }
    for (Map.Entry<Long, LossSummary> each : told.entrySet()) {
      LossSummary all = recounted.getOrDefault(each.getKey(), new LossSummary());
      Optional<String> difference = difference(RangeAudit.withoutLate(each.getValue()), all);
      if (difference.isPresent()) {
        return Optional.of("pane " + Instant.ofEpochMilli(each.getKey()) + ": " + difference.get());
      }
    }
    return Optional.empty();
  }

  private static long rows(SortedMap<Long, LossSummary> panes) {
    return panes.values().stream().mapToLong(RangeAudit::samples).sum();
  }

  private static long late(SortedMap<Long, LossSummary> panes) {
    return panes.values().stream().mapToLong(LossSummary::lateCount).sum();
  }

  private static Optional<String> difference(LossSummary told, LossSummary all) {
    if (labelled(told) > labelled(all) || RangeAudit.samples(told) > RangeAudit.samples(all)) {
      return Disagreement.of(told, all);
    }
    if (labelled(told) < labelled(all)) {
      return Optional.empty(); // see missing
    }
    return Disagreement.of(told, all)
        .or(() ->
            Objects.equals(told.labelLatency(), all.labelLatency())
                ? Optional.empty()
                : Optional.of(
                    "label latency is %s, but it must be %s"
                        .formatted(told.labelLatency(), all.labelLatency())));
  }

  /** Labels that are neither counted nor of samples that are told as late. */
  private static long missing(
      SortedMap<Long, LossSummary> told, SortedMap<Long, LossSummary> recounted) {
    long missing = 0;
    for (Map.Entry<Long, LossSummary> each : recounted.entrySet()) {
      LossSummary counted = told.getOrDefault(each.getKey(), new LossSummary());
      long late = RangeAudit.samples(each.getValue()) - RangeAudit.samples(counted);
      missing += Math.max(0, labelled(each.getValue()) - labelled(counted) - late);
    }
    return missing;
  }

  private static long labelled(LossSummary sums) {
    return RangeAudit.samples(sums) - sums.unlabeledCount();
  }
}
