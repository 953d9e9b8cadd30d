package io.losswatch.stream.fold;

import io.losswatch.stream.Monitor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The documented rules of labels that come later, event by event over everything that was ever
 * seen: no index, no state, no cuts. Monitors have tumbling windows of a second.
 */
public final class NaiveJoin {
  private static final long PANE = 1000;
  private static final long NEVER = Long.MIN_VALUE;

  private final List<Monitor> monitors;
  private final Times times;
  private final long maxBytes;
  private final List<NaiveBatch> batches = new ArrayList<>();
  private final List<NaiveLabels> labels = new ArrayList<>();
  private final Map<String, Sums> sums = new HashMap<>();
  private final Fates fates = new Fates();
  private long batchRecords;
  private long labelRecords;
  private long predictionsWatermark = NEVER;
  private long labelsWatermark = NEVER;

  /** Milliseconds. */
  public record Times(long outOfOrder, long idleAfter, long allowed, long horizon) {}

  /** What a pane of a series holds. */
  static final class Sums {
    long count;
    double sum;
    long unlabeled;
    long late;
    long later;
    long latencySum;
    long latencyMax = Long.MIN_VALUE;

    List<Object> numbers() {
      return List.of(count, sum, unlabeled, late, later, latencySum, later == 0 ? 0L : latencyMax);
    }

    boolean isNothing() {
      return count == 0 && sum == 0 && unlabeled == 0 && late == 0;
    }
  }

  /** How many met which fate. */
  public static final class Fates {
    long waiting;
    long joined;
    long expired;
    long evicted;
    long duplicateLabels;
    long duplicateBatches;
    long deadLetters;

    /** Waiting, joined, expired, evicted, duplicate labels, duplicate batches. */
    public List<Long> counts() {
      return List.of(waiting, joined, expired, evicted, duplicateLabels, duplicateBatches);
    }

    public long deadLetters() {
      return deadLetters;
    }
  }

  /** A join that has room for all. */
  NaiveJoin(List<Monitor> monitors, Times times) {
    this(monitors, times, Long.MAX_VALUE);
  }

  /** A join that holds so many bytes at most. */
  public NaiveJoin(List<Monitor> monitors, Times times, long maxBytes) {
    this.monitors = monitors;
    this.times = times;
    this.maxBytes = maxBytes;
  }

  public Fates fates() {
    return fates;
  }

  /** By monitor, version and pane. */
  public Map<String, List<Object>> sums() {
    Map<String, List<Object>> numbers = new HashMap<>();
    sums.forEach((key, held) -> {
      if (!held.isNothing()) {
        numbers.put(key, held.numbers());
      }
    });
    return numbers;
  }

  public void see(LateEvents.Event event, long now) {
    boolean ofLabels = event instanceof LateEvents.Label;
    if (event instanceof LateEvents.Prediction prediction) {
      see(prediction);
    } else {
      see((LateEvents.Label) event);
      // those that come when they are past already take no room
      expireLabels();
    }
    evict();
    pass(ofLabels, event.timeMillis(), now);
  }

  public void idle(boolean ofLabels, long now) {
    raise(ofLabels, now - times.idleAfter - times.outOfOrder);
  }

  /** A record that no monitor wants. */
  public void pass(boolean ofLabels, long time, long now) {
    raise(ofLabels, Math.min(time, now) - times.outOfOrder);
    if (ofLabels) {
      labelRecords++;
    } else {
      batchRecords++;
    }
  }

  private void raise(boolean ofLabels, long watermark) {
    if (ofLabels) {
      labelsWatermark = Math.max(labelsWatermark, watermark);
    } else {
      predictionsWatermark = Math.max(predictionsWatermark, watermark);
    }
    expire();
  }

  private void see(LateEvents.Prediction event) {
    boolean known =
        event.batchId() != null
            && batches.stream()
                .anyMatch(batch ->
                    batch.alive
                        && event.batchId().equals(batch.event.batchId())
                        && event.version().equals(batch.event.version()));
    int repeated = 0;
    int late = 0;
    for (Monitor monitor : monitors) {
      if (monitor.deduplicates() && known) {
        repeated++;
      } else if (!(monitor.isByLabelTime() && event.labels() == null)) {
        late += count(monitor, event) ? 0 : 1;
      }
    }
    fates.duplicateBatches += repeated > 0 ? 1 : 0;
    fates.deadLetters += late > 0 && late + repeated == monitors.size() ? 1 : 0;
    if (late + repeated < monitors.size()
        && (event.batchId() != null || (event.labels() == null && !event.ids().isEmpty()))) {
      remember(new NaiveBatch(event, known, batchRecords));
    }
  }

  /** Returns false if it is too late. */
  private boolean count(Monitor monitor, LateEvents.Prediction event) {
    if (isTooLate(event.timeMillis())) {
      sums(monitor, event, predictionsWatermark).late += event.values().length;
      return false;
    }
    Sums held = sums(monitor, event, event.timeMillis());
    float[] own = event.labels();
    if (own == null) {
      held.unlabeled += event.values().length;
    } else {
      for (int row = 0; row < own.length; row++) {
        add(held, event.values()[row], own[row]);
      }
    }
    return true;
  }

  private static void add(Sums held, float value, float label) {
    held.count++;
    held.sum += (value - label) * (value - label);
  }

  private boolean isTooLate(long time) {
    return predictionsWatermark != NEVER
        && Math.floorDiv(time, PANE) * PANE + PANE + times.allowed <= predictionsWatermark;
  }

  private Sums sums(Monitor monitor, LateEvents.Prediction event, long time) {
    String key = monitor.name() + "/" + event.version() + "@" + Math.floorDiv(time, PANE) * PANE;
    return sums.computeIfAbsent(key, none -> new Sums());
  }

  private void remember(NaiveBatch batch) {
    batches.add(batch);
    if (!batch.waits) {
      return;
    }
    fates.waiting += batch.labelled.length;
    for (NaiveLabels each : List.copyOf(labels)) {
      if (each.event.batchId() != null
          && each.event.batchId().equals(batch.event.batchId())
          && batch.isOf(each.event.version())) {
        use(each, 0);
        joinWhole(batch, each.event);
      }
    }
    for (int row = 0; row < batch.event.ids().size(); row++) {
      for (NaiveLabels each : List.copyOf(labels)) {
        for (int l = 0; l < each.used.length; l++) {
          if (each.event.batchId() == null
              && !each.used[l]
              && each.event.ids().get(l).equals(batch.event.ids().get(row))
              && batch.isOf(each.event.version())) {
            use(each, l);
            joinOne(batch, row, each.event, l);
          }
        }
      }
    }
  }

  private void use(NaiveLabels late, int row) {
    late.used[row] = true;
    boolean all = true;
    for (boolean used : late.used) {
      all &= used;
    }
    if (all) {
      labels.remove(late);
    }
  }

  private void joinWhole(NaiveBatch batch, LateEvents.Label event) {
    if (batch.left() == 0) {
      fates.duplicateLabels++;
      return;
    }
    boolean[] rows = new boolean[batch.labelled.length];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = batch.waits(row);
    }
    join(batch, rows, event, event.values());
  }

  private void joinOne(NaiveBatch batch, int row, LateEvents.Label event, int labelRow) {
    if (!batch.waits(row)) {
      fates.duplicateLabels++;
      return;
    }
    boolean[] rows = new boolean[batch.labelled.length];
    rows[row] = true;
    float[] values = new float[rows.length];
    values[row] = event.values()[labelRow];
    join(batch, rows, event, values);
  }

  /** Rows at once, since they are dead-lettered once; a label that is too late leaves all as is. */
  private void join(NaiveBatch batch, boolean[] rows, LateEvents.Label label, float[] values) {
    for (int row = 0; row < rows.length; row++) {
      if (rows[row]) {
        batch.labelled[row] = true;
        fates.joined++;
        for (Monitor monitor : monitors) {
          if (!(monitor.deduplicates() && batch.repeated)) {
            label(monitor, batch.event, label, row, values[row]);
          }
        }
      }
    }
  }

  private void label(
      Monitor monitor, LateEvents.Prediction event, LateEvents.Label label, int row, float value) {
    long time = monitor.isByLabelTime() ? label.timeMillis() : event.timeMillis();
    if (isTooLate(time)) {
      if (monitor.isByLabelTime()) {
        sums(monitor, event, predictionsWatermark).late++;
      }
      return;
    }
    Sums held = sums(monitor, event, time);
    held.unlabeled -= monitor.isByLabelTime() ? 0 : 1;
    add(held, event.values()[row], value);
    long latency = label.timeMillis() - event.timeMillis();
    held.later++;
    held.latencySum += latency;
    held.latencyMax = Math.max(held.latencyMax, latency);
  }

  private void see(LateEvents.Label event) {
    if (event.batchId() != null) {
      seeWhole(event, event.batchId());
    } else {
      seeRows(event);
    }
  }

  private void seeWhole(LateEvents.Label event, String batchId) {
    List<NaiveBatch> known =
        batches.stream()
            .filter(batch ->
                batch.alive && batchId.equals(batch.event.batchId()) && batch.isOf(event.version()))
            .toList();
    List<NaiveBatch> waiting = known.stream().filter(batch -> batch.left() > 0).toList();
    boolean same =
        labels.stream()
            .anyMatch(other ->
                batchId.equals(other.event.batchId())
                    && other.event.version().equals(event.version()));
    if (!waiting.isEmpty()) {
      waiting.forEach(batch -> joinWhole(batch, event));
    } else if (!known.isEmpty()) {
      fates.duplicateLabels += known.size();
    } else if (same) {
      fates.duplicateLabels++;
    } else {
      await(new NaiveLabels(event, labelRecords));
    }
  }

  private void seeRows(LateEvents.Label event) {
    NaiveLabels rest = new NaiveLabels(event, labelRecords);
    List<NaiveLabels> before = List.copyOf(labels);
    for (int l = 0; l < event.ids().size(); l++) {
      boolean known = false;
      boolean joined = false;
      for (NaiveBatch batch : List.copyOf(batches)) {
        for (int row = 0; row < batch.event.ids().size(); row++) {
          if (batch.alive
              && batch.waits
              && batch.isOf(event.version())
              && batch.event.ids().get(row).equals(event.ids().get(l))) {
            known = true;
            if (batch.waits(row)) {
              joined = true;
              joinOne(batch, row, event, l);
            }
          }
        }
      }
      if (known) {
        fates.duplicateLabels += joined ? 0 : 1;
        rest.used[l] = true;
      } else if (isWaiting(before, event, event.ids().get(l))) {
        fates.duplicateLabels++;
        rest.used[l] = true;
      }
    }
    if (Arrays.toString(rest.used).contains("false")) {
      await(rest);
    }
  }

  private static boolean isWaiting(List<NaiveLabels> labels, LateEvents.Label event, String id) {
    for (NaiveLabels other : labels) {
      for (int l = 0; l < other.used.length; l++) {
        if (other.event.batchId() == null
            && !other.used[l]
            && other.event.ids().get(l).equals(id)
            && other.event.version().equals(event.version())) {
          return true;
        }
      }
    }
    return false;
  }

  private void await(NaiveLabels late) {
    labels.add(late);
  }

  private void expire() {
    for (NaiveBatch batch : batches) {
      if (batch.alive && isPast(batch.event.timeMillis(), labelsWatermark)) {
        batch.alive = false;
        fates.expired += batch.left();
      }
    }
    expireLabels();
  }

  private void expireLabels() {
    for (NaiveLabels late : List.copyOf(labels)) {
      if (isPast(late.event.timeMillis(), predictionsWatermark)) {
        labels.remove(late);
        fates.expired += late.left();
      }
    }
  }

  /** The oldest goes, whatever it is. */
  private void evict() {
    while (maxBytes < Long.MAX_VALUE && bytes() > maxBytes) {
      NaiveBatch batch =
          batches.stream().filter(each -> each.alive).min(NaiveBatch.BY_PLACE).orElse(null);
      NaiveLabels late = labels.stream().min(NaiveLabels.BY_PLACE).orElse(null);
      if (batch != null && (late == null || isFirst(batch, late))) {
        batch.alive = false;
        fates.evicted += batch.left();
      } else if (late != null) {
        labels.remove(late);
        fates.evicted += late.left();
      }
    }
  }

  private static boolean isFirst(NaiveBatch batch, NaiveLabels late) {
    long ahead = batch.event.timeMillis() - late.event.timeMillis();
    return ahead < 0 || (ahead == 0 && batch.offset <= late.offset);
  }

  private long bytes() {
    return batches.stream().filter(each -> each.alive).mapToLong(NaiveBatch::bytes).sum()
        + labels.stream().mapToLong(NaiveLabels::bytes).sum();
  }

  private boolean isPast(long time, long watermark) {
    return watermark != NEVER && time + times.horizon <= watermark;
  }

  /** Never null. */
  static <T> T present(@Nullable T value) {
    return Objects.requireNonNull(value);
  }
}
